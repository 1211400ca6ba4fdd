"""Wall clocks and instants, held against a look at the clock of every single minute."""

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

import pytest

from voxanne_app.bookings.availability import start_windows, starts_in
from voxanne_app.bookings.hours import open_spans
from voxanne_app.bookings.schedule import BookableService
from voxanne_app.foundation.time_zones import (
    UnknownTimeZone,
    instant_of,
    instants_of_wall,
    minute_of,
    spans_of_wall,
    wall_clock,
    zone_of,
)

FULL = bool(os.environ.get("VOXANNE_FAULTS_FULL"))
DURATIONS = (5, 10, 15, 20, 30, 45, 50, 60, 75, 90, 120)
HOURS = (((0, 1440),), ((30, 210),), ((0, 150), (165, 360)), ((540, 750), (780, 1020)), ((1320, 1439),))


@lru_cache(maxsize=1)
def changes() -> list[tuple[str, date]]:
    """Every change of clocks in 2026 and 2027, as (zone, date): that day or the next."""
    days = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(731)]
    found = []
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        offsets = [day.astimezone(zone).utcoffset() for day in days]
        found += [
            (name, day.date())
            for day, (one, other) in zip(days, pairwise(offsets), strict=False)
            if one != other
        ]
    return found


def sample() -> list[tuple[str, date]]:
    """All changes when asked for the full count, otherwise some, always with the odd ones."""
    if FULL:
        return changes()
    odd = (
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "America/Los_Angeles",
        "Europe/Berlin",
        "Africa/Casablanca",
    )
    chosen = [change for change in changes() if change[0] in odd]
    return chosen + Random(20261101).sample(changes(), 12)


def test_there_are_as_many_changes_as_the_zones_promise() -> None:
    assert len(changes()) >= 728


def test_every_offset_is_whole_quarter_hours() -> None:
    """Quarter hours on the wall are computed in UTC: a zone that breaks this breaks the offered times."""
    for name in available_timezones():
        for month in range(1, 25):
            moment = datetime(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 15, tzinfo=UTC)
            assert moment.astimezone(ZoneInfo(name)).utcoffset() % timedelta(minutes=15) == timedelta(0), name


def test_no_time_is_offered_outside_hours_on_the_days_the_clocks_change() -> None:
    for zone, change in sample():
        for on_date in (change + timedelta(days=number) for number in (-1, 0, 1, 2)):
            wall = walls_around(on_date, zone)
            for stretches in HOURS:
                opened = {minute for minute, shown in wall.items() if shows(shown, on_date, stretches)}
                spans = open_spans(on_date, stretches, zone)
                assert {minute for span in spans for minute in range(*span)} == opened, (
                    zone,
                    on_date,
                    stretches,
                )
                check_starts(spans, opened, (zone, on_date, stretches))


def check_starts(spans, opened: set[int], where) -> None:
    """Each start has its real length within open hours, and no such start is missing."""
    stays_open: dict[int, int] = {}
    for minute in sorted(opened, reverse=True):
        stays_open[minute] = 1 + stays_open.get(minute + 1, 0)
    for minutes in DURATIONS:
        windows = start_windows(spans, (), BookableService(uuid4(), "", (), minutes))
        found = {start for first, last in windows for start in range(first, last + 1)}
        wanted = {start for start, length in stays_open.items() if length >= minutes}
        assert found == wanted, (*where, minutes)
        assert {start for window in windows for start in starts_in(window)} <= wanted, (*where, minutes)


def walls_around(on_date: date, zone: str) -> dict[int, datetime]:
    first = minute_of(datetime.combine(on_date, time(), UTC)) - 15 * 60
    return {minute: wall_clock(minute, zone).replace(tzinfo=None) for minute in range(first, first + 54 * 60)}


def shows(wall: datetime, on_date: date, stretches) -> bool:
    minute = wall.hour * 60 + wall.minute
    return wall.date() == on_date and any(opens <= minute < closes for opens, closes in stretches)


def test_a_wall_time_that_the_clocks_skip_is_no_instant() -> None:
    assert instants_of_wall(datetime.fromisoformat("2026-03-08T02:30"), "America/Los_Angeles") == []


def test_a_wall_time_that_comes_twice_is_two_instants_an_hour_apart() -> None:
    earlier, later = instants_of_wall(datetime.fromisoformat("2026-11-01T01:30"), "America/Los_Angeles")
    assert later - earlier == 60
    assert instant_of(earlier) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def test_the_day_the_clocks_go_back_has_25_hours() -> None:
    ((since, until),) = spans_of_wall(date(2026, 11, 1), 0, 1440, "America/Los_Angeles")
    assert until - since == 25 * 60


def test_hours_within_the_skipped_hour_do_not_exist() -> None:
    assert spans_of_wall(date(2026, 3, 8), 2 * 60, 3 * 60, "America/Los_Angeles") == []


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "Europe/Berlin\0", "x" * 500])
def test_what_is_no_time_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(UnknownTimeZone, match="is not a time zone"):
        zone_of(name)
