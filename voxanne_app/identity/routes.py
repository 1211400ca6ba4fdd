"""The addresses of those who are not in yet: the sign-in page, signing in, signing out."""

import logging
from http import HTTPStatus

from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import (
    FormTooLarge,
    client_address,
    is_from_own_page,
    local_path,
    read_form,
)
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import sessions, vendor_calls
from voxanne_app.identity.admission import NotAdmitted, WithoutClinic
from voxanne_app.identity.demo_sign_ins import demo_sign_ins
from voxanne_app.identity.ports import (
    EmailNotConfirmed,
    SignInError,
    SignInUnavailable,
    TooManyAttempts,
    WrongCredentials,
)
from voxanne_app.identity.signing_in import WINDOW_SECONDS, sign_in
from voxanne_app.identity.ui import sign_in_page
from voxanne_app.identity.ui.session_cookie import with_cookie

log = logging.getLogger(__name__)

WELCOME = "/welcome"

SIGN_INS = Counter("voxanne_sign_ins", "Attempts to sign in, by how they went", ["outcome"])


class NothingTyped(WrongCredentials):
    sentence = "Enter your e-mail address and your password."


_STATUS: dict[type[SignInError], HTTPStatus] = {
    WrongCredentials: HTTPStatus.UNAUTHORIZED,
    EmailNotConfirmed: HTTPStatus.FORBIDDEN,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    SignInUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_RETRY_AFTER = {
    HTTPStatus.TOO_MANY_REQUESTS: str(WINDOW_SECONDS),
    HTTPStatus.SERVICE_UNAVAILABLE: "60",
}


async def show_sign_in(request: Request) -> Response:
    wanted = local_path(request.query_params.get("next"))
    cookie = request.cookies.get(sessions.cookie_name())
    try:
        if await sessions.who_for_cookie(cookie):
            # The front door leads them on when that page is not one of theirs.
            return RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
        if await sessions.newcomer_for_cookie(cookie):
            return RedirectResponse(WELCOME, HTTPStatus.SEE_OTHER)
    except SQLAlchemyError as error:
        log.error("Sessions cannot be read: %s", type(error).__name__)
        return _form(wanted, problem=SignInUnavailable())
    notice = "You are signed out." if "signed_out" in request.query_params else ""
    return HTMLResponse(sign_in_page.form(next_path=wanted, notice=notice, demo=demo_sign_ins()))


async def take_sign_in(request: Request) -> Response:
    if not is_from_own_page(request, public_url=get_settings().public_url):
        return _foreign_form()
    try:
        fields = await read_form(request)
    except FormTooLarge:
        sentence = "That was far too long for an e-mail address and a password. Nothing was done."
        return _page("That was too much", sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    wanted = local_path(fields.get("next"))
    email, password = _typed(fields)
    try:
        started = await _start(email, password, client_address(request))
    except SignInError as error:
        SIGN_INS.labels(type(error).__name__).inc()
        return _form(wanted, email=email, problem=error)
    except NotAdmitted as refusal:
        SIGN_INS.labels(type(refusal).__name__).inc()
        return _page("You are not in yet", refusal.sentence, HTTPStatus.FORBIDDEN)
    SIGN_INS.labels("SignedIn").inc()
    await sessions.end_session(request.cookies.get(sessions.cookie_name()))
    if isinstance(started.who, WithoutClinic) and not wanted.startswith("/invitation/"):
        wanted = WELCOME
    return with_cookie(RedirectResponse(wanted, HTTPStatus.SEE_OTHER), started.cookie_value)


async def sign_out(request: Request) -> Response:
    if not is_from_own_page(request, public_url=get_settings().public_url):
        return _foreign_form()
    try:
        await sessions.end_session(request.cookies.get(sessions.cookie_name()))
    except SQLAlchemyError as error:
        log.error("A session cannot be ended: %s", type(error).__name__)
        sentence = "The session could not be ended: our database does not answer. Try again in a minute."
        return _page("You are still signed in", sentence, HTTPStatus.SERVICE_UNAVAILABLE, may_sign_out=True)
    return with_cookie(RedirectResponse("/sign-in?signed_out", HTTPStatus.SEE_OTHER), None)


async def welcome(request: Request) -> Response:
    """Where somebody without a clinic is led."""
    newcomer = await sessions.newcomer_for_cookie(request.cookies.get(sessions.cookie_name()))
    if newcomer is None:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    sentence = (
        f"You are signed in as {newcomer.email}, and belong to no clinic here yet. "
        "Ask the owner of your clinic to add you to its team."
    )
    return _page("Welcome", sentence, HTTPStatus.OK, may_sign_out=True)


async def _start(email: str, password: str, address: str) -> sessions.Started:
    if not email or not password:
        raise NothingTyped
    provider = vendors.sign_in_provider()
    tokens = await vendor_calls.call(
        lambda: sign_in(provider, cache(), email=email, password=password, address=address)
    )
    try:
        return await sessions.start_session(tokens)
    except SQLAlchemyError as error:
        log.error("A session cannot be stored: %s", type(error).__name__)
        raise SignInUnavailable from None


def _typed(fields: dict[str, str]) -> tuple[str, str]:
    """E-mail and password: as typed, or those of the demo's person whose button was pressed."""
    for person in demo_sign_ins() if "demo" in fields else ():
        if person.email == fields["demo"]:
            return person.email, person.password
    return fields.get("email", "").strip().lower()[:254], fields.get("password", "")[:1000]


def _form(wanted: str, *, problem: SignInError, email: str = "") -> Response:
    status = _STATUS.get(type(problem), HTTPStatus.UNAUTHORIZED)
    html = sign_in_page.form(
        next_path=wanted,
        email=email,
        problem=problem.sentence,
        is_wrong=isinstance(problem, WrongCredentials),
        demo=demo_sign_ins(),
    )
    headers = {"retry-after": _RETRY_AFTER[status]} if status in _RETRY_AFTER else None
    return HTMLResponse(html, status, headers)


def _page(title: str, sentence: str, status: HTTPStatus, *, may_sign_out: bool = False) -> Response:
    return HTMLResponse(sign_in_page.message(title, sentence, may_sign_out=may_sign_out), status)


def _foreign_form() -> Response:
    sentence = (
        "This did not come from a page of ours, so nothing was done. Open the sign-in page and try there."
    )
    return _page("That did not come from here", sentence, HTTPStatus.FORBIDDEN)


ROUTES = [
    Route("/sign-in", show_sign_in, methods=["GET"]),
    Route("/auth/sign-in", take_sign_in, methods=["POST"]),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
    Route(WELCOME, welcome, methods=["GET"]),
]
