"""Dates and times as a voice says them."""

from datetime import UTC, date, datetime

import pytest

from voxanne_app.bookings.spoken import one_line, say_choice, say_date, say_time, say_when
from voxanne_app.foundation.phone_numbers import as_written
from voxanne_app.foundation.time_zones import minute_of

NOW = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)


def test_a_moment_is_said_in_the_clinics_wall_time() -> None:
    at = minute_of(datetime(2026, 11, 24, 18, 15, tzinfo=UTC))
    assert say_when(at, "America/Los_Angeles", now=NOW) == "Tuesday, November 24 at 10:15 AM"
    assert say_when(at, "America/New_York", now=NOW) == "Tuesday, November 24 at 1:15 PM"


def test_of_a_time_that_comes_twice_it_is_said_which() -> None:
    first, second = (minute_of(datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (8, 9))
    assert "at 1:30 AM, the earlier one" in say_when(first, "America/Los_Angeles", now=NOW)
    assert "at 1:30 AM, the later one" in say_when(second, "America/Los_Angeles", now=NOW)


def test_the_year_is_said_only_when_it_is_another() -> None:
    assert say_date(date(2026, 11, 4), today=date(2026, 10, 20)) == "Wednesday, November 4"
    assert say_date(date(2027, 1, 4), today=date(2026, 10, 20)) == "Monday, January 4, 2027"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(0, 0, "12 AM"), (9, 0, "9 AM"), (12, 0, "12 PM"), (12, 5, "12:05 PM"), (17, 30, "5:30 PM")],
)
def test_hours_are_said_with_am_and_pm(hour: int, minute: int, said: str) -> None:
    assert say_time(datetime(2026, 11, 24, hour, minute, tzinfo=UTC)) == said


def test_choices_are_joined_as_people_do() -> None:
    assert [say_choice(["a", "b", "c"][:number]) for number in range(4)] == ["", "a", "a or b", "a, b or c"]


def test_a_line_stays_one_line_whatever_it_holds() -> None:
    assert one_line("a\nb\r\nc\u2028d\u2029e\x85f\x00g\u202eh\ud800") == "a b c d e f g h"
    assert len(one_line("x" * 5000)) < 1000


def test_phone_numbers_are_shown_as_people_write_them() -> None:
    assert as_written("+15035550164") == "(503) 555-0164"
    assert as_written("+493012345678") == "+49 30 12345678"
    assert as_written("+493012345678", like="+4989123456") == "030 12345678"
    assert as_written("anonymous") == "anonymous"
    assert as_written(None) == ""
