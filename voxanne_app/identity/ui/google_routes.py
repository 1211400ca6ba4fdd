"""Signing in with Google: /auth/google, and the way back.

PKCE. The browser holds a random value; the verifier and the state are derived from it with a secret of this
server, so neither is stored anywhere, and a code that comes back in another browser is good for nothing. The
provider takes a code once, within five minutes.
"""

import base64
import hmac
import secrets
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import client_address, local_path, origin_of
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import sessions, vendor_calls
from voxanne_app.identity.admission import NotAdmitted
from voxanne_app.identity.limits import OUTSIDE, Attempts
from voxanne_app.identity.ports import IssuedTokens, LinkExpired, SignInError
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.ui import sign_in_page
from voxanne_app.identity.ui.door_forms import cookie_of, go_on, message, trouble

FLOW_SECONDS = 300
BACK = "/auth/google/back"


class NotFinished(LinkExpired):
    sentence = "Signing in with Google was not finished in this browser. Try again."


async def begin(request: Request) -> Response:
    if not get_settings().sign_in_with_google:
        return message("There is no such page", "Sign in with your password.", HTTPStatus.NOT_FOUND)
    value = secrets.token_urlsafe(32)
    query = {"state": _derived(value, "state"), "next": local_path(request.query_params.get("next"))}
    back_to = f"{get_settings().public_url.rstrip('/')}{BACK}?{urlencode(query)}"
    provider = vendors.sign_up_provider()
    address = provider.outside_address(
        provider="google", verifier=_derived(value, "verifier"), back_to=back_to
    )
    return _with_flow(RedirectResponse(address, HTTPStatus.SEE_OTHER), value)


async def come_back(request: Request) -> Response:
    wanted = local_path(request.query_params.get("next"))
    try:
        tokens = await _exchange(request)
        started = await start_session(tokens, origin=origin_of(request))
    except SignInError as error:
        html = sign_in_page.form(next_path=wanted, problem=error.sentence, with_google=True)
        return _with_flow(trouble(html, error), None)
    except NotAdmitted as refusal:
        return _with_flow(message("You are not in yet", refusal.sentence, HTTPStatus.FORBIDDEN), None)
    await sessions.end_session(cookie_of(request), origin=origin_of(request))
    return _with_flow(go_on(started, wanted), None)


async def _exchange(request: Request) -> IssuedTokens:
    value = request.cookies.get(_cookie_name(), "")
    state, code = (request.query_params.get(name, "") for name in ("state", "code"))
    if not value or not code or not hmac.compare_digest(state.encode(), _derived(value, "state").encode()):
        raise NotFinished
    provider, address = vendors.sign_up_provider(), client_address(request)

    def exchange() -> IssuedTokens:
        Attempts(cache(), OUTSIDE, "google", address).count()
        return provider.exchange(code=code, verifier=_derived(value, "verifier"))

    try:
        return await vendor_calls.call(exchange)
    except LinkExpired:
        raise NotFinished from None


def _derived(value: str, purpose: str) -> str:
    """43 characters that only this server can make of the browser's value."""
    key = get_settings().require("session_secret").encode()
    digest = hmac.digest(key, f"google:{purpose}:{value}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _cookie_name() -> str:
    return "__Host-voxanne-flow" if get_settings().public_url.startswith("https://") else "voxanne_flow"


def _with_flow(response: Response, value: str | None) -> Response:
    response.set_cookie(
        _cookie_name(),
        value or "",
        max_age=FLOW_SECONDS if value else 0,
        path="/",
        secure=_cookie_name().startswith("__Host-"),
        httponly=True,
        samesite="lax",
    )
    return response


ROUTES = [
    Route("/auth/google", begin, methods=["GET"]),
    Route(BACK, come_back, methods=["GET"]),
]
