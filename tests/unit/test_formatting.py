"""How things are written on screens."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from voxanne_app.ui import formatting

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 24, 17, 41, tzinfo=UTC)  # 9:41 AM in Portland


@pytest.mark.parametrize(
    ("before", "written"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=4, seconds=50), "4 min ago"),
        (timedelta(hours=1, minutes=6), "1 h 6 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=23, minutes=59), "23 h 59 min ago"),
        (timedelta(days=1), "Mon 23 Nov, 9:41 AM"),
        (timedelta(days=400), "Mon 20 Oct 2025, 10:41 AM"),
        (-timedelta(minutes=34), "in 34 min"),
    ],
)
def test_a_moment_is_relative_within_a_day_and_dated_beyond(before: timedelta, written: str) -> None:
    assert formatting.when(NOW - before, PACIFIC, now=NOW) == written


def test_midnight_and_noon_are_twelve() -> None:
    assert formatting.clock_time(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), PACIFIC) == "12:00 AM"
    assert formatting.clock_time(datetime(2026, 11, 24, 20, 5, tzinfo=UTC), PACIFIC) == "12:05 PM"


def test_the_exact_time_tells_the_two_one_thirties_apart_on_the_day_the_clocks_go_back() -> None:
    first = datetime(2026, 11, 1, 8, 30, 7, tzinfo=UTC)
    assert formatting.exact(first, PACIFIC) == "Sunday 1 November 2026, 1:30:07 AM PDT"
    assert formatting.exact(first + timedelta(hours=1), PACIFIC) == "Sunday 1 November 2026, 1:30:07 AM PST"


def test_a_day_is_the_clinics_day_and_not_utcs() -> None:
    evening = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # still the 24th in Portland
    assert formatting.day_and_time(evening, PACIFIC, now=NOW) == "Tue 24 Nov, 7:00 PM"


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0:00"), (11, "0:11"), (168, "2:48"), (3768, "1:02:48"), (-3, "0:00")]
)
def test_the_length_of_a_call_is_written_as_a_clock_counts(seconds: float, written: str) -> None:
    assert formatting.length(seconds) == written


def test_how_long_something_waits_has_two_units_at_most() -> None:
    written = [formatting.lasting(s) for s in (9, 60, 3599, 3600, 3960, 100_000, 300_000)]
    assert written == ["9 s", "1 min", "59 min", "1 h", "1 h 6 min", "1 day 3 h", "3 days"]


@pytest.mark.parametrize(
    ("amount", "currency", "digits", "written"),
    [
        ("41.9", "USD", 2, "$41.90"),
        ("0.0554", "USD", 3, "$0.055"),
        ("0.005", "USD", 2, "$0.01"),
        ("0.0049", "USD", 2, "<$0.01"),
        ("0", "USD", 2, "$0.00"),
        ("-3.5", "EUR", 2, "−€3.50"),
        ("1234567.891", "GBP", 2, "£1,234,567.89"),
        ("1200", "JPY", 2, "¥1,200"),
        ("12", "CHF", 2, "CHF 12.00"),
    ],
)
def test_money_carries_its_currency_and_never_rounds_something_to_nothing(
    amount: str, currency: str, digits: int, written: str
) -> None:
    assert formatting.money(Decimal(amount), currency, digits=digits) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+15035550164", "(503) 555-0164"),
        ("+442079460018", "+44 20 7946 0018"),
        ("anonymous", "anonymous"),
        (None, "Number withheld"),
        ("", "Number withheld"),
    ],
)
def test_a_phone_number_is_written_as_people_write_it(number: str | None, written: str) -> None:
    assert formatting.phone(number) == written


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Los_Angeles", "Pacific time"),
        ("America/New_York", "Eastern time"),
        ("America/Chicago", "Central time"),
        ("Asia/Shanghai", "Shanghai time"),
        ("Europe/Berlin", "Central European time"),
        ("Europe/London", "UK time"),
        ("Australia/Sydney", "Sydney time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_what_people_call_it(zone: str, name: str) -> None:
    assert formatting.zone_name(ZoneInfo(zone)) == name


def test_tool_times_counts_and_initials() -> None:
    assert formatting.milliseconds(412.4) == "412 ms"
    assert formatting.milliseconds(3240) == "3.2 s"
    assert [formatting.count(n, "call") for n in (0, 1, 1204)] == ["0 calls", "1 call", "1,204 calls"]
    assert [formatting.initials(n) for n in ("Maya Torres", "Ana Maria de la Cruz", "Jo", "")] == [
        "MT",
        "AC",
        "J",
        "",
    ]


def test_days_near_today_are_called_by_their_names() -> None:
    today = date(2026, 11, 24)
    assert formatting.day_heading(today, today=today) == ("Today", "Tuesday 24 November")
    assert formatting.day_heading(date(2026, 11, 23), today=today) == ("Yesterday", "Monday 23 November")
    assert formatting.day_heading(date(2026, 11, 2), today=today) == ("Monday 2 November", "")
    assert formatting.day_heading(date(2025, 11, 2), today=today) == ("Sunday 2 November 2025", "")
