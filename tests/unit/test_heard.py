"""What callers say, read without guessing: everything unclear is asked back in one speakable line."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.agents.tools import CannotBeDone
from voxanne_app.bookings import heard
from voxanne_app.bookings.spoken import one_line
from voxanne_app.foundation.time_zones import instant_of

ZONE = "America/Los_Angeles"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 7 in the morning, a Tuesday

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300) | st.binary(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def moment(written, now: datetime = NOW) -> datetime:
    return instant_of(heard.moment_of({"starts_at": written}, "starts_at", zone=ZONE, now=now))


@pytest.mark.parametrize(
    "written",
    ["2026-11-24T10:15", "2026-11-24 10:15", "2026-11-24T10:15:00", "2026-11-24T10:15:00.000",
     "2026-11-24T10:15:00-08:00", "2026-11-24T10:15-0800", " 2026-11-24t10:15 "],
)  # fmt: skip
def test_a_time_is_the_clinics_wall_time_with_or_without_its_offset(written: str) -> None:
    assert moment(written) == datetime(2026, 11, 24, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("2026-02-30T10:00", "does not exist"),
        ("2026-11-31T10:00", "does not exist"),
        ("2026-13-01T10:00", "does not exist"),
        ("0000-00-00T00:00", "does not exist"),
        ("2026-11-24T25:00", "no such time"),
        ("2026-11-24T10:61", "no such time"),
        ("2026-11-23T10:00", "is in the past"),
        ("2024-03-03T10:00", "is in the past"),
        ("2026-11-24T06:00", "already over"),
        ("2027-12-01T10:00", "more than a year away"),
        ("9999-12-31T23:59", "more than a year away"),
        ("2026-11-24T10:00Z", "another time zone"),
        ("2026-11-24T10:00+09:00", "another time zone"),
        ("2026-11-24T10:00+99:99", "another time zone"),
        ("2027-03-14T02:30", "does not exist on Sunday, March 14, 2027, as the clocks go forward"),
        ("2027-03-14T02:30-08:00", "another time zone"),
        ("tomorrow", "Today is Tuesday, November 24, 2026"),
        ("tomorrow at nine", "Which date and time"),
        ("2026-11-24", "Which date and time"),
        ("10:15", "Which date and time"),
        ("٢٠٢٦-١١-٢٤T١٠:١٥", "Which date and time"),
        ("2026-11-24T10:15'; drop table bookings; --", "Which date and time"),
        ("2026-11-24T10:15\0", "Which date and time"),
        ("9" * 100_000, "Which date and time"),
        (20261124, "Which date and time"),
        (1.5, "Which date and time"),
        (True, "Which date and time"),
        (None, "Which date and time"),
        ([], "Which date and time"),
        ({"date": "2026-11-24"}, "Which date and time"),
    ],
)
def test_a_time_that_cannot_be_meant_is_asked_back(written, asked: str) -> None:
    with pytest.raises(CannotBeDone, match=asked):
        moment(written)


def test_of_a_time_that_comes_twice_the_earlier_is_meant_unless_the_offset_says_otherwise() -> None:
    before = datetime(2026, 10, 1, tzinfo=UTC)
    assert moment("2026-11-01T01:30", before) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert moment("2026-11-01T01:30-08:00", before) == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "tomorrow", "2026-11-23", "24.11.2026", 7, ["2026-11-24"], "x" * 9999]
)
def test_a_date_that_cannot_be_meant_is_asked_back(written) -> None:
    with pytest.raises(CannotBeDone, match=r"Today is Tuesday, November 24, 2026"):
        heard.date_of({"on_date": written}, zone=ZONE, now=NOW)


def test_today_is_the_clinics_today() -> None:
    late = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # still the 24th in Los Angeles
    assert heard.date_of({"on_date": "2026-11-24"}, zone=ZONE, now=late) == date(2026, 11, 24)
    assert heard.date_of({}, zone=ZONE, now=late) is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Maria Lopez", "Maria Lopez"),
        ("  Maria \n\t Lopez ", "Maria Lopez"),
        ("María-José O’Neill", "María-José O’Neill"),
        ("李小龍", "李小龍"),
        ("Robert'); DROP TABLE bookings;--", "Robert' DROP TABLE bookings"),
        ("<script>alert(1)</script>", "script alert 1 script"),
        ("=cmd|' /C calc'!A0", "cmd ' C calc' A0"),
        ("Ann\u202e\u0000a", "Ann a"),
    ],
)
def test_a_name_keeps_what_names_are_made_of(said: str, name: str) -> None:
    assert heard.patient_name_of({"patient_name": said}) == name


@pytest.mark.parametrize(
    "said", [None, "", "   ", 7, "123", "!!!", ["Maria"], "x" * 101, "x" * 100_000, "\ud800"]
)
def test_what_is_no_name_is_asked_back(said) -> None:
    with pytest.raises(CannotBeDone, match="full name"):
        heard.patient_name_of({"patient_name": said})


@pytest.mark.parametrize("said", ["503 555 0111", "(503) 555-0111", "+1 503 555 0111", "1-503-555-0111"])
def test_a_phone_number_is_read_however_it_is_written(said: str) -> None:
    assert heard.phone_of({"patient_phone": said}, None) == "+15035550111"


def test_without_a_phone_number_it_is_the_callers() -> None:
    assert heard.phone_of({}, "+15035550164") == "+15035550164"
    assert heard.phone_of({}, "anonymous") is None
    assert heard.phone_of({}, None) is None


@pytest.mark.parametrize("said", ["5", "call me", 5035550111, "+" * 500, ["503"], "0" * 30])
def test_what_is_no_phone_number_is_asked_back(said) -> None:
    with pytest.raises(CannotBeDone, match="digit by digit"):
        heard.phone_of({"patient_phone": said}, "+15035550164")


@given(value=anything)
def test_whatever_arrives_is_read_or_asked_back_in_one_line(value) -> None:
    arguments = dict.fromkeys(
        ("on_date", "starts_at", "patient_name", "patient_phone", "part_of_day", "notes"), value
    )
    readers = (
        lambda: heard.date_of(arguments, zone=ZONE, now=NOW),
        lambda: heard.moment_of(arguments, "starts_at", zone=ZONE, now=NOW),
        lambda: heard.patient_name_of(arguments),
        lambda: heard.phone_of(arguments, None),
        lambda: heard.part_of_day_of(arguments),
        lambda: heard.notes_of(arguments),
    )
    for read in readers:
        try:
            read()
        except CannotBeDone as no:
            assert str(no) == one_line(str(no))
