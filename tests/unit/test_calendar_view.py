"""The calendar as it is drawn."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.bookings.calendar import CalendarColumn, CalendarView, PlacedBooking
from voxanne_app.bookings.queries import BookingRow
from voxanne_app.bookings.ui.calendar_view import Calendar, Column, Placed, calendar, heading

ZONE = ZoneInfo("America/Los_Angeles")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 45, tzinfo=ZONE)
NINE_TO_FIVE = ((60, 210), (330, 210))  # from 8: 9 to 12:30, 13:30 to 17


def placed(at: int, minutes: int = 30, **values: Any) -> PlacedBooking:
    """A booking `at` minutes after 8 in the morning."""
    starts_at = datetime(2026, 11, 24, 8, tzinfo=ZONE) + timedelta(minutes=at)
    row: dict[str, Any] = {
        "id": uuid4(), "patient_name": "Ada Sorel", "patient_phone": None, "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes), "status": "confirmed", "source": "staff",
        "call_id": None, "practitioner_id": uuid4(), "practitioner": "Dr. Voss", "service_id": uuid4(),
        "service": "Check-up", "created_at": starts_at,
    }  # fmt: skip
    return PlacedBooking(BookingRow(**row | values), starts_at, at, minutes)


def column(
    *bookings: PlacedBooking, on_date: date = TODAY, who: UUID | None = None, **values: Any
) -> CalendarColumn:
    fields: dict[str, Any] = {
        "on_date": on_date, "practitioner_id": who, "practitioner": "Dr. Voss" if who else "",
        "open": NINE_TO_FIVE, "closed_reason": None, "bookings": bookings,
        "booked_minutes": sum(one.minutes for one in bookings),
    }  # fmt: skip
    return CalendarColumn(**fields | values)


def drawn(*columns: CalendarColumn, by_person: bool = False, now: datetime = NOW) -> Calendar:
    return calendar(CalendarView(8 * 60, 18 * 60, columns), zone=ZONE, now=now, by_person=by_person)


def one(*bookings: PlacedBooking, now: datetime = NOW, **values: Any) -> Column:
    return drawn(column(*bookings, **values), now=now).columns[0]


def closed(shown: Column) -> list[tuple[str, int, int]]:
    return [(each.words, each.start, each.minutes) for each in shown.closed]


def test_the_hours_are_named_between_opening_and_closing() -> None:
    shown = drawn(column())
    assert (shown.hours, shown.days) == (10, 1)
    assert shown.marks[0] == (60, "9 AM")
    assert shown.marks[3:5] == [(240, "12 PM"), (300, "1 PM")]
    assert shown.marks[-1] == (540, "5 PM")


def test_lunch_and_the_hours_around_are_closed() -> None:
    shown = one()
    assert closed(shown) == [("From 9:00", 0, 60), ("Lunch", 270, 60), ("Until 5:00", 540, 60)]
    assert [each.is_blocked for each in shown.closed] == [False, True, False]


def test_a_short_edge_says_nothing_and_a_gap_in_the_morning_is_no_lunch() -> None:
    shown = one(open=((30, 60), (120, 465)))
    assert closed(shown) == [("", 0, 30), ("Away", 90, 30), ("", 585, 15)]


def test_a_closed_day_says_why() -> None:
    shown = one(open=(), closed_reason="Thanksgiving")
    assert closed(shown) == [("Closed, Thanksgiving", 0, 600)]
    assert shown.end == "Closed"
    assert closed(one(open=(), closed_reason="")) == [("Closed", 0, 600)]


def test_other_hours_than_usual_say_why() -> None:
    assert closed(one(open=((60, 525),), other_hours="Staff training")) == [
        ("From 9:00, Staff training", 0, 60),
        ("Until 5:45, Staff training", 585, 15),
    ]


def test_now_is_a_line_in_todays_column_alone() -> None:
    shown = drawn(column(), column(on_date=TODAY + timedelta(days=1)))
    assert [each.now for each in shown.columns] == [105, -1]
    assert [each.is_today for each in shown.columns] == [True, False]


@pytest.mark.parametrize("hour", [7, 18, 23])
def test_there_is_no_line_of_now_outside_the_hours_shown(hour: int) -> None:
    assert one(now=NOW.replace(hour=hour)).now == -1


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(45, "45 min booked"), (240, "4 h booked"), (210, "3 h 30 booked"), (65, "1 h 05 booked")],
)
def test_a_day_says_how_much_is_booked(minutes: int, words: str) -> None:
    assert one(placed(60, minutes)).end == words


def test_a_free_day_says_so() -> None:
    assert one().end == "Free"


def test_a_booking_says_who_when_and_what() -> None:
    (shown,) = one(placed(300, source="phone")).placed
    assert (shown.name, shown.what, shown.by_receptionist) == ("Ada Sorel", "1:00 Check-up", True)
    assert shown.hint == "Ada Sorel, 1:00 PM, Check-up with Dr. Voss"


@pytest.mark.parametrize(
    ("booking", "kind"),
    [
        (placed(300), ""),
        (placed(60, 45), "past"),  # its end is now
        (placed(60, 46), ""),
        (placed(300, status="pending"), "to-approve"),
        (placed(300, 20), "short"),
        (placed(60, 15, status="pending"), "to-approve past short"),
    ],
)
def test_a_booking_looks_like_what_it_is(booking: PlacedBooking, kind: str) -> None:
    assert one(booking).placed[0].kind == kind


def test_a_column_is_a_date_in_the_week_and_a_person_on_a_day() -> None:
    who = uuid4()
    by_date, by_person = drawn(column(who=who)).columns[0], drawn(column(who=who), by_person=True).columns[0]
    assert (by_date.key, by_date.number, by_date.weekday) == ("2026-11-24", "24", "Tue")
    assert (by_person.key, by_person.number, by_person.weekday) == (str(who), "Dr. Voss", "")
    assert by_date.on == by_person.on == "2026-11-24"


def lanes(*bookings: PlacedBooking) -> list[tuple[int, int, int]]:
    return [(each.lane, each.span, each.lanes) for each in one(*bookings).placed]


def test_one_booking_after_another_has_the_whole_width() -> None:
    assert lanes(placed(60), placed(90), placed(120)) == [(0, 1, 1)] * 3


def test_bookings_of_one_time_stand_side_by_side() -> None:
    assert lanes(placed(60), placed(60), placed(75)) == [(0, 1, 3), (1, 1, 3), (2, 1, 3)]


def test_a_booking_takes_the_room_that_is_free_at_its_right() -> None:
    assert lanes(placed(60, 60), placed(60, 30), placed(60, 30), placed(90, 30)) == [
        (0, 1, 3), (1, 1, 3), (2, 1, 3), (1, 2, 3),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(5, 100)), max_size=12))
def test_no_booking_covers_another(times: list[tuple[int, int]]) -> None:
    shown = one(*(placed(at, minutes) for at, minutes in times)).placed
    assert len(shown) == len(times)
    for place, this in enumerate(shown):
        assert 0 <= this.lane < this.lane + this.span <= this.lanes
        assert not any(meets(this, other) for other in shown[place + 1 :])


def meets(this: Placed, other: Placed) -> bool:
    left, right = this.lane / this.lanes, (this.lane + this.span) / this.lanes
    others_left, others_right = other.lane / other.lanes, (other.lane + other.span) / other.lanes
    beside = right <= others_left + 1e-9 or others_right <= left + 1e-9
    apart = this.start + this.minutes <= other.start or other.start + other.minutes <= this.start
    return not (beside or apart)


def headed(*dates: date) -> str:
    view = CalendarView(480, 1080, tuple(column(on_date=on_date) for on_date in dates))
    return heading(view, dates[0] if dates else TODAY, today=TODAY)


def test_the_heading_names_the_days_and_the_year_when_it_is_another() -> None:
    assert headed(date(2026, 11, 23), date(2026, 11, 27)) == "23 to 27 November"
    assert headed(date(2026, 11, 30), date(2026, 12, 4)) == "30 November to 4 December"
    assert headed(date(2026, 12, 28), date(2027, 1, 1)) == "28 December to 1 January 2027"
    assert headed(TODAY) == "Today, Tuesday 24 November"
    assert headed(date(2027, 1, 4)) == "Monday 4 January 2027"


def test_a_clinic_without_people_has_a_heading_too() -> None:
    assert headed() == "Today, Tuesday 24 November"


def test_utc_makes_no_difference() -> None:
    assert one(now=NOW.astimezone(UTC)).now == 105
