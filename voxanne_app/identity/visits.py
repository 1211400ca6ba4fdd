"""Operators in a clinic: for a reason, for a while, reading only, and known to the clinic."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.identity.admission import Operator, SignedIn, Visiting
from voxanne_app.identity.clinic_models import Visit
from voxanne_app.identity.models import Organization
from voxanne_app.identity.people import display_name
from voxanne_app.identity.refusals import ClinicRefusal

# In minutes; what an operator may choose from.
LENGTHS = (15, 30, 60, 120, 240)
SHORTEST_REASON, LONGEST_REASON = 10, 500


def begin(
    session: Session, operator: Operator, *, org_id: UUID, reason: str, minutes: int, now: datetime
) -> Visit:
    """Let an operator into a clinic. A visit elsewhere that the same session has not ended ends.

    Raises ClinicRefusal.
    """
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ClinicRefusal(
            f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters: the clinic reads it."
        )
    if minutes not in LENGTHS:
        raise ClinicRefusal("A visit lasts from 15 minutes to 4 hours.")
    if session.get(Organization, org_id) is None:
        raise ClinicRefusal("There is no such clinic.")
    end_of_session(session, operator.session_id, now=now)
    visit = Visit(
        org_id=org_id,
        person_id=operator.person_id,
        person_name=display_name(operator.full_name, operator.email),
        session_id=operator.session_id,
        reason=reason,
        started_at=now,
        ends_at=now + timedelta(minutes=minutes),
    )
    session.add(visit)
    session.flush()
    _note(session, visit, "visits.began", minutes=minutes)
    enqueue(session, "identity.end_visit", {"visit_id": str(visit.id)}, org_id=None, due_at=visit.ends_at)
    return visit


def end_of_session(session: Session, session_id: UUID, *, now: datetime) -> Visit | None:
    """End whatever visit an operator's session is on, at its click."""
    query = select(Visit).where(Visit.session_id == session_id, col(Visit.ended_at).is_(None))
    visit = session.exec(query.with_for_update()).one_or_none()
    if visit:
        _end(session, visit, now=now)
    return visit


def end_due(session: Session, visit_id: UUID, *, now: datetime) -> None:
    """Write down that a visit is over whose time has come; nobody was let in since. Once."""
    query = select(Visit).where(Visit.id == visit_id, col(Visit.ended_at).is_(None), Visit.ends_at <= now)
    visit = session.exec(query.with_for_update()).one_or_none()
    if visit:
        _end(session, visit, now=visit.ends_at)


def with_visit(session: Session, operator: Operator, *, now: datetime) -> Operator:
    """The operator, in the clinic that they visit now."""
    query = (
        select(Visit, Organization)
        .join(Organization, col(Organization.id) == Visit.org_id)
        .where(Visit.session_id == operator.session_id, col(Visit.ended_at).is_(None), Visit.ends_at > now)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        return operator
    visit, organization = found
    visitor = SignedIn(
        session_id=operator.session_id,
        person_id=operator.person_id,
        org_id=organization.id,
        org_name=organization.name,
        time_zone=organization.time_zone,
        full_name=operator.full_name,
        email=operator.email,
        role="visitor",
        visit=Visiting(visit.id, visit.reason, visit.ends_at),
    )
    return replace(operator, visit=visitor)


@dataclass(frozen=True)
class VisitView:
    """`ended_at` None: still on, until `ends_at` at the latest."""

    id: UUID
    who: str
    reason: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None


def recent_visits(session: Session, *, org_id: UUID, at_most: int = 20) -> list[VisitView]:
    """Who of the platform looked into the clinic, the latest first."""
    query = select(Visit).where(Visit.org_id == org_id).order_by(col(Visit.started_at).desc()).limit(at_most)
    return [
        VisitView(one.id, one.person_name, one.reason, one.started_at, one.ends_at, one.ended_at)
        for one in session.exec(query)
    ]


def _end(session: Session, visit: Visit, *, now: datetime) -> None:
    visit.ended_at = min(now, visit.ends_at)
    session.flush()
    _note(session, visit, "visits.ended")


def _note(session: Session, visit: Visit, action: str, **details: object) -> None:
    """In the clinic's own trail, and on its open screens."""
    said = {"reason": visit.reason, **details}
    record(session, action, subject=("visit", visit.id), details=said, org_id=visit.org_id)
    announce(session, org_id=visit.org_id, topic="clinic")
