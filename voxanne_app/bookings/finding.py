"""The next free times of a service, read from the database in a few queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings.availability import FreeTimes, PartOfDay, Slot, few, free_on, part_of
from voxanne_app.bookings.schedule import BookablePractitioner, BookableService, Schedule, load_busy
from voxanne_app.foundation.time_zones import Minute, Span, dates_between, minute_of, wall_clock

HORIZON_DAYS = 60
# Nobody can be at the clinic sooner than this.
NOTICE_MINUTES = 30
# Most callers are served within two working days: what comes later is read for the others only.
_BATCHES = (2, 5, None)
_APART = 30


@dataclass(frozen=True)
class Search:
    """A service with one of these practitioners, in a part of the day or (None) in any."""

    org_id: UUID
    schedule: Schedule
    service: BookableService
    practitioners: Sequence[BookablePractitioner]
    part: PartOfDay | None = None
    notice_minutes: int = NOTICE_MINUTES
    without: UUID | None = None  # a booking that is about to be moved


def next_free(
    session: Session, search: Search, *, since: date, now: datetime, count: int = 3, days: int = HORIZON_DAYS
) -> list[Slot]:
    """Up to `count` times from `since` on, two a day at most, so that there is a choice of days."""
    dates = (on_date for on_date in dates_between(since, days) if _somebody_works(search, on_date, now))
    found: list[Slot] = []
    for size in _BATCHES:
        if len(found) < count:
            batch = list(islice(dates, size))
            found += few(_free(session, search, batch, now), count=count - len(found), per_day=2)
    return found


def free_on_date(
    session: Session, search: Search, *, on_date: date, now: datetime, count: int = 3
) -> list[Slot]:
    """Up to `count` times of one date, well apart."""
    return few(_free(session, search, [on_date], now), count=count, per_day=count)


def nearest(session: Session, search: Search, *, wanted: Minute, now: datetime, count: int = 3) -> list[Slot]:
    """Instead of a time that cannot be had: the closest ones that day, otherwise the next ones after it."""
    on_date = wall_clock(wanted, search.schedule.zone).date()
    closest: list[Slot] = []
    for slot in sorted(all_free(session, search, [on_date], now), key=lambda slot: abs(slot.starts - wanted)):
        is_apart = all(abs(slot.starts - other.starts) >= _APART for other in closest)
        if is_apart and len(closest) < count:
            closest.append(slot)
    if closest:
        return sorted(closest, key=lambda slot: slot.starts)
    return next_free(session, search, since=on_date + timedelta(days=1), now=now, count=count)


def all_free(session: Session, search: Search, dates: Sequence[date], now: datetime) -> list[Slot]:
    """Everything that is free, in order of time."""
    return [
        Slot(start, practitioner)
        for free in _free(session, search, dates, now)
        for start, practitioners in free.items()
        for practitioner in practitioners
    ]


def _free(session: Session, search: Search, dates: Sequence[date], now: datetime) -> Iterator[FreeTimes]:
    """Day by day, computed only as far as somebody asks."""
    zone, service = search.schedule.zone, search.service
    spans = [span for on_date in dates for span in _opening(search, on_date)]
    if not spans:
        return
    busy = load_busy(
        session,
        org_id=search.org_id,
        since=min(opens for opens, _ in spans) - service.before,
        until=max(closes for _, closes in spans) + service.after,
        without=search.without,
    )
    earliest = minute_of(now) + search.notice_minutes + 1
    for on_date in dates:
        free = free_on(on_date, search.schedule, service, search.practitioners, busy, earliest)
        if search.part is not None:
            free = {
                start: who for start, who in free.items() if part_of(wall_clock(start, zone)) == search.part
            }
        yield free


def _somebody_works(search: Search, on_date: date, now: datetime) -> bool:
    """Whether the clinic opens that day, and has not closed yet."""
    earliest = minute_of(now) + search.notice_minutes
    return any(closes > earliest for _, closes in _opening(search, on_date))


def _opening(search: Search, on_date: date) -> Iterator[Span]:
    opening = search.schedule.open_on(on_date)
    return chain.from_iterable(opening[practitioner.id] for practitioner in search.practitioners)
