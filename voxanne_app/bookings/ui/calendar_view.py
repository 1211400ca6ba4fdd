"""The calendar as it is drawn: columns with what is closed, what is booked and where now is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from voxanne_app.bookings.calendar import CalendarColumn, CalendarView, PlacedBooking
from voxanne_app.ui import formatting

_NOON = (11 * 60, 15 * 60)
# In minutes: what is shorter has room for one line only, and a closed hour for a word.
_SHORT, _ROOM_FOR_WORDS = 25, 60


@dataclass(frozen=True)
class Placed:
    """A booking in its place. Bookings of one time stand side by side: `span` lanes of `lanes`, from `lane`
    on. `kind` is how it looks: past, to-approve, short."""

    id: str
    name: str
    what: str
    hint: str
    start: int
    minutes: int
    kind: str
    by_receptionist: bool
    lane: int = 0
    lanes: int = 1
    span: int = 1


@dataclass(frozen=True)
class Closed:
    words: str
    start: int
    minutes: int
    is_blocked: bool


@dataclass(frozen=True)
class Column:
    """A date (its `key`, ISO), or a person on one date (their id). `now` is where the line of now is, in
    minutes from the top; -1 for none."""

    key: str
    on: str
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
        key=str(column.practitioner_id if by_person else column.on_date),
        on=column.on_date.isoformat(),
        number=column.practitioner if by_person else str(column.on_date.day),
        weekday="" if by_person else f"{column.on_date:%a}",
        end=hours,
        is_today=is_today and not by_person,
        now=at if is_today and 0 <= at < view.closes - view.opens else -1,
        closed=list(_closed(column, view)),
        placed=_side_by_side([_placed(one, zone, now) for one in column.bookings]),
    )


def _hours(minutes: int) -> str:
    """`4 h booked`, `3 h 30 booked`, `45 min booked`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min booked"
    return f"{hours} h {rest:02} booked" if rest else f"{hours} h booked"


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
            yield _before(column, view, start) if end == 0 else _between(view, end, start)
        end = start + minutes
    if end < whole:
        yield _edge(column, f"Until {_clock(view.opens + end)}", end, whole)


def _before(column: CalendarColumn, view: CalendarView, opens: int) -> Closed:
    return _edge(column, f"From {_clock(view.opens + opens)}", 0, opens)


def _edge(column: CalendarColumn, words: str, start: int, end: int) -> Closed:
    """Before opening and after closing: said where there is room for it, or where it is not as usual."""
    if column.other_hours:
        return Closed(f"{words}, {column.other_hours}", start, end - start, is_blocked=False)
    return Closed(words if end - start >= _ROOM_FOR_WORDS else "", start, end - start, is_blocked=False)


def _between(view: CalendarView, start: int, end: int) -> Closed:
    is_lunch = _NOON[0] <= view.opens + start and view.opens + end <= _NOON[1]
    return Closed("Lunch" if is_lunch else "Away", start, end - start, is_blocked=True)


def _placed(one: PlacedBooking, zone: ZoneInfo, now: datetime) -> Placed:
    row = one.booking
    clock = formatting.clock_time(row.starts_at, zone)
    kinds = {"to-approve": row.status == "pending", "past": row.ends_at <= now, "short": one.minutes < _SHORT}
    return Placed(
        id=str(row.id),
        name=row.patient_name,
        what=f"{clock.rsplit(' ', 1)[0]} {row.service}",
        hint=f"{row.patient_name}, {clock}, {row.service} with {row.practitioner}",
        start=one.at,
        minutes=one.minutes,
        kind=" ".join(kind for kind, is_it in kinds.items() if is_it),
        by_receptionist=row.source == "phone",
    )


def _side_by_side(placed: Sequence[Placed]) -> list[Placed]:
    """Give bookings that overlap a lane each; those of one knot share its width."""
    done: list[Placed] = []
    knot: list[Placed] = []
    ends: list[int] = []
    for one in sorted(placed, key=lambda each: (each.start, -each.minutes, each.id)):
        if knot and one.start >= max(ends):
            done += _laned(knot, len(ends))
            knot, ends = [], []
        lane = next((lane for lane, end in enumerate(ends) if end <= one.start), len(ends))
        ends[lane : lane + 1] = [one.start + one.minutes]
        knot.append(replace(one, lane=lane))
    return done + _laned(knot, len(ends))


def _laned(knot: Sequence[Placed], lanes: int) -> list[Placed]:
    """Each as wide as the lanes at its right are free."""
    done = []
    for one in knot:
        meets = {
            other.lane
            for other in knot
            if other.start < one.start + one.minutes and one.start < other.start + other.minutes
        }
        end = next((lane for lane in range(one.lane + 1, lanes) if lane in meets), lanes)
        done.append(replace(one, lanes=lanes, span=end - one.lane))
    return done


def _hour(minute: int) -> str:
    hour = minute // 60
    return f"{hour % 12 or 12} {'AM' if hour % 24 < 12 else 'PM'}"


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour % 12 or 12}:{rest:02}"


def heading(view: CalendarView, on: date, *, today: date) -> str:
    """`23 to 27 November`; of one day `Today, Tuesday 24 November`."""
    first, last = (view.columns[0].on_date, view.columns[-1].on_date) if view.columns else (on, on)
    year = "" if last.year == today.year else f" {last.year}"
    if first == last:
        return ", ".join(part for part in formatting.day_heading(first, today=today) if part)
    start = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{start} to {last.day} {last:%B}{year}"
