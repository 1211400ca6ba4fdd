"""What ways in through another company's page share: PKCE, bound to the browser that began, and the way back.

The browser holds a random value; the verifier and the state are derived from it with a secret of this
server, so neither is stored anywhere, and a code that comes back in another browser is good for nothing. The
provider takes a code once, within five minutes.
"""

import base64
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import client_address, local_path, origin_of
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import sessions, vendor_calls
from voxanne_app.identity.admission import NotAdmitted
from voxanne_app.identity.limits import Attempts, Limits
from voxanne_app.identity.ports import IssuedTokens, LinkExpired, SignInError
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.ui.door_forms import cookie_of, go_on, message, trouble

FLOW_SECONDS = 300

# The page to begin again from: where they wanted to go, and what is wrong.
Again = Callable[[str, SignInError], str]


class NotFinished(LinkExpired):
    sentence = "That sign-in was not finished in this browser. Try again."


@dataclass(frozen=True)
class Flow:
    """One that a browser has begun. `way` is what it was begun for: coming back for anything else fails."""

    way: str
    value: str = field(repr=False)

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    def back_to(self, path: str, **query: str) -> str:
        """Where the provider sends the browser in the end."""
        query = {"state": self._derived("state"), **query}
        return f"{get_settings().public_url.rstrip('/')}{path}?{urlencode(query)}"

    def has_state(self, state: str) -> bool:
        return hmac.compare_digest(state.encode(), self._derived("state").encode())

    def _derived(self, purpose: str) -> str:
        """43 characters that only this server can make of the browser's value."""
        key = get_settings().require("session_secret").encode()
        digest = hmac.digest(key, f"{self.way}:{purpose}:{self.value}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def new_flow(way: str) -> Flow:
    return Flow(way, secrets.token_urlsafe(32))


async def come_back(
    request: Request, exchanged: Callable[[Request], Awaitable[IssuedTokens]], again: Again
) -> Response:
    """Let in whoever brings back a code that `exchanged` takes; or say in words why not."""
    wanted = local_path(request.query_params.get("next"))
    try:
        started = await start_session(await exchanged(request), origin=origin_of(request))
    except SignInError as error:
        return with_flow(trouble(again(wanted, error), error), None)
    except NotAdmitted as refusal:
        return with_flow(message("You are not in yet", refusal.sentence, HTTPStatus.FORBIDDEN), None)
    await sessions.end_session(cookie_of(request), origin=origin_of(request))
    return with_flow(go_on(started, wanted), None)


async def exchange(request: Request, way: str, limits: Limits) -> IssuedTokens:
    """What the code of this request is good for. Raises NotFinished, TooManyAttempts, SignInUnavailable."""
    flow = Flow(way, request.cookies.get(_cookie_name(), ""))
    state, code = (request.query_params.get(name, "") for name in ("state", "code"))
    if not flow.value or not code or not flow.has_state(state):
        raise NotFinished
    provider, address = vendors.sign_up_provider(), client_address(request)

    def spend() -> IssuedTokens:
        Attempts(cache(), limits, way, address).count()
        return provider.exchange(code=code, verifier=flow.verifier)

    try:
        return await vendor_calls.call(spend)
    except LinkExpired:
        raise NotFinished from None


def with_flow(response: Response, flow: Flow | None) -> Response:
    """The browser remembers the flow; with None it forgets the one it had."""
    response.set_cookie(
        _cookie_name(),
        flow.value if flow else "",
        max_age=FLOW_SECONDS if flow else 0,
        path="/",
        secure=_cookie_name().startswith("__Host-"),
        httponly=True,
        samesite="lax",
    )
    return response


def _cookie_name() -> str:
    return "__Host-voxanne-flow" if get_settings().public_url.startswith("https://") else "voxanne_flow"
