"""/account and its forms, for anybody who is in: people of a clinic, operators, people without one."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voxanne_app.foundation.browser_requests import origin_of
from voxanne_app.identity import sessions
from voxanne_app.identity.account import devices, factor
from voxanne_app.identity.account.acting import Acting
from voxanne_app.identity.account.address import ask_for_address
from voxanne_app.identity.account.overview import overview, rename
from voxanne_app.identity.account.password import change_password
from voxanne_app.identity.admission import SignedIn
from voxanne_app.identity.ports import SessionRevoked, SignInError, WrongCode
from voxanne_app.identity.ui import account_page, second_factor_pages
from voxanne_app.identity.ui.door_forms import Fields, cookie_of, form_route, redirect, trouble
from voxanne_app.identity.ui.session_cookie import with_cookie

Act = Callable[[Request, Acting, Fields], Awaitable[Response | None]]


async def show(request: Request) -> Response:
    acting = await _acting(request)
    if acting is None:
        return redirect("/sign-in?next=/account")
    done = request.query_params.get("done", "")
    notice = account_page.NOTICES.get(done, "")
    return HTMLResponse(account_page.account(await overview(acting), section=done, notice=notice))


def _form(path: str, section: str, act: Act) -> Route:
    """`act` answers, or is done: then the page says so, in its section."""

    async def take(request: Request, fields: Fields) -> Response:
        acting = await _acting(request)
        if acting is None:
            raise SessionRevoked
        try:
            answer = await act(request, acting, fields)
        except SessionRevoked:
            raise
        except SignInError as error:
            html = account_page.account(await overview(acting), section=section, problem=error.sentence)
            return trouble(html, error)
        return answer or redirect(f"/account?done={section}#{section}")

    return form_route(f"/auth/account/{path}", take, lambda _, error: _away(error))


def _away(error: SignInError) -> str:
    return second_factor_pages.sorry(error.sentence)


async def _acting(request: Request) -> Acting | None:
    who = await sessions.admitted_for_cookie(cookie_of(request))
    if who is None:
        return None
    org_id = who.org_id if isinstance(who, SignedIn) else None
    return Acting(who.session_id, who.person_id, org_id, who.email, who.full_name, origin_of(request))


async def _rename(request: Request, acting: Acting, fields: Fields) -> None:
    await rename(acting, fields.get("full_name", ""))
    sessions.look_again(cookie_of(request))


async def _address(_: Request, acting: Acting, fields: Fields) -> None:
    await ask_for_address(acting, new=fields.get("email", ""))


async def _password(_: Request, acting: Acting, fields: Fields) -> None:
    await change_password(acting, current=fields.get("current", "")[:1000], new=fields.get("password", ""))


async def _begin_factor(_: Request, acting: Acting, __: Fields) -> Response:
    offer = await factor.begin(acting)
    return HTMLResponse(
        second_factor_pages.enrolment(
            offer.factor_id, picture=offer.picture, secret=offer.secret, action="/auth/account/factor/finish"
        )
    )


async def _finish_factor(_: Request, acting: Acting, fields: Fields) -> Response:
    given = fields.get("factor_id", "")
    try:
        cookie, codes = await factor.finish(acting, factor_id=UUID(given), code=fields.get("code", ""))
    except ValueError:
        raise WrongCode from None
    except WrongCode as error:
        action = "/auth/account/factor/finish"
        return trouble(second_factor_pages.enrolment(given, problem=error.sentence, action=action), error)
    return with_cookie(HTMLResponse(second_factor_pages.recovery_codes(codes, go_on="/account")), cookie)


async def _remove_factor(_: Request, acting: Acting, __: Fields) -> None:
    await factor.remove(acting)


async def _new_codes(_: Request, acting: Acting, __: Fields) -> Response:
    codes = await factor.new_recovery_codes(acting)
    return HTMLResponse(second_factor_pages.recovery_codes(codes, go_on="/account"))


async def _end_one(_: Request, acting: Acting, fields: Fields) -> None:
    try:
        await devices.end_one(acting, UUID(fields.get("session_id", "")))
    except ValueError:
        return


async def _end_others(_: Request, acting: Acting, __: Fields) -> None:
    await devices.end_others(acting)


async def _everywhere(request: Request, acting: Acting, _: Fields) -> Response:
    await devices.end_others(acting)
    await sessions.end_session(cookie_of(request), origin=origin_of(request))
    return with_cookie(redirect("/sign-in?signed_out"), None)


ROUTES = [
    Route("/account", show, methods=["GET"]),
    _form("name", "name", _rename),
    _form("address", "address", _address),
    _form("password", "password", _password),
    _form("factor", "factor", _begin_factor),
    _form("factor/finish", "factor", _finish_factor),
    _form("factor/remove", "factor", _remove_factor),
    _form("codes", "factor", _new_codes),
    _form("sessions/end", "sessions", _end_one),
    _form("sessions/others", "sessions", _end_others),
    _form("sessions/everywhere", "sessions", _everywhere),
]
