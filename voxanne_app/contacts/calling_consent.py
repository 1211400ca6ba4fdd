"""Whether somebody agreed to be called by an automated voice, or took that back: who recorded it, and when.

Nobody is called without it. What was recorded is never changed: the latest record of a contact holds.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.contacts.models import CallingConsent

HOW = {
    "on_the_phone": "on the phone",
    "in_writing": "in writing",
    "in_person": "in person",
}

_LATEST = text("""
    select is_given, how, recorded_by_name, recorded_at from contact_consents
    where org_id = :org_id and contact_id = :contact_id order by recorded_at desc, id limit 1
""")


@dataclass(frozen=True)
class Consent:
    """What was recorded last."""

    is_given: bool
    how: str
    recorded_by_name: str
    recorded_at: datetime


def latest(session: Session, *, org_id: UUID, contact_id: UUID) -> Consent | None:
    """None as long as nobody has recorded anything."""
    values = {"org_id": org_id, "contact_id": contact_id}
    row = session.connection().execute(_LATEST, values).one_or_none()
    return Consent(**row._mapping) if row else None


def give(
    session: Session, *, org_id: UUID, contact_id: UUID, how: str, by: tuple[UUID, str], now: datetime
) -> None:
    """They agreed, in one of the ways of `HOW`; `by` is who says so: id and name."""
    _add(session, org_id, contact_id, by, now, is_given=True, how=how)
    record(session, "contacts.consent_given", subject=("contact", contact_id), details={"how": how})


def withdraw(
    session: Session, *, org_id: UUID, contact_id: UUID, by: tuple[UUID, str], now: datetime
) -> None:
    """They do not want it any more; what is asked for already is not dialled either."""
    _add(session, org_id, contact_id, by, now, is_given=False, how="")
    record(session, "contacts.consent_withdrawn", subject=("contact", contact_id))


def _add(
    session: Session,
    org_id: UUID,
    contact_id: UUID,
    by: tuple[UUID, str],
    now: datetime,
    *,
    is_given: bool,
    how: str,
) -> None:
    person_id, name = by
    session.add(
        CallingConsent(
            org_id=org_id,
            contact_id=contact_id,
            is_given=is_given,
            how=how,
            recorded_by=person_id,
            recorded_by_name=name,
            recorded_at=now,
        )
    )
    session.flush()
