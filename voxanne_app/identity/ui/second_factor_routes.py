"""The second factor at sign-in: /mfa. A code of the app, a recovery code, or setting the app up."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voxanne_app.identity.account import factor
from voxanne_app.identity.ports import SessionRevoked, SignInError, WrongCode
from voxanne_app.identity.sign_in_steps import HalfwayIn, Step
from voxanne_app.identity.ui import second_factor_pages as pages
from voxanne_app.identity.ui.door_forms import (
    STEPS,
    Fields,
    acting,
    form_route,
    halfway_in,
    redirect,
)
from voxanne_app.identity.ui.session_cookie import with_cookie


async def show(request: Request) -> Response:
    halfway = await halfway_in(request)
    if halfway is None:
        return redirect("/")
    if halfway.step == "password":
        return redirect(STEPS["password"])
    if halfway.step == "enrolment":
        return HTMLResponse(pages.required())
    has_lost_app = "recovery" in request.query_params
    return HTMLResponse(pages.recovery() if has_lost_app else pages.code())


async def take_code(request: Request, fields: Fields) -> Response:
    halfway = await _at(request, "code")
    cookie = await factor.show_code(acting(halfway, request), code=fields.get("code", ""))
    return redirect("/", cookie_value=cookie)


async def take_recovery_code(request: Request, fields: Fields) -> Response:
    halfway = await _at(request, "code")
    cookie = await factor.use_recovery_code(acting(halfway, request), code=fields.get("code", "")[:100])
    return redirect("/", cookie_value=cookie)


async def begin(request: Request, _: Fields) -> Response:
    halfway = await _at(request, "enrolment")
    offer = await factor.begin(acting(halfway, request))
    return HTMLResponse(pages.enrolment(offer.factor_id, picture=offer.picture, secret=offer.secret))


async def finish(request: Request, fields: Fields) -> Response:
    halfway = await _at(request, "enrolment")
    try:
        factor_id = UUID(fields.get("factor_id", ""))
    except ValueError:
        raise WrongCode from None
    cookie, codes = await factor.finish(
        acting(halfway, request), factor_id=factor_id, code=fields.get("code", "")
    )
    return with_cookie(HTMLResponse(pages.recovery_codes(codes)), cookie)


async def _at(request: Request, step: Step) -> HalfwayIn:
    halfway = await halfway_in(request)
    if halfway is None or halfway.step != step:
        raise SessionRevoked
    return halfway


def _finish_again(fields: Fields, error: SignInError) -> str:
    return pages.enrolment(fields.get("factor_id", ""), problem=error.sentence)


ROUTES = [
    Route("/mfa", show, methods=["GET"]),
    form_route("/auth/mfa", take_code, lambda _, error: pages.code(problem=error.sentence)),
    form_route("/auth/mfa/recovery", take_recovery_code, lambda _, error: pages.recovery(error.sentence)),
    form_route("/auth/mfa/begin", begin, lambda _, error: pages.required(error.sentence)),
    form_route("/auth/mfa/finish", finish, _finish_again),
]
