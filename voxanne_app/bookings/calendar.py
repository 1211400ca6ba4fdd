"""A week of one practitioner or of all, and a day of all side by side, placed for a calendar.

Places are minutes from the view's own opening on the clinic's wall clock: where the clocks change, hours keep
their labels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings.hours import Stretches
from voxanne_app.bookings.queries import BookingRow, bookings_between
from voxanne_app.bookings.schedule import BookablePractitioner, Schedule, load_schedule
from voxanne_app.foundation.time_zones import dates_between, zone_of

_OFFICE_DAY = (9 * 60, 17 * 60)  # what an empty calendar shows
_FIVE_DAYS, _WEEK = 5, 7


@dataclass(frozen=True)
class PlacedBooking:
    """`at` and `minutes` place it; `wall_starts_at` is what the clinic's clock shows."""

    booking: BookingRow
    wall_starts_at: datetime
    at: int
    minutes: int


@dataclass(frozen=True)
class CalendarColumn:
    """One date of one practitioner, or (None) of all. `open` are (at, minutes); none and a reason: closed.

    `other_hours` says why the hours of this date are not the usual ones.
    """

    on_date: date
    practitioner_id: UUID | None
    practitioner: str
    open: tuple[tuple[int, int], ...]
    closed_reason: str | None
    bookings: tuple[PlacedBooking, ...]
    booked_minutes: int
    other_hours: str = ""


@dataclass(frozen=True)
class CalendarView:
    """Columns from left to right over the same hours: `opens` and `closes` are minutes of the wall day."""

    opens: int
    closes: int
    columns: tuple[CalendarColumn, ...]


def week(
    session: Session, *, org_id: UUID, zone: str, week_of: date, practitioner_id: UUID | None = None
) -> CalendarView:
    """Monday to Friday of the week around `week_of`, and the weekend if anybody works or is booked then."""
    monday = week_of - timedelta(days=week_of.weekday())
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=monday)
    people = _chosen(schedule, practitioner_id)
    dates = dates_between(monday, _WEEK)
    rows = bookings_between(
        session, org_id=org_id, zone=zone, first=dates[0], last=dates[-1], practitioner_id=practitioner_id
    )
    while len(dates) > _FIVE_DAYS and _is_idle(schedule, people, dates[-1], rows):
        dates.pop()
    name = people[0].name if practitioner_id and people else ""
    return _view(schedule, [(on_date, people, practitioner_id, name) for on_date in dates], rows)


def day(session: Session, *, org_id: UUID, zone: str, on_date: date) -> CalendarView:
    """One date, a column for each practitioner."""
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=on_date)
    rows = bookings_between(session, org_id=org_id, zone=zone, first=on_date, last=on_date)
    return _view(schedule, [(on_date, (one,), one.id, one.name) for one in schedule.practitioners], rows)


_Column = tuple[date, Sequence[BookablePractitioner], UUID | None, str]


def _view(schedule: Schedule, wanted: Sequence[_Column], rows: Sequence[BookingRow]) -> CalendarView:
    hours = [_open(schedule, people, on_date) for on_date, people, _, _ in wanted]
    placed = [_on(rows, on_date, practitioner_id, schedule.zone) for on_date, _, practitioner_id, _ in wanted]
    opens, closes = _frame(hours, [one for column in placed for one in column])
    columns = [
        _column(schedule, one, opens, stretches, bookings)
        for one, stretches, bookings in zip(wanted, hours, placed, strict=True)
    ]
    return CalendarView(opens, closes, tuple(columns))


def _column(
    schedule: Schedule,
    wanted: _Column,
    opens: int,
    hours: Stretches,
    bookings: Sequence[tuple[int, BookingRow]],
) -> CalendarColumn:
    on_date, _, practitioner_id, name = wanted
    zone = zone_of(schedule.zone)
    placed = tuple(
        PlacedBooking(row, row.starts_at.astimezone(zone), minute - opens, _minutes(row))
        for minute, row in bookings
    )
    exception = schedule.exceptions.on(on_date, practitioner_id)
    return CalendarColumn(
        on_date=on_date,
        practitioner_id=practitioner_id,
        practitioner=name,
        open=tuple((start - opens, end - start) for start, end in hours),
        closed_reason=None if hours else (exception.reason if exception else ""),
        bookings=placed,
        booked_minutes=sum(one.minutes for one in placed),
        other_hours=exception.reason if exception and hours else "",
    )


def _on(
    rows: Iterable[BookingRow], on_date: date, practitioner_id: UUID | None, zone: str
) -> list[tuple[int, BookingRow]]:
    """The bookings of one column with the minute of the wall day at which they start."""
    found = []
    for row in rows:
        wall = row.starts_at.astimezone(zone_of(zone))
        if wall.date() == on_date and practitioner_id in (None, row.practitioner_id):
            found.append((wall.hour * 60 + wall.minute, row))
    return found


def _open(schedule: Schedule, people: Iterable[BookablePractitioner], on_date: date) -> Stretches:
    """When at least one of them works."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(one for person in people for one in schedule.stretches_on(on_date, person)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _frame(hours: Iterable[Stretches], placed: Iterable[tuple[int, BookingRow]]) -> tuple[int, int]:
    """Whole hours that hold everything."""
    spans = [stretch for stretches in hours for stretch in stretches]
    spans += [(minute, minute + _minutes(row)) for minute, row in placed]
    spans = spans or [_OFFICE_DAY]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return first // 60 * 60, -(-last // 60) * 60


def _chosen(schedule: Schedule, practitioner_id: UUID | None) -> Sequence[BookablePractitioner]:
    return [one for one in schedule.practitioners if practitioner_id in (None, one.id)]


def _is_idle(
    schedule: Schedule, people: Sequence[BookablePractitioner], on_date: date, rows: Iterable[BookingRow]
) -> bool:
    return not _open(schedule, people, on_date) and not _on(rows, on_date, None, schedule.zone)


def _minutes(row: BookingRow) -> int:
    return int((row.ends_at - row.starts_at).total_seconds() // 60)
