"""What callers hear: one line each, with the same for machines beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer
from voxanne_app.bookings.availability import Slot
from voxanne_app.bookings.booking import Booked, CannotBook, SlotTaken
from voxanne_app.bookings.finding import HORIZON_DAYS, Search, nearest
from voxanne_app.bookings.models import Booking
from voxanne_app.bookings.schedule import BookableService, Schedule
from voxanne_app.bookings.spoken import one_line, say_date, say_slots, say_when
from voxanne_app.foundation.time_zones import Minute, minute_of, wall_clock, zone_of

Arguments = Mapping[str, Any]
Answer = Callable[[Session, Caller, Arguments, datetime], ToolAnswer]


def speakable(answer: Answer) -> Answer:
    """Every answer, and every expected no, is one line."""

    @wraps(answer)
    def in_one_line(session: Session, caller: Caller, arguments: Arguments, now: datetime) -> ToolAnswer:
        try:
            given = answer(session, caller, arguments if isinstance(arguments, Mapping) else {}, now)
        except (CannotBeDone, CannotBook) as no:
            raise CannotBeDone(one_line(str(no))) from None
        return replace(given, line=one_line(given.line))

    return in_one_line


def offered(
    intro: str, slots: Sequence[Slot], service: BookableService, schedule: Schedule, now: datetime
) -> ToolAnswer:
    return ToolAnswer(
        f"{intro}{say_slots(slots, schedule.zone, now=now)}.",
        {
            "slots": [
                {
                    "starts_at": wall_clock(slot.starts, schedule.zone).isoformat(),
                    "practitioner": slot.practitioner.name,
                    "service": service.name,
                }
                for slot in slots
            ]
        },
    )


def with_alternatives(
    session: Session, search: Search, wanted: Minute, now: datetime, no: CannotBook
) -> CannotBeDone:
    zone = search.schedule.zone
    # The time is not said again: only what can be had should stay in the caller's ear.
    reason = f"Sorry, that time is {'no longer free' if isinstance(no, SlotTaken) else 'outside our hours'}."
    slots = nearest(session, search, wanted=wanted, now=now)
    if not slots:
        return CannotBeDone(f"{reason} Nothing else is free in the next {HORIZON_DAYS} days.")
    return CannotBeDone(f"{reason} Free instead: {say_slots(slots, zone, now=now)}.")


def done(
    what: str, booking: Booking | Booked, schedule: Schedule, now: datetime, more: str = ""
) -> ToolAnswer:
    names: dict[UUID, str] = {one.id: one.name for one in schedule.practitioners}
    name = names.get(booking.practitioner_id)
    when = say_when(minute_of(booking.starts_at), schedule.zone, now=now)
    zone = zone_of(schedule.zone)
    return ToolAnswer(
        f"{what}: {when}{f' with {name}' if name else ''}.{more}",
        {
            "booking": {
                "id": str(booking.id),
                "starts_at": booking.starts_at.astimezone(zone).isoformat(),
                "ends_at": booking.ends_at.astimezone(zone).isoformat(),
                "practitioner": name,
                "status": booking.status,
            }
        },
    )


def nothing_on(on_date: date, schedule: Schedule, *, today: date) -> str:
    closed = schedule.exceptions.on(on_date, None)
    why = (
        f", the clinic is closed: {closed.reason}"
        if closed and not closed.stretches and closed.reason
        else ""
    )
    return f"Nothing is free on {say_date(on_date, today=today)}{why}."
