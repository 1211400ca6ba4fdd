"""The calendar as it is drawn: columns with what is closed, what is booked and where now is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from voxanne_app.bookings.calendar import CalendarColumn, CalendarView, PlacedBooking
from voxanne_app.ui import formatting

_NOON = (11 * 60, 15 * 60)


@dataclass(frozen=True)
class Placed:
    """A booking in its place. `lane` of `lanes`: bookings of one time stand side by side."""

    id: str
    name: str
    what: str
    start: int
    minutes: int
    kind: str
    by_receptionist: bool
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True)
class Closed:
    words: str
    start: int
    minutes: int
    is_blocked: bool


@dataclass(frozen=True)
class Column:
    """`now` is where the line of now is, in minutes from the top; -1 for none."""

    key: str
    number: str
    weekday: str
    end: str
    is_today: bool
    now: int
    closed: list[Closed] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)


@dataclass(frozen=True)
class Calendar:
    hours: int = 10
    days: int = 5
    marks: list[tuple[int, str]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


def calendar(view: CalendarView, *, zone: ZoneInfo, now: datetime, by_person: bool) -> Calendar:
    """`by_person`: the columns are people of one day, not days."""
    return Calendar(
        hours=(view.closes - view.opens) // 60,
        days=max(1, len(view.columns)),
        marks=[(minute - view.opens, _hour(minute)) for minute in range(view.opens + 60, view.closes, 60)],
        columns=[_column(view, one, zone=zone, now=now, by_person=by_person) for one in view.columns],
    )


def _column(
    view: CalendarView, column: CalendarColumn, *, zone: ZoneInfo, now: datetime, by_person: bool
) -> Column:
    wall = now.astimezone(zone)
    is_today = column.on_date == wall.date()
    at = wall.hour * 60 + wall.minute - view.opens
    is_shut = column.closed_reason is not None
    hours = _hours(column.booked_minutes) if column.bookings else ("Closed" if is_shut else "Free")
    return Column(
        key=f"{column.on_date}-{column.practitioner_id or ''}",
        number=column.practitioner if by_person else str(column.on_date.day),
        weekday="" if by_person else f"{column.on_date:%a}",
        end=hours,
        is_today=is_today and not by_person,
        now=at if is_today and 0 <= at < view.closes - view.opens else -1,
        closed=list(_closed(column, view)),
        placed=_side_by_side([_placed(one, zone, now) for one in column.bookings]),
    )


def _hours(minutes: int) -> str:
    """`4 h booked`, `3 h 30 booked`."""
    hours, rest = divmod(minutes, 60)
    return (
        f"{hours} h {rest:02} booked"
        if hours and rest
        else f"{hours} h booked"
        if hours
        else f"{rest} min booked"
    )


def _closed(column: CalendarColumn, view: CalendarView) -> Iterable[Closed]:
    """What lies between, before and after the open hours."""
    whole = view.closes - view.opens
    if not column.open:
        words = f"Closed, {column.closed_reason}" if column.closed_reason else "Closed"
        yield Closed(words, 0, whole, is_blocked=bool(column.closed_reason))
        return
    end = 0
    for start, minutes in column.open:
        if start > end:
            yield _gap(view, end, start, is_first=end == 0)
        end = start + minutes
    if end < whole:
        yield Closed(
            f"Until {_clock(view.opens + end)}" if whole - end >= 60 else "",
            end,
            whole - end,
            is_blocked=False,
        )


def _gap(view: CalendarView, start: int, end: int, *, is_first: bool) -> Closed:
    if is_first:
        words = f"From {_clock(view.opens + end)}" if end - start >= 60 else ""
        return Closed(words, start, end - start, is_blocked=False)
    is_lunch = _NOON[0] <= view.opens + start and view.opens + end <= _NOON[1]
    return Closed("Lunch" if is_lunch else "Away", start, end - start, is_blocked=True)


def _placed(one: PlacedBooking, zone: ZoneInfo, now: datetime) -> Placed:
    row = one.booking
    clock = formatting.clock_time(row.starts_at, zone).rsplit(" ", 1)[0]
    kind = "to-approve" if row.status == "pending" else "past" if row.ends_at <= now else ""
    return Placed(
        id=str(row.id),
        name=row.patient_name,
        what=f"{clock} {row.service}",
        start=one.at,
        minutes=one.minutes,
        kind=kind,
        by_receptionist=row.source == "phone",
    )


def _side_by_side(placed: Sequence[Placed]) -> list[Placed]:
    """Give bookings that overlap a lane each; those of one knot share its width."""
    done: list[Placed] = []
    knot: list[Placed] = []
    ends: list[int] = []
    for one in sorted(placed, key=lambda each: (each.start, each.id)):
        if knot and one.start >= max(ends):
            done += _laned(knot, len(ends))
            knot, ends = [], []
        lane = next((lane for lane, end in enumerate(ends) if end <= one.start), len(ends))
        ends[lane : lane + 1] = [one.start + one.minutes]
        knot.append(_in_lane(one, lane, 1))
    return done + _laned(knot, len(ends))


def _laned(knot: Iterable[Placed], lanes: int) -> list[Placed]:
    return [_in_lane(one, one.lane, lanes) for one in knot]


def _in_lane(one: Placed, lane: int, lanes: int) -> Placed:
    return Placed(**{**vars(one), "lane": lane, "lanes": lanes})


def _hour(minute: int) -> str:
    hour = minute // 60
    return f"{hour % 12 or 12} {'AM' if hour % 24 < 12 else 'PM'}"


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour % 12 or 12}:{rest:02}"


def heading(view: CalendarView, *, today: date) -> str:
    """`23 to 27 November`, or one day."""
    first, last = view.columns[0].on_date, view.columns[-1].on_date
    year = "" if last.year == today.year else f" {last.year}"
    if first == last:
        return formatting.day(first) + year
    start = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{start} to {last.day} {last:%B}{year}"
