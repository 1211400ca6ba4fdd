"""What all forms before the door share: whose page sent them, how large they are, how trouble is answered."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from voxanne_app.foundation.browser_requests import (
    FormTooLarge,
    is_from_own_page,
    origin_of,
    read_form,
)
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import sessions
from voxanne_app.identity.account.acting import Acting
from voxanne_app.identity.admission import NotAdmitted, WithoutClinic
from voxanne_app.identity.limits import WINDOW_SECONDS
from voxanne_app.identity.ports import (
    EmailNotConfirmed,
    PasswordRefused,
    SessionRevoked,
    SignInError,
    SignInUnavailable,
    TooManyAttempts,
)
from voxanne_app.identity.session_start import Started
from voxanne_app.identity.sign_in_steps import HalfwayIn, Step
from voxanne_app.identity.ui import sign_in_page
from voxanne_app.identity.ui.session_cookie import with_cookie

log = logging.getLogger(__name__)

Fields = dict[str, str]
Take = Callable[[Request, Fields], Awaitable[Response]]
# The page of the form again, with what was typed and what is wrong.
Again = Callable[[Fields, SignInError], str]

WELCOME = "/welcome"
STEPS: dict[Step, str] = {"code": "/mfa", "enrolment": "/mfa", "password": "/reset-password"}
_STATUS: dict[type[SignInError], HTTPStatus] = {
    EmailNotConfirmed: HTTPStatus.FORBIDDEN,
    PasswordRefused: HTTPStatus.BAD_REQUEST,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    SignInUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_RETRY_AFTER = {
    HTTPStatus.TOO_MANY_REQUESTS: str(WINDOW_SECONDS),
    HTTPStatus.SERVICE_UNAVAILABLE: "60",
}


def form_route(path: str, take: Take, again: Again) -> Route:
    """`take` is given the fields of a form that a page of ours has sent."""

    async def endpoint(request: Request) -> Response:
        if not is_from_own_page(request, public_url=get_settings().public_url):
            return foreign_form()
        try:
            fields = await read_form(request)
        except FormTooLarge:
            sentence = "That was far too long. Nothing was done."
            return message("That was too much", sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return await _answered(request, fields, take, again)

    return Route(path, endpoint, methods=["POST"])


async def _answered(request: Request, fields: Fields, take: Take, again: Again) -> Response:
    try:
        return await take(request, fields)
    except SessionRevoked:
        return redirect("/sign-in")
    except SignInError as error:
        return trouble(again(fields, error), error)
    except NotAdmitted as refusal:
        return message("You are not in yet", refusal.sentence, HTTPStatus.FORBIDDEN)
    except SQLAlchemyError as error:
        log.error("The database does not answer a form: %s", type(error).__name__)
        return trouble(again(fields, SignInUnavailable()), SignInUnavailable())


def trouble(html: str, error: SignInError) -> Response:
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), HTTPStatus.UNAUTHORIZED)
    headers = {"retry-after": _RETRY_AFTER[status]} if status in _RETRY_AFTER else None
    return HTMLResponse(html, status, headers)


def message(title: str, sentence: str, status: HTTPStatus, *, may_sign_out: bool = False) -> Response:
    return HTMLResponse(sign_in_page.message(title, sentence, may_sign_out=may_sign_out), status)


def foreign_form() -> Response:
    sentence = (
        "This did not come from a page of ours, so nothing was done. Open the sign-in page and try there."
    )
    return message("That did not come from here", sentence, HTTPStatus.FORBIDDEN)


def redirect(path: str, *, cookie_value: str | None = None) -> Response:
    """To a page of ours; with the cookie of the session that goes on there."""
    response = RedirectResponse(path, HTTPStatus.SEE_OTHER)
    return with_cookie(response, cookie_value) if cookie_value else response


def go_on(started: Started, wanted: str) -> Response:
    """Where somebody goes who has just been let in: the next step, a clinic, or what they wanted."""
    if started.step:
        wanted = STEPS[started.step]
    elif isinstance(started.who, WithoutClinic) and not wanted.startswith("/invitation/"):
        wanted = WELCOME
    return redirect(wanted, cookie_value=started.cookie_value)


def cookie_of(request: Request) -> str | None:
    return request.cookies.get(sessions.cookie_name())


async def halfway_in(request: Request) -> HalfwayIn | None:
    return await sessions.halfway_for_cookie(cookie_of(request))


def acting(halfway: HalfwayIn, request: Request) -> Acting:
    return Acting(
        halfway.session_id, halfway.person_id, halfway.org_id, halfway.email, origin=origin_of(request)
    )
