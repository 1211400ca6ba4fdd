"""Wall clocks and instants: what a clinic's clock shows, and when that truly is.

Instants are whole minutes since 1970 in UTC: exact, quick to compare, and never ambiguous. Every zone is a
whole number of quarter hours from UTC today, so a quarter hour on the wall is a quarter hour here.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Minute = int
Span = tuple[Minute, Minute]  # from (included) until (not included)

_EARLIEST_WALL = 15 * 60  # no zone is further ahead of UTC than this
_TWO_DAYS_AND_MORE = 54 * 60


class UnknownTimeZone(Exception):
    """The name is none of the IANA time zones."""


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(f"{name[:60]!r} is not a time zone, like Europe/Berlin.") from error


def minute_of(moment: datetime) -> Minute:
    return int(moment.timestamp() // 60)


def instant_of(minute: Minute) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def wall_clock(minute: Minute, zone: str) -> datetime:
    """What the clock shows then, with the offset that holds then."""
    return instant_of(minute).astimezone(zone_of(zone))


@lru_cache(maxsize=8192)
def wall_date(minute: Minute, zone: str) -> date:
    """Which date the clock shows then."""
    return wall_clock(minute, zone).date()


@lru_cache(maxsize=8192)
def offsets_around(on_date: date, zone: str) -> tuple[tuple[Minute, Minute, int], ...]:
    """Which offset (minutes ahead of UTC) holds when, as (from, until, offset), on that date and around.

    One entry on most days, two where the clocks change.
    """
    since = minute_of(datetime.combine(on_date, time(), UTC)) - _EARLIEST_WALL
    until = since + _TWO_DAYS_AND_MORE
    before, after = _offset_at(since, zone), _offset_at(until, zone)
    if before == after:
        return ((since, until, before),)
    minutes = range(since, until + 1)
    change = minutes[bisect_left(minutes, True, key=lambda minute: _offset_at(minute, zone) != before)]
    return ((since, change, before), (change, until, after))


def spans_of_wall(on_date: date, opens: int, closes: int, zone: str) -> list[Span]:
    """When a clock in `zone` shows `on_date` and a time from `opens` until `closes` (minutes of the day).

    Usually one span. None for an hour that the clocks skip; two for one that they repeat in part.
    """
    midnight = minute_of(datetime.combine(on_date, time(), UTC))
    spans = (
        (max(since, midnight + opens - offset), min(until, midnight + closes - offset))
        for since, until, offset in offsets_around(on_date, zone)
    )
    return merged([span for span in spans if span[0] < span[1]])


def instants_of_wall(wall: datetime, zone: str) -> list[Minute]:
    """When a clock in `zone` shows `wall`: once, never (the clocks skip it), or twice (they are put back)."""
    midnight = minute_of(datetime.combine(wall.date(), time(), UTC))
    shown = midnight + wall.hour * 60 + wall.minute
    return [
        shown - offset
        for since, until, offset in offsets_around(wall.date(), zone)
        if since <= shown - offset < until
    ]


def dates_between(first: date, days: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(days)]


def merged(spans: list[Span]) -> list[Span]:
    """The same instants as few spans in order: what touches or overlaps becomes one."""
    result: list[Span] = []
    for since, until in sorted(spans):
        if result and since <= result[-1][1]:
            result[-1] = (result[-1][0], max(until, result[-1][1]))
        else:
            result.append((since, until))
    return result


def _offset_at(minute: Minute, zone: str) -> int:
    offset = wall_clock(minute, zone).utcoffset()
    return int((offset or timedelta()).total_seconds() // 60)
