"""Signing in with Google: /auth/google, and the way back."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import local_path
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.limits import OUTSIDE
from voxanne_app.identity.ports import IssuedTokens
from voxanne_app.identity.session_start import give_back
from voxanne_app.identity.ui import outside_flow, sign_in_page
from voxanne_app.identity.ui.door_forms import message
from voxanne_app.identity.ui.outside_flow import NotFinished, exchange, new_flow, with_flow

WAY, BACK = "google", "/auth/google/back"


async def begin(request: Request) -> Response:
    if not get_settings().sign_in_with_google:
        return message("There is no such page", "Sign in with your password.", HTTPStatus.NOT_FOUND)
    flow = new_flow(WAY)
    back_to = flow.back_to(BACK, next=local_path(request.query_params.get("next")))
    provider = vendors.sign_up_provider()
    address = provider.outside_address(provider="google", verifier=flow.verifier, back_to=back_to)
    return with_flow(RedirectResponse(address, HTTPStatus.SEE_OTHER), flow)


async def come_back(request: Request) -> Response:
    return await outside_flow.come_back(
        request,
        _exchange,
        lambda wanted, error: sign_in_page.form(next_path=wanted, problem=error.sentence),
    )


async def _exchange(request: Request) -> IssuedTokens:
    tokens = await exchange(request, WAY, OUTSIDE)
    if tokens.account and tokens.account.is_sso:
        # An organization's people come back where their address is held against it.
        await give_back(tokens.access_token)
        raise NotFinished
    return tokens


ROUTES = [
    Route("/auth/google", begin, methods=["GET"]),
    Route(BACK, come_back, methods=["GET"]),
]
