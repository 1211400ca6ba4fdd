"""The addresses of those who are not in yet: the sign-in page, signing in, signing out."""

import logging
from http import HTTPStatus

from anyio import to_thread
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import client_address, is_from_own_page, local_path, origin_of
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import sessions, vendor_calls
from voxanne_app.identity.admission import NotAdmitted
from voxanne_app.identity.demo_sign_ins import demo_sign_ins
from voxanne_app.identity.ports import SignInError, SignInUnavailable, WrongCredentials
from voxanne_app.identity.session_start import Started, note_failure, start_session
from voxanne_app.identity.signing_in import sign_in
from voxanne_app.identity.ui import (
    account_routes,
    google_routes,
    password_routes,
    second_factor_routes,
    sign_in_page,
    sign_up_routes,
    sso_routes,
)
from voxanne_app.identity.ui.door_forms import (
    STEPS,
    WELCOME,
    Fields,
    cookie_of,
    foreign_form,
    form_route,
    go_on,
    message,
    redirect,
    trouble,
)
from voxanne_app.identity.ui.session_cookie import with_cookie

log = logging.getLogger(__name__)

SIGN_INS = Counter("voxanne_sign_ins", "Attempts to sign in, by how they went", ["outcome"])


_NOTICES = {
    "signed_out": "You are signed out.",
    "confirmed": "Your address is confirmed. Now sign in with the password you have chosen.",
}


class NothingTyped(WrongCredentials):
    sentence = "Enter your e-mail address and your password."


async def show_sign_in(request: Request) -> Response:
    wanted, cookie = local_path(request.query_params.get("next")), cookie_of(request)
    try:
        if await sessions.who_for_cookie(cookie):
            # The front door leads them on when that page is not one of theirs.
            return redirect(wanted)
        if await sessions.newcomer_for_cookie(cookie):
            return redirect(WELCOME)
        if halfway := await sessions.halfway_for_cookie(cookie):
            return redirect(STEPS[halfway.step])
    except SQLAlchemyError as error:
        log.error("Sessions cannot be read: %s", type(error).__name__)
        return trouble(_again({"next": wanted}, SignInUnavailable()), SignInUnavailable())
    told = (sentence for name, sentence in _NOTICES.items() if name in request.query_params)
    return HTMLResponse(sign_in_page.form(next_path=wanted, notice=next(told, ""), demo=demo_sign_ins()))


async def take_sign_in(request: Request, fields: Fields) -> Response:
    wanted = local_path(fields.get("next"))
    email, password = _typed(fields)
    try:
        started = await _start(email, password, request)
    except (SignInError, NotAdmitted) as refusal:
        SIGN_INS.labels(type(refusal).__name__).inc()
        raise
    SIGN_INS.labels("SignedIn").inc()
    await sessions.end_session(cookie_of(request), origin=origin_of(request))
    return go_on(started, wanted)


async def sign_out(request: Request) -> Response:
    if not is_from_own_page(request, public_url=get_settings().public_url):
        return foreign_form()
    try:
        await sessions.end_session(cookie_of(request), origin=origin_of(request))
    except SQLAlchemyError as error:
        log.error("A session cannot be ended: %s", type(error).__name__)
        sentence = "The session could not be ended: our database does not answer. Try again in a minute."
        return message("You are still signed in", sentence, HTTPStatus.SERVICE_UNAVAILABLE, may_sign_out=True)
    return with_cookie(redirect("/sign-in?signed_out"), None)


async def _start(email: str, password: str, request: Request) -> Started:
    if not email or not password:
        raise NothingTyped
    provider, address = vendors.sign_in_provider(), client_address(request)
    try:
        tokens = await vendor_calls.call(
            lambda: sign_in(provider, cache(), email=email, password=password, address=address)
        )
    except WrongCredentials:
        await to_thread.run_sync(note_failure, email, origin_of(request))
        raise
    return await start_session(tokens, origin=origin_of(request))


def _typed(fields: Fields) -> tuple[str, str]:
    """E-mail and password: as typed, or those of the demo's person whose button was pressed."""
    for person in demo_sign_ins() if "demo" in fields else ():
        if person.email == fields["demo"]:
            return person.email, person.password
    return fields.get("email", "").strip().lower()[:254], fields.get("password", "")[:1000]


def _again(fields: Fields, problem: SignInError) -> str:
    """The form with what was typed but for the password; that of the demo's people is not shown."""
    return sign_in_page.form(
        next_path=local_path(fields.get("next")),
        email=_typed(fields)[0],
        problem=problem.sentence,
        is_wrong=isinstance(problem, WrongCredentials),
        demo=demo_sign_ins(),
    )


ROUTES = [
    Route("/sign-in", show_sign_in, methods=["GET"]),
    form_route("/auth/sign-in", take_sign_in, _again),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
    *sign_up_routes.ROUTES,
    *password_routes.ROUTES,
    *second_factor_routes.ROUTES,
    *google_routes.ROUTES,
    *sso_routes.ROUTES,
    *account_routes.ROUTES,
]
