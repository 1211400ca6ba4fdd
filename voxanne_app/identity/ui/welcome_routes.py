"""`/welcome`: somebody with a confirmed address and no clinic makes one."""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID, uuid4

from anyio import to_thread
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.agents.versions import Author, create_agent
from voxanne_app.bookings.first_setup import set_up
from voxanne_app.foundation import clock
from voxanne_app.foundation.browser_requests import origin_of
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity import clinics, sessions, welcome_drafts
from voxanne_app.identity.admission import WithoutClinic
from voxanne_app.identity.people import display_name
from voxanne_app.identity.ui import welcome_form, welcome_page
from voxanne_app.identity.ui.own_forms import takes_form
from voxanne_app.identity.ui.place_routes import as_platform
from voxanne_app.identity.ui.welcome_form import Answers

_KEPT = "It is kept. Sign in again whenever you like, and go on here."


async def show(request: Request) -> Response:
    who = await _newcomer(request)
    if who is None:
        return _in()
    if await as_platform(request, who, lambda session: _turn_to_own(session, who)):
        return _in()
    answers = await as_platform(request, who, lambda s: welcome_drafts.answers_of(s, who.person_id))
    return HTMLResponse(welcome_page.form(who.email, answers))


@takes_form
async def take(request: Request, fields: dict[str, str]) -> Response:
    who = await _newcomer(request)
    if who is None:
        return _in()
    given = welcome_form.typed(fields)
    await as_platform(request, who, lambda s: welcome_drafts.keep(s, who.person_id, given))
    if fields.get("act") == "keep":
        return HTMLResponse(welcome_page.form(who.email, given, notice=_KEPT))
    reading = welcome_form.read(given)
    if reading.answers is None:
        html = welcome_page.form(who.email, given, problems=reading.problems)
        return HTMLResponse(html, HTTPStatus.UNPROCESSABLE_ENTITY)
    answers = reading.answers
    await to_thread.run_sync(lambda: _make(request, who, answers))
    await as_platform(request, who, lambda session: _turn_to_own(session, who))
    return _in()


def _turn_to_own(session: Session, who: WithoutClinic) -> bool:
    """Into a clinic that they have made or joined meanwhile, if there is one."""
    org_id = clinics.last_chosen(session, who.person_id)
    if org_id:
        clinics.turn_to(
            session, session_id=who.session_id, person_id=who.person_id, org_id=org_id, now=clock.now()
        )
    return org_id is not None


def _make(request: Request, who: WithoutClinic, answers: Answers) -> None:
    """Everything or nothing, in one transaction in the new clinic's own name; asked twice, one clinic."""
    org_id = uuid4()
    origin = replace(origin_of(request), session_id=who.session_id)
    with transaction(Claims.person(org_id=org_id, person_id=who.person_id, origin=origin)) as session:
        if welcome_drafts.clinic_made(session, who.person_id) is None:
            _write(session, who, answers, org_id)
            welcome_drafts.finish(session, who.person_id, clinic_id=org_id)


def _write(session: Session, who: WithoutClinic, answers: Answers, org_id: UUID) -> None:
    now = clock.now()
    clinics.create(session, answers.profile, org_id=org_id)
    clinics.add_owner(session, org_id=org_id, person_id=who.person_id, now=now)
    set_up(session, answers.first, org_id=org_id)
    configuration = TEMPLATES[answers.kind].configuration(name=answers.agent, clinic=answers.profile.name)
    author = Author(who.person_id, display_name(who.full_name, who.email))
    create_agent(session, configuration, org_id=org_id, by=author, now=now, recorded=False)


async def _newcomer(request: Request) -> WithoutClinic | None:
    return await sessions.newcomer_for_cookie(request.cookies.get(sessions.cookie_name()))


def _in() -> Response:
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


async def welcome(request: Request) -> Response:
    return await (take if request.method == "POST" else show)(request)


ROUTES = [Route("/welcome", welcome, methods=["GET", "POST"])]
