"""Bookings as lists: rows for tables, today and a call; one booking in full; what can be chosen in forms."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.time_zones import instant_of, spans_of_wall

Sort = Literal["when", "-when", "patient", "-patient", "made", "-made"]

_ROW = """
    select b.id, b.patient_name, b.patient_phone, b.starts_at, b.ends_at, b.status, b.source, b.call_id,
      b.practitioner_id, p.name as practitioner, b.service_id, s.name as service, b.created_at
    from bookings b
    join practitioners p on p.org_id = b.org_id and p.id = b.practitioner_id
    join services s on s.org_id = b.org_id and s.id = b.service_id
    where b.org_id = :org_id and
"""
_BETWEEN = text(
    f"{_ROW} b.starts_at >= :since and b.starts_at < :until and b.status <> 'cancelled' "
    "and (cast(:practitioner_id as uuid) is null or b.practitioner_id = :practitioner_id) "
    "order by b.starts_at, p.name, b.id"
)
_OF_CALL = text(f"{_ROW} b.call_id = :call_id order by b.starts_at, b.id")
_TO_APPROVE = text(f"{_ROW} b.status = 'pending' and b.starts_at >= :now order by b.starts_at, b.id limit 50")
_ONE = text(
    _ROW.replace(
        "b.created_at", "b.created_at, b.notes, b.contact_id, b.created_by, b.cancelled_at, b.updated_at"
    )
    + " b.id = :booking_id"
)
# What people type is found in names and, when it is written like a number, in phone numbers.
_LIKE_A_NUMBER = re.compile(r"[0-9\s()+./-]+")
_FILTER = """
    (cast(:practitioner_id as uuid) is null or b.practitioner_id = :practitioner_id)
    and (:status = '' or b.status = :status) and (:source = '' or b.source = :source)
    and b.starts_at >= :since and b.starts_at < :until
    and (:words = '' or b.patient_name ilike :pattern
      or (:digits <> '' and b.patient_phone like :number_pattern))
"""
_ORDER: dict[Sort, str] = {
    "when": "b.starts_at, b.id",
    "-when": "b.starts_at desc, b.id desc",
    "patient": "lower(b.patient_name), b.starts_at, b.id",
    "-patient": "lower(b.patient_name) desc, b.starts_at desc, b.id desc",
    "made": "b.created_at, b.id",
    "-made": "b.created_at desc, b.id desc",
}
_COUNT = text(f"select count(*) from bookings b where b.org_id = :org_id and {_FILTER}")  # noqa: S608 - constants
_PRACTITIONERS = text(
    "select id, name, specialty from practitioners where org_id = :org_id and is_active order by name"
)
_SERVICES = text("""
    select s.id, s.name, s.duration_minutes, coalesce(array_agg(o.practitioner_id)
      filter (where o.practitioner_id is not null), '{}') as practitioner_ids
    from services s left join practitioner_services o on o.org_id = s.org_id and o.service_id = s.id
    where s.org_id = :org_id and s.is_active group by s.id order by s.name
""")


@dataclass(frozen=True)
class BookingRow:
    """`source`: phone, staff; `status`: pending, confirmed, cancelled, completed or no_show; times: UTC."""

    id: UUID
    patient_name: str
    patient_phone: str | None
    starts_at: datetime
    ends_at: datetime
    status: str
    source: str
    call_id: UUID | None
    practitioner_id: UUID
    practitioner: str
    service_id: UUID
    service: str
    created_at: datetime


@dataclass(frozen=True)
class BookingView(BookingRow):
    notes: str
    contact_id: UUID | None
    created_by: UUID | None
    cancelled_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True)
class BookingFilters:
    """What a list shows; the defaults show everything. Dates are the clinic's, both included."""

    words: str = ""
    practitioner_id: UUID | None = None
    status: str = ""
    source: str = ""
    first: date = date(2000, 1, 1)
    last: date = date(2099, 12, 31)


@dataclass(frozen=True)
class BookingPage:
    rows: tuple[BookingRow, ...]
    total: int


