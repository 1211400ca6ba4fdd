"""What people of a demo clinic did: written down as any act is, so it happened when the demo was made."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.keeping import chain_state
from voxanne_app.audit.trail import record, record_read
from voxanne_app.demo_data.clinics import DemoClinic, DemoPerson, demo_id
from voxanne_app.foundation.database import Claims, transaction_at
from voxanne_app.foundation.origin import Origin

# Which device each role uses, and from where; the addresses are set aside for examples.
_DEVICES = {
    "staff": ("203.0.113.24", "Firefox on Windows"),
    "admin": ("203.0.113.24", "Edge on Windows"),
    "owner": ("198.51.100.7", "Safari on iOS"),
    "viewer": ("203.0.113.31", "Chrome on macOS"),
}
_RECORDS = text("""
    (select 'call' as kind, id::text, source from (select id, '' as source, created_at from call_logs
      where org_id = :org_id and status = 'ended') c order by created_at desc limit 5)
    union all (select 'booking', id::text, source from bookings where org_id = :org_id
      order by created_at desc limit 6)
    union all (select 'case', id::text, '' from cases where org_id = :org_id and resolved_at is not null
      order by resolved_at desc limit 3)
""")

Act = tuple[str, str, tuple[str, str] | None, dict[str, object]]


def write_acts(database_url: str, clinic: DemoClinic) -> None:
    """Once: what was written down stays."""
    with transaction_at(database_url, Claims.organization(clinic.id)) as session:
        if chain_state(session, clinic.id).entries:
            return
        acts = list(_acts(session, clinic.id))
    people = {person.role: person for person in clinic.people}
    for role, action, subject, details in acts:
        claims = _claims(clinic, people[role]) if role in people else Claims.assistant(clinic.id)
        with transaction_at(database_url, claims) as session:
            if subject and action == "calls.transcript_opened":
                record_read(session, action, subject=subject)
            else:
                record(session, action, subject=subject, details=details)


def _acts(session: Session, org_id: UUID) -> Iterator[Act]:
    """(Who by role, what, about which record, details), in the order in which they happen."""
    found = session.connection().execute(_RECORDS, {"org_id": org_id}).all()
    for number, (kind, record_id, source) in enumerate(found):
        subject = (kind, record_id)
        if kind == "call":
            yield ("staff", "viewer", "owner")[number % 3], "calls.transcript_opened", subject, {}
        elif kind == "booking":
            yield ("staff" if source == "staff" else "assistant"), "bookings.booked", subject, {}
        else:
            yield ("staff", "admin")[number % 2], "cases.resolved", subject, {}
    yield "admin", "calls.exported", None, {"rows": 214}
    yield "owner", "bookings.exported", None, {"rows": 96}


def _claims(clinic: DemoClinic, person: DemoPerson) -> Claims:
    address, device = _DEVICES[person.role]
    origin = Origin(demo_id("session", person.email), address, device)
    return Claims.person(org_id=clinic.id, person_id=demo_id("person", person.email), origin=origin)
