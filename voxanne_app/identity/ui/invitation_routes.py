"""`/invitation/<token>`: the link of a mail, for people we know and for people we do not."""

from http import HTTPStatus
from uuid import UUID

from anyio import to_thread
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation import clock
from voxanne_app.foundation.browser_requests import client_address, origin_of
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity import clinics, joining, passwords, sessions, vendor_calls
from voxanne_app.identity.admission import Admitted, NotAdmitted
from voxanne_app.identity.joining import Offer
from voxanne_app.identity.ports import PasswordRefused, SignInError, SignInUnavailable
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.session_start import Started, start_session
from voxanne_app.identity.signing_in import sign_in
from voxanne_app.identity.ui import invitation_page
from voxanne_app.identity.ui.door_forms import redirect
from voxanne_app.identity.ui.own_forms import said, takes_form
from voxanne_app.identity.ui.place_routes import as_platform


async def show(request: Request) -> Response:
    token = request.path_params["token"]
    try:
        offer, who = await _offer(token), await _who(request)
    except ClinicRefusal as refusal:
        return said("This invitation cannot be used", str(refusal), HTTPStatus.GONE)
    except OperationalError:
        return said("Try again in a minute", SignInUnavailable.sentence, HTTPStatus.SERVICE_UNAVAILABLE)
    if who:
        is_theirs = who.email == offer.email
        return HTMLResponse(
            invitation_page.for_member_to_be(offer, token)
            if is_theirs
            else invitation_page.for_somebody_else(offer, who.email)
        )
    if offer.is_known or offer.account_id is None:
        return HTMLResponse(invitation_page.for_known_person(offer, token))
    return HTMLResponse(invitation_page.for_newcomer(offer, token))


@takes_form
async def take(request: Request, fields: dict[str, str]) -> Response:
    token = request.path_params["token"]
    who = await _who(request)
    if who:
        await _join(request, token, who)
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    offer = await _offer(token)
    if offer.is_known or offer.account_id is None:
        return RedirectResponse(f"/sign-in?next=/invitation/{token}", HTTPStatus.SEE_OTHER)
    full_name = " ".join(fields.get("full_name", "").split())[:120]
    try:
        started = await _make_known(request, offer, offer.account_id, full_name, fields.get("password", ""))
    except SignInError as problem:
        html = invitation_page.for_newcomer(offer, token, full_name=full_name, problem=problem.sentence)
        return HTMLResponse(html, HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotAdmitted as refusal:
        return said("You are not in yet", refusal.sentence, HTTPStatus.FORBIDDEN)
    await _join(request, token, started.who)
    return redirect("/", cookie_value=started.cookie_value)


class NoName(SignInError):
    sentence = "Say what you are called: your colleagues see it beside what you do."


async def _make_known(
    request: Request, offer: Offer, account_id: UUID, full_name: str, password: str
) -> Started:
    """Whoever holds the link reads the address's mail, so its account is theirs, and gets its password."""
    if not full_name:
        raise NoName
    if sentence := passwords.objection(password, about=(offer.email, full_name)):
        raise PasswordRefused(sentence)
    provider, accounts = vendors.sign_in_provider(), vendors.accounts()
    address = client_address(request)
    await vendor_calls.call(
        lambda: accounts.set_first_password(account_id, password=password, full_name=full_name)
    )
    tokens = await vendor_calls.call(
        lambda: sign_in(provider, cache(), email=offer.email, password=password, address=address)
    )
    return await start_session(tokens, origin=origin_of(request))


async def _join(request: Request, token: str, who: Admitted) -> None:
    now = clock.now()

    def join(session: Session) -> None:
        org_id = joining.accept(session, token, person_id=who.person_id, now=now)
        clinics.turn_to(
            session,
            session_id=who.session_id,
            person_id=who.person_id,
            org_id=org_id,
            now=now,
            recorded=False,
        )

    await as_platform(request, who, join)


async def _offer(token: str) -> Offer:
    def read() -> Offer:
        with transaction(Claims.system()) as session:
            return joining.read_offer(session, token, now=clock.now())

    return await to_thread.run_sync(read)


async def _who(request: Request) -> Admitted | None:
    return await sessions.admitted_for_cookie(request.cookies.get(sessions.cookie_name()))


async def invitation(request: Request) -> Response:
    return await (take if request.method == "POST" else show)(request)


ROUTES = [Route("/invitation/{token}", invitation, methods=["GET", "POST"])]
