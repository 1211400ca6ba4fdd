"""Booking a time. Whether it is still free is decided by the database, never by looking first."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zlib import crc32

from sqlmodel import Session, select

from voxanne_app.audit.trail import record
from voxanne_app.bookings.availability import is_free, is_open
from voxanne_app.bookings.for_calls import tell_calls
from voxanne_app.bookings.models import Booking
from voxanne_app.bookings.schedule import BookablePractitioner, BookableService, Schedule, load_busy
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.direct import ask
from voxanne_app.foundation.time_zones import Minute, instant_of, minute_of

FURTHEST_AHEAD = timedelta(days=365)


class CannotBook(Exception):
    """An expected no; the message is written for whoever reads or hears it."""


class SlotTaken(CannotBook):
    def __init__(self) -> None:
        super().__init__("That time is no longer free.")


class OutsideHours(CannotBook):
    def __init__(self) -> None:
        super().__init__("That time is outside the working hours.")


class NotInTime(CannotBook):
    """In the past, or further ahead than bookings are taken."""


class NobodyOffersIt(CannotBook):
    def __init__(self) -> None:
        super().__init__("Nobody offers that at the moment.")


class BookingNotFound(CannotBook):
    def __init__(self) -> None:
        super().__init__("There is no such booking any more.")


class NotPossibleNow(CannotBook):
    """The booking is in a state from which this cannot be done."""


@dataclass(frozen=True)
class Patient:
    name: str
    phone: str | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True)
class Wish:
    """What is to be booked. With `practitioner` None, whoever is free. The same `request_key` books once."""

    service: BookableService
    starts: Minute
    patient: Patient
    request_key: str
    practitioner: BookablePractitioner | None = None
    notes: str = ""
    call_id: UUID | None = None
    created_by: UUID | None = None  # a person of the staff; None: by phone


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as whoever asked for it hears of it; in the order of the arguments of `insert_booking`."""

    id: UUID
    org_id: UUID
    practitioner_id: UUID
    service_id: UUID
    contact_id: UUID | None
    call_id: UUID | None
    patient_name: str
    patient_phone: str | None
    starts_at: datetime
    ends_at: datetime
    blocks_from: datetime
    blocks_until: datetime
    status: str
    source: str
    notes: str
    request_key: str
    created_by: UUID | None
    created_at: datetime


_BOOKED = tuple(field.name for field in fields(Booked))
_INSERT = f"select insert_booking({', '.join(f'${number + 1}' for number in range(len(_BOOKED)))})".encode()


def book(
    session: Session,
    *,
    org_id: UUID,
    schedule: Schedule,
    wish: Wish,
    now: datetime,
    outside_hours: bool = False,
) -> Booked:
    """Book, or return the booking that the same request made before. SlotTaken when somebody was quicker."""
    check_time(wish.starts, now)
    for practitioner in _free_practitioners(session, org_id, schedule, wish, outside_hours):
        if booking := _insert(session, org_id, wish, practitioner, now):
            announce(session, org_id=org_id, topic="bookings")
            _record(session, booking, outside_hours=outside_hours)
            if booking.created_by:  # those made in a call are compared when it is over
                tell_calls(session, org_id=org_id, booking_id=booking.id)
            return booking
        if earlier := _same_request(session, org_id, wish):
            return earlier
    if earlier := _same_request(session, org_id, wish):
        return earlier
    raise SlotTaken


def _record(session: Session, booking: Booked, *, outside_hours: bool) -> None:
    told: dict[str, object] = {"starts_at": booking.starts_at.isoformat(), "outside_hours": outside_hours}
    if booking.call_id:
        told["call"] = str(booking.call_id)
    record(session, "bookings.booked", subject=("booking", booking.id), details=told)


def check_time(starts: Minute, now: datetime) -> None:
    if starts <= minute_of(now):
        raise NotInTime("That time is already over.")
    if starts > minute_of(now + FURTHEST_AHEAD):
        raise NotInTime("That is more than a year away.")


def _same_request(session: Session, org_id: UUID, wish: Wish) -> Booked | None:
    statement = select(Booking).where(Booking.org_id == org_id, Booking.request_key == wish.request_key)
    earlier = session.exec(statement).one_or_none()
    return Booked(*(getattr(earlier, name) for name in _BOOKED)) if earlier else None


def _free_practitioners(
    session: Session, org_id: UUID, schedule: Schedule, wish: Wish, outside_hours: bool
) -> Sequence[BookablePractitioner]:
    """Who could take it as things stand. OutsideHours if nobody works then."""
    able = [
        practitioner
        for practitioner in schedule.practitioners_for(wish.service)
        if wish.practitioner is None or practitioner.id == wish.practitioner.id
    ]
    if not able:
        raise NobodyOffersIt
    span = (wish.starts, wish.starts + wish.service.minutes)
    working = [one for one in able if outside_hours or is_open(schedule, one, span)]
    if not working:
        raise OutsideHours
    blocked = wish.service.blocked(wish.starts)
    busy = load_busy(session, org_id=org_id, since=blocked[0], until=blocked[1])
    free = [one for one in working if is_free(busy.get(one.id, ()), blocked)]
    # In an order of each request's own: work is spread, and callers of one moment do not all try the same.
    return sorted(free, key=lambda one: crc32(f"{wish.request_key}{one.name}".encode()))


def _insert(
    session: Session, org_id: UUID, wish: Wish, practitioner: BookablePractitioner, now: datetime
) -> Booked | None:
    """None when the time or the request key is taken."""
    blocks_from, blocks_until = wish.service.blocked(wish.starts)
    booking = Booked(
        id=uuid4(),
        org_id=org_id,
        practitioner_id=practitioner.id,
        service_id=wish.service.id,
        contact_id=wish.patient.contact_id,
        call_id=wish.call_id,
        patient_name=wish.patient.name,
        patient_phone=wish.patient.phone,
        starts_at=instant_of(wish.starts),
        ends_at=instant_of(wish.starts + wish.service.minutes),
        blocks_from=instant_of(blocks_from),
        blocks_until=instant_of(blocks_until),
        status="confirmed",
        source="phone" if wish.created_by is None else "staff",
        notes=wish.notes,
        request_key=wish.request_key,
        created_by=wish.created_by,
        created_at=now,
    )
    ((made,),) = ask(session, _INSERT, *(getattr(booking, name) for name in _BOOKED))
    return booking if made else None
