"""What calls ask about bookings, and how they hear of a change."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.bookings.models import BLOCKING
from voxanne_app.bookings.queries import BookingRow
from voxanne_app.foundation.job_queue import enqueue

# What was promised and is booked; whether the patient then came is another matter.
STANDING = (*BLOCKING, "completed", "no_show")
# Nobody has more appointments than this that a single call could be about.
_AT_MOST = 200
_COLUMNS = """
    b.id, b.patient_name, b.patient_phone, b.starts_at, b.ends_at, b.status, b.source, b.call_id,
      b.practitioner_id, p.name as practitioner, b.service_id, s.name as service, b.created_at
"""
# One branch per index: together they would be asked for all bookings of the clinic.
_OF_CALLER = text(f"""
    select {_COLUMNS} from (
      select * from bookings where org_id = :org_id and call_id = :call_id
      union select * from bookings where org_id = :org_id and contact_id = :contact_id
    ) b
    join practitioners p on p.org_id = b.org_id and p.id = b.practitioner_id
    join services s on s.org_id = b.org_id and s.id = b.service_id
    order by b.starts_at desc, b.id limit {_AT_MOST}
""")  # noqa: S608 - constants
_NAMES = text("""
    select true as is_service, lower(name) as name, array(select lower(other) from unnest(other_names) other)
      as others from services where org_id = :org_id
    union all
    select false, lower(name), '{}' from practitioners where org_id = :org_id
""")
_WHOSE = text("select contact_id, call_id from bookings where org_id = :org_id and id = :id")


def bookings_of_caller(
    session: Session, *, org_id: UUID, call_id: UUID, contact_id: UUID | None
) -> tuple[BookingRow, ...]:
    """Made in this call, or for whoever is calling; cancelled ones too."""
    values = {"org_id": org_id, "call_id": call_id, "contact_id": contact_id}
    return tuple(BookingRow(**row._mapping) for row in session.connection().execute(_OF_CALLER, values))


def names_said(
    session: Session, *, org_id: UUID
) -> tuple[Sequence[frozenset[str]], Sequence[frozenset[str]]]:
    """What each service, and each practitioner, is called, in lower case; former ones too."""
    services, practitioners = [], []
    for row in session.connection().execute(_NAMES, {"org_id": org_id}):
        if row.is_service:
            services.append(frozenset((row.name, *row.others)))
        else:
            family = row.name.split()[-1]
            practitioners.append(frozenset((row.name, family) if len(family) > 3 else (row.name,)))
    return services, practitioners


def whose(session: Session, *, org_id: UUID, booking_id: UUID) -> tuple[UUID | None, UUID | None]:
    """(Contact, call) of a booking, as far as it has them."""
    values = {"org_id": org_id, "id": booking_id}
    row = session.connection().execute(_WHOSE, values).one_or_none()
    return (row.contact_id, row.call_id) if row else (None, None)


def tell_calls(session: Session, *, org_id: UUID, booking_id: UUID) -> None:
    """What was promised on the phone may be kept by this change, or not any more."""
    told = {"booking_id": str(booking_id)}
    enqueue(session, "calls.compare_again", told, org_id=org_id, unique_key=str(booking_id))
