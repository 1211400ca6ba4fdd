"""Whether somebody was there who could have answered the phone, and when somebody will be."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings.schedule import Schedule, load_schedule
from voxanne_app.foundation.time_zones import Span, spans_of_wall, zone_of

_DAYS_AHEAD = 14


def is_after_hours(session: Session, *, org_id: UUID, zone: str, at: datetime) -> bool:
    """Before the first practitioner begins or after the last one ends; a lunch break is within the hours.

    A clinic that has not said its hours yet is never closed.
    """
    wall = at.astimezone(zone_of(zone))
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=wall.date())
    if not any(practitioner.weekly for practitioner in schedule.practitioners):
        return False
    opens, closes = _hours_on(schedule, wall.date())
    return not opens <= wall.hour * 60 + wall.minute < closes


def open_spans(session: Session, *, org_id: UUID, zone: str, since: datetime) -> list[Span]:
    """The clinic's hours from that day on, for two weeks; none when it has not said any."""
    first = since.astimezone(zone_of(zone)).date()
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=first)
    spans = []
    for day in (first + timedelta(days=number) for number in range(_DAYS_AHEAD)):
        opens, closes = _hours_on(schedule, day)
        spans += spans_of_wall(day, opens, closes, zone) if opens < closes else []
    return spans


def _hours_on(schedule: Schedule, day: date) -> tuple[int, int]:
    """From the first who begins to the last who ends, in minutes of the day; (0, 0) on a closed one."""
    stretches = [
        stretch
        for practitioner in schedule.practitioners
        for stretch in schedule.stretches_on(day, practitioner)
    ]
    return min((since for since, _ in stretches), default=0), max(
        (until for _, until in stretches), default=0
    )