@dataclass(frozen=True)
class PractitionerRow:
    id: UUID
    name: str
    specialty: str


@dataclass(frozen=True)
class ServiceRow:
    id: UUID
    name: str
    duration_minutes: int
    practitioner_ids: tuple[UUID, ...]


class BookingUnknown(Exception):
    """There is no such booking in this organization."""


def bookings_list(
    session: Session,
    *,
    org_id: UUID,
    zone: str,
    filters: BookingFilters,
    sort: Sort = "when",
    page: int = 1,
    page_size: int = 25,
) -> BookingPage:
    """One page of bookings and how many there are in all. Pages count from 1."""
    values = {"org_id": org_id, **_bounds(filters.first, filters.last, zone), **_filter_values(filters)}
    listed = text(f"{_ROW} {_FILTER} order by {_ORDER[sort]} limit :limit offset :offset")
    paging = {"limit": page_size, "offset": (max(page, 1) - 1) * page_size}
    total = session.connection().execute(_COUNT, values).scalar_one()
    return BookingPage(_rows(session, listed, **values, **paging), total)


def bookings_between(
    session: Session, *, org_id: UUID, zone: str, first: date, last: date, practitioner_id: UUID | None = None
) -> tuple[BookingRow, ...]:
    """All that was not cancelled on these dates, both included, in order of time."""
    return _rows(
        session, _BETWEEN, org_id=org_id, practitioner_id=practitioner_id, **_bounds(first, last, zone)
    )


def todays_bookings(session: Session, *, org_id: UUID, today: date, zone: str) -> tuple[BookingRow, ...]:
    return bookings_between(session, org_id=org_id, zone=zone, first=today, last=today)


def of_call(session: Session, *, org_id: UUID, call_id: UUID) -> tuple[BookingRow, ...]:
    """What was booked in a call, the cancelled ones too."""
    return _rows(session, _OF_CALL, org_id=org_id, call_id=call_id)


def to_approve(session: Session, *, org_id: UUID, now: datetime) -> tuple[BookingRow, ...]:
    """What waits for a person's yes, the soonest first."""
    return _rows(session, _TO_APPROVE, org_id=org_id, now=now)


def booking_detail(session: Session, *, org_id: UUID, booking_id: UUID) -> BookingView:
    found = session.connection().execute(_ONE, {"org_id": org_id, "booking_id": booking_id}).one_or_none()
    if found is None:
        raise BookingUnknown("This booking does not exist any more.")
    return BookingView(**found._mapping)


def practitioners(session: Session, *, org_id: UUID) -> tuple[PractitionerRow, ...]:
    return tuple(
        PractitionerRow(**row._mapping)
        for row in session.connection().execute(_PRACTITIONERS, {"org_id": org_id})
    )


def services(session: Session, *, org_id: UUID) -> tuple[ServiceRow, ...]:
    found = session.connection().execute(_SERVICES, {"org_id": org_id})
    return tuple(
        ServiceRow(row.id, row.name, row.duration_minutes, tuple(row.practitioner_ids)) for row in found
    )


def _rows(session: Session, statement: Any, **values: Any) -> tuple[BookingRow, ...]:
    return tuple(BookingRow(**row._mapping) for row in session.connection().execute(statement, values))


def _bounds(first: date, last: date, zone: str) -> dict[str, datetime]:
    """From the first instant of one date to the last of another, as the clinic's clock shows them."""
    day = 24 * 60
    since, until = spans_of_wall(first, 0, day, zone)[0][0], spans_of_wall(last, 0, day, zone)[-1][1]
    return {"since": instant_of(since), "until": instant_of(until)}


def _filter_values(filters: BookingFilters) -> dict[str, Any]:
    words = filters.words.strip()[:100].replace("\0", "")
    escaped = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    digits = re.sub(r"\D", "", words) if _LIKE_A_NUMBER.fullmatch(words) else ""
    return {
        "words": words,
        "pattern": f"%{escaped}%",
        "digits": digits,
        "number_pattern": f"%{digits}%",
        "practitioner_id": filters.practitioner_id,
        "status": filters.status,
        "source": filters.source,
    }
