"""What Today writes: cases by urgency, the bookings around now, figures against the week before."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingRow
from voxanne_app.calls.cases import CaseRow
from voxanne_app.calls.figures import Series, WeekFigures
from voxanne_app.today.ui.figures_view import figures
from voxanne_app.today.ui.today_view import agenda, agenda_day, case_lines

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 24, 17, 41, tzinfo=UTC)  # 9:41 AM in the clinic


def case(**values: object) -> CaseRow:
    defaults = {
        "id": uuid4(),
        "kind": "callback",
        "title": "Call back Nadia",
        "body": "",
        "is_urgent": False,
        "callback_number": "+15035550137",
        "call_id": None,
        "created_at": NOW - timedelta(minutes=12),
        "due_at": None,
        "resolved_at": None,
        "booking_id": None,
    }
    return CaseRow(**defaults | values)  # type: ignore[arg-type]


def booking(starts_at: datetime, **values: object) -> BookingRow:
    defaults = {
        "id": uuid4(),
        "patient_name": "Hugh Pemberton",
        "patient_phone": None,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=30),
        "status": "confirmed",
        "source": "phone",
        "call_id": None,
        "practitioner_id": uuid4(),
        "practitioner": "Dr. Amari",
        "service_id": uuid4(),
        "service": "Filling",
        "created_at": starts_at,
    }
    return BookingRow(**defaults | values)  # type: ignore[arg-type]


def week(**series: Series) -> WeekFigures:
    none = Series((0.0,) * 7, (0.0,) * 7)
    names = ("answered", "booked", "after_hours", "callback_wait")
    return WeekFigures(**dict.fromkeys(names, none) | series, median_wait_before=None, median_wait_since=None)


def test_an_urgent_case_says_when_it_is_due_and_when_it_is_late() -> None:
    soon = case(is_urgent=True, due_at=NOW + timedelta(minutes=3))
    late = case(is_urgent=True, due_at=NOW - timedelta(minutes=5))
    lines = case_lines([soon, late], zone=ZONE, now=NOW)
    assert [line.due for line in lines] == ["Due in 3 min", "Late by 5 min"]
    assert [line.tone for line in lines] == ["bad", "bad"]
    assert lines[0].waited == "12 min"
    assert lines[0].since == "since 9:29 AM"


def test_the_first_case_is_open_until_another_one_was_opened() -> None:
    cases = [case(), case()]
    assert [line.is_open for line in case_lines(cases, zone=ZONE, now=NOW)] == [True, False]
    opened = case_lines(cases, zone=ZONE, now=NOW, opened=str(cases[1].id))
    assert [line.is_open for line in opened] == [False, True]
    gone = case_lines(cases, zone=ZONE, now=NOW, opened=str(uuid4()))
    assert [line.is_open for line in gone] == [True, False]


def test_now_stands_between_what_has_begun_and_what_is_to_come() -> None:
    day = [booking(NOW + timedelta(minutes=minutes)) for minutes in (-90, -10, 20)]
    lines, rest = agenda(day, zone=ZONE, now=NOW)
    assert [line.now or line.status for line in lines] == ["Confirmed", "Now", "9:41 AM", "Confirmed"]
    assert [line.is_past for line in lines] == [True, False, False, False]
    assert rest == ""


def test_a_long_day_is_shown_around_now_and_says_what_is_left_out() -> None:
    day = [booking(NOW + timedelta(minutes=40 * step)) for step in range(-4, 10)]
    lines, rest = agenda(day, zone=ZONE, now=NOW)
    assert len([line for line in lines if not line.now]) == 8
    assert rest == "3 earlier, 3 later that day"


def test_on_a_free_day_the_next_booked_day_is_named_and_has_no_line_of_now() -> None:
    tomorrow = [booking(NOW + timedelta(days=1))]
    assert agenda_day(tomorrow, zone=ZONE, now=NOW) == "Wednesday 25 November"
    lines, _ = agenda(tomorrow, zone=ZONE, now=NOW)
    assert [line.now for line in lines] == [""]
    assert agenda_day([booking(NOW)], zone=ZONE, now=NOW) == ""


def test_figures_are_held_against_the_week_before() -> None:
    shown = figures(week(answered=Series((28.0,) * 7, (30.0,) * 7), booked=Series((1.0,) * 7, (2.0,) * 7)))
    assert (shown[0].value, shown[0].against, shown[0].direction) == ("210", "7% more than 196", "up")
    assert (shown[1].value, shown[1].against) == ("14", "from 7")
    assert (shown[2].against, shown[2].since) == ("", "")  # no calls after hours in either week
    assert (shown[3].value, shown[3].unit) == ("–", "")
