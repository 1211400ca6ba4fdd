"""Signing in with an organization's own account (SAML): /sign-in/sso, /auth/sso, and the way back.

The address typed only says which organization. Whoever comes back must have an address of that same domain:
Supabase lets an organization's sign-in vouch for any.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import client_address, local_path
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import vendor_calls
from voxanne_app.identity.account.address import NoAddress, domain_of, plausible
from voxanne_app.identity.limits import ORGANIZATION, Attempts
from voxanne_app.identity.ports import IssuedTokens, NoOrganization, SignInError
from voxanne_app.identity.session_start import give_back
from voxanne_app.identity.ui import outside_flow, sso_page
from voxanne_app.identity.ui.door_forms import Fields, form_route, message
from voxanne_app.identity.ui.outside_flow import Flow, exchange, new_flow, with_flow

BACK = "/auth/sso/back"


class AnotherDomain(SignInError):
    sentence = "Your organization's sign-in named an address elsewhere. Type the one that it knows you by."


async def show(request: Request) -> Response:
    if not get_settings().sign_in_with_sso:
        return _not_here()
    return HTMLResponse(sso_page.form(next_path=local_path(request.query_params.get("next"))))


async def begin(request: Request, fields: Fields) -> Response:
    """Says of a domain whether it has a sign-in of its own, and nothing of who has an account."""
    if not get_settings().sign_in_with_sso:
        return _not_here()
    domain = domain_of(plausible(fields.get("email", "")))
    flow = new_flow(_way(domain))
    back_to = flow.back_to(BACK, domain=domain, next=local_path(fields.get("next")))
    address = await vendor_calls.call(lambda: _address(domain, flow, back_to, client_address(request)))
    return with_flow(HTMLResponse(sso_page.on_the_way(address)), flow)


async def come_back(request: Request) -> Response:
    return await outside_flow.come_back(
        request,
        _exchange,
        lambda wanted, error: sso_page.form(next_path=wanted, problem=error.sentence),
    )


def _address(domain: str, flow: Flow, back_to: str, caller: str) -> str:
    Attempts(cache(), ORGANIZATION, domain, caller).count()
    return vendors.sign_up_provider().sso_address(domain=domain, verifier=flow.verifier, back_to=back_to)


async def _exchange(request: Request) -> IssuedTokens:
    domain = request.query_params.get("domain", "")
    tokens = await exchange(request, _way(domain), ORGANIZATION)
    if tokens.account is None or not _is_of(domain, tokens.account.email):
        await give_back(tokens.access_token)
        raise AnotherDomain
    return tokens


def _is_of(domain: str, email: str) -> bool:
    try:
        return domain_of(email) == domain
    except NoAddress:
        return False


def _way(domain: str) -> str:
    return f"sso:{domain}"


def _again(fields: Fields, error: SignInError) -> str:
    return sso_page.form(
        next_path=local_path(fields.get("next")),
        email=fields.get("email", "")[:254],
        problem=error.sentence,
        is_wrong=isinstance(error, NoAddress | NoOrganization),
    )


def _not_here() -> Response:
    return message("There is no such page", "Sign in with your password.", HTTPStatus.NOT_FOUND)


ROUTES = [
    Route("/sign-in/sso", show, methods=["GET"]),
    form_route("/auth/sso", begin, _again),
    Route(BACK, come_back, methods=["GET"]),
]
