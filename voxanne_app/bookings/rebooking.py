"""Moving, cancelling and marking bookings. The database keeps them from overlapping: a clash is SlotTaken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from voxanne_app.audit.trail import record
from voxanne_app.bookings.availability import is_open
from voxanne_app.bookings.booking import (
    BookingNotFound,
    NobodyOffersIt,
    NotPossibleNow,
    OutsideHours,
    SlotTaken,
    check_time,
)
from voxanne_app.bookings.for_calls import tell_calls
from voxanne_app.bookings.models import BLOCKING, Booking, Practitioner
from voxanne_app.bookings.schedule import Schedule
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.time_zones import Minute, instant_of, minute_of

_TIMES = ("starts_at", "ends_at", "blocks_from", "blocks_until")
_DECLINED = "declined:"  # the request key of a cancelled booking that nobody had approved
_MARKS = {"confirmed": "unmarked", "completed": "marked_as_seen", "no_show": "marked_as_missed"}
_EXCLUSION_VIOLATION, _DEADLOCK = "23P01", "40P01"


def move(
    session: Session,
    *,
    org_id: UUID,
    booking_id: UUID,
    schedule: Schedule,
    starts: Minute,
    now: datetime,
    practitioner_id: UUID | None = None,
    outside_hours: bool = False,
) -> Booking:
    """To another time and, if given, another practitioner. Everything else stays as it was booked."""
    booking = _locked(session, org_id, booking_id)
    if booking.status not in BLOCKING:
        raise NotPossibleNow("Only a booking that still stands can be moved.")
    check_time(starts, now)
    minutes = minute_of(booking.ends_at) - minute_of(booking.starts_at)
    practitioner_id = practitioner_id or booking.practitioner_id
    practitioner = next((one for one in schedule.practitioners if one.id == practitioner_id), None)
    if practitioner is None:
        raise NobodyOffersIt
    if not outside_hours and not is_open(schedule, practitioner, (starts, starts + minutes)):
        raise OutsideHours
    shift = instant_of(starts) - booking.starts_at
    times = {name: getattr(booking, name) + shift for name in _TIMES}
    told = {"from": booking.starts_at.isoformat(), "to": times["starts_at"].isoformat()}
    _change(session, booking, now, practitioner_id=practitioner_id, **times)
    _record(session, booking, "moved", **told, outside_hours=outside_hours)
    return booking


def cancel(session: Session, *, org_id: UUID, booking_id: UUID, now: datetime) -> Booking:
    """Give the time back. Cancelling again changes nothing."""
    booking = _locked(session, org_id, booking_id)
    if booking.status == "cancelled":
        return booking
    if booking.status not in BLOCKING:
        raise NotPossibleNow("That appointment has already taken place.")
    # Lets go of the request: the same caller may book the same time again.
    declined = booking.status == "pending"
    key = f"{_DECLINED if declined else 'cancelled:'}{booking.id}"
    _change(session, booking, now, status="cancelled", cancelled_at=now, request_key=key)
    _record(session, booking, "declined" if declined else "cancelled")
    return booking


def restore(session: Session, *, org_id: UUID, booking_id: UUID, now: datetime) -> Booking:
    """Undo a cancellation, as long as the time is still free. What waited for approval waits again."""
    booking = _locked(session, org_id, booking_id)
    if booking.status != "cancelled":
        return booking
    status = "pending" if booking.request_key.startswith(_DECLINED) else "confirmed"
    _change(session, booking, now, status=status, cancelled_at=None)
    _record(session, booking, "restored")
    return booking


def mark(session: Session, *, org_id: UUID, booking_id: UUID, status: str, now: datetime) -> Booking:
    """Approve (`confirmed`), say what came of it (`completed`, `no_show`), or take it back (`confirmed`)."""
    booking = _locked(session, org_id, booking_id)
    if booking.status == "cancelled" or status not in ("confirmed", "completed", "no_show"):
        raise NotPossibleNow("That cannot be done with this booking.")
    if status != "confirmed" and booking.starts_at > now:
        raise NotPossibleNow("That appointment has not begun yet.")
    if status == booking.status:
        return booking
    act = "approved" if (booking.status, status) == ("pending", "confirmed") else _MARKS[status]
    _change(session, booking, now, status=status)
    _record(session, booking, act)
    return booking


def _record(session: Session, booking: Booking, act: str, **told: object) -> None:
    record(session, f"bookings.{act}", subject=("booking", booking.id), details=told)


def _locked(session: Session, org_id: UUID, booking_id: UUID) -> Booking:
    statement = select(Booking).where(Booking.org_id == org_id, Booking.id == booking_id)
    booking = session.exec(statement.with_for_update()).one_or_none()
    if booking is None:
        raise BookingNotFound
    return booking


def _change(session: Session, booking: Booking, now: datetime, **changes: Any) -> None:
    """SlotTaken, and the booking as it was, when the time is another's."""
    practitioner_id = changes.get("practitioner_id", booking.practitioner_id)
    try:
        with session.begin_nested():
            _let_one_mover_in(session, booking.org_id, practitioner_id)
            for name, value in {**changes, "updated_at": now}.items():
                setattr(booking, name, value)
    except (IntegrityError, OperationalError) as error:
        if getattr(error.orig, "sqlstate", None) in (_EXCLUSION_VIOLATION, _DEADLOCK):
            raise SlotTaken from None
        raise
    announce(session, org_id=booking.org_id, topic="bookings")
    tell_calls(session, org_id=booking.org_id, booking_id=booking.id)


def _let_one_mover_in(session: Session, org_id: UUID, practitioner_id: UUID) -> None:
    """Updates that want each other's time can deadlock in the constraint, as 2 of 3,200 did: in turns."""
    statement = select(Practitioner.id).where(
        Practitioner.org_id == org_id, Practitioner.id == practitioner_id
    )
    session.exec(statement.with_for_update(key_share=True)).one()
