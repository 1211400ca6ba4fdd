"""Where one is: turning to another of one's clinics; an operator's way into a clinic and out of it."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from anyio import to_thread
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from voxanne_app.foundation import clock
from voxanne_app.foundation.browser_requests import origin_of
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity import clinics, sessions, visits
from voxanne_app.identity.admission import Admitted, Operator
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.ui.own_forms import takes_form

T = TypeVar("T")


@takes_form
async def turn_to_clinic(request: Request, fields: dict[str, str]) -> Response:
    who = await _who(request)
    if who is None or isinstance(who, Operator):
        return _to("/")
    org_id = _id(fields.get("clinic", ""))
    await as_platform(
        request,
        who,
        lambda session: clinics.turn_to(
            session, session_id=who.session_id, person_id=who.person_id, org_id=org_id, now=clock.now()
        ),
    )
    return _to("/")


@takes_form
async def begin_visit(request: Request, fields: dict[str, str]) -> Response:
    who = await _who(request)
    if not isinstance(who, Operator):
        return _to("/")
    org_id, minutes = _id(fields.get("clinic", "")), fields.get("minutes", "")
    length = int(minutes) if minutes in map(str, visits.LENGTHS) else 0
    reason = fields.get("reason", "")
    await as_platform(
        request,
        who,
        lambda session: visits.begin(
            session, who, org_id=org_id, reason=reason, minutes=length, now=clock.now()
        ),
    )
    return _to("/")


@takes_form
async def end_visit(request: Request, _fields: dict[str, str]) -> Response:
    who = await _who(request)
    if not isinstance(who, Operator):
        return _to("/")
    ended = await as_platform(
        request, who, lambda session: visits.end_of_session(session, who.session_id, now=clock.now())
    )
    return _to(f"/platform/organizations/{ended.org_id}" if ended else "/platform")


async def _who(request: Request) -> Admitted | None:
    return await sessions.admitted_for_cookie(request.cookies.get(sessions.cookie_name()))


async def as_platform(request: Request, who: Admitted, work: Callable[[Session], T]) -> T:
    """One transaction of the platform's, for a person who goes from one place to another."""
    origin = replace(origin_of(request), session_id=who.session_id)
    claims = Claims.system(person_id=who.person_id, origin=origin)

    def in_one_transaction() -> T:
        with transaction(claims) as session:
            return work(session)

    done = await to_thread.run_sync(in_one_transaction)
    sessions.look_again(request.cookies.get(sessions.cookie_name()))
    return done


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise ClinicRefusal("There is no such clinic.") from None


def _to(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


ROUTES = [
    Route("/auth/clinic", turn_to_clinic, methods=["POST"]),
    Route("/auth/visit", begin_visit, methods=["POST"]),
    Route("/auth/visit/end", end_visit, methods=["POST"]),
]
