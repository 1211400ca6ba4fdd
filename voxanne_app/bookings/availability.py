"""When a service can start: pure rules over open hours, busy times and buffers.

An appointment lies wholly within open hours. Its buffers only keep it away from other bookings: cleaning may
fall into lunch. Starts are offered on quarter hours and, right after a booking, on the next five minutes.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from voxanne_app.bookings.schedule import BookablePractitioner, BookableService, Schedule
from voxanne_app.foundation.time_zones import Minute, Span, wall_date

PartOfDay = Literal["morning", "afternoon", "evening"]
Busy = Mapping[UUID, Sequence[Span]]  # per practitioner, buffers included, in order, not overlapping

QUARTER_HOUR = 15
FREED_STEP = 5
# Times offered to one caller lie far apart if the day allows it, closer if it must be.
_MINUTES_APART = (240, 120, 60, 30, 0)


class Slot(NamedTuple):
    starts: Minute
    practitioner: BookablePractitioner


# Who is free at which start, in order of time.
FreeTimes = Mapping[Minute, Sequence[BookablePractitioner]]


def start_windows(opening: Iterable[Span], busy: Sequence[Span], service: BookableService) -> list[Span]:
    """From which minute to which (both included) the service may start."""
    windows = []
    minutes, before, after = service.minutes, service.before, service.after
    for opens, closes in opening:
        first, last = opens, closes - minutes
        for taken_from, taken_until in _touching(busy, opens - before, closes + after):
            latest_before = taken_from - after - minutes
            if first <= latest_before and first <= last:
                windows.append((first, min(latest_before, last)))
            first = max(first, taken_until + before)
        if first <= last:
            windows.append((first, last))
    return windows


def starts_in(window: Span) -> list[Minute]:
    """The starts worth offering: the earliest on five minutes, then every quarter hour."""
    first, last = -(-window[0] // FREED_STEP) * FREED_STEP, window[1]
    if first > last:
        return []
    return [first, *range(first - first % QUARTER_HOUR + QUARTER_HOUR, last + 1, QUARTER_HOUR)]


def is_open(schedule: Schedule, practitioner: BookablePractitioner, span: Span) -> bool:
    """Whether all of `span` lies within this practitioner's hours."""
    opening = schedule.open_on(wall_date(span[0], schedule.zone))[practitioner.id]
    return any(opens <= span[0] and span[1] <= closes for opens, closes in opening)


def is_free(busy: Sequence[Span], blocked: Span) -> bool:
    return not _touching(busy, *blocked)


def free_on(
    on_date: date,
    schedule: Schedule,
    service: BookableService,
    practitioners: Iterable[BookablePractitioner],
    busy: Busy,
    earliest: Minute,
) -> FreeTimes:
    """Every free time of these practitioners on that date."""
    free: defaultdict[Minute, list[BookablePractitioner]] = defaultdict(list)
    opening = schedule.open_on(on_date)
    for practitioner in practitioners:
        taken = busy.get(practitioner.id, ())
        for window in start_windows(opening[practitioner.id], taken, service):
            for start in starts_in(window):
                free[start].append(practitioner)
    return {start: free[start] for start in sorted(free) if start >= earliest}


def part_of(moment: datetime) -> PartOfDay:
    """Of a wall clock's time: afternoon from 12, evening from 17."""
    if moment.hour < 12:
        return "morning"
    return "afternoon" if moment.hour < 17 else "evening"


def few(days: Iterable[FreeTimes], *, count: int, per_day: int) -> list[Slot]:
    """Up to `count` times a caller can choose from: soon, well apart, over several days and practitioners."""
    chosen: list[Slot] = []
    offered: Counter[UUID] = Counter()
    for free in days:
        for start in _spread(list(free), min(per_day, count - len(chosen))):
            practitioner = min(free[start], key=lambda one: offered[one.id])
            offered[practitioner.id] += 1
            chosen.append(Slot(start, practitioner))
        if len(chosen) >= count:
            break
    return chosen


def _spread(starts: Sequence[Minute], count: int) -> list[Minute]:
    picked: list[Minute] = []
    for apart in _MINUTES_APART:
        picked = []
        for start in starts:
            if len(picked) < count and (not picked or start - picked[-1] >= apart):
                picked.append(start)
        if len(picked) == count:
            break
    return picked


def _touching(busy: Sequence[Span], since: Minute, until: Minute) -> Sequence[Span]:
    """The busy spans that overlap `since` to `until`: they are in order, so only near ones are looked at."""
    first, end = bisect_left(busy, (since,)), bisect_left(busy, (until,))
    if first and busy[first - 1][1] > since:  # the one that began before reaches into it
        first -= 1
    return busy[first:end]
