"""Bookings as the screens show them."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from tests.clinic import NOW, TODAY, ZONE, Clinic, at, open_clinic
from tests.factories import make_booking, make_call, make_hour_exception
from voxanne_app.bookings.calendar import CalendarView, day, week
from voxanne_app.bookings.queries import (
    BookingFilters,
    BookingUnknown,
    booking_detail,
    bookings_list,
    of_call,
    practitioners,
    services,
    to_approve,
    todays_bookings,
)
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.time_zones import instant_of


@pytest.fixture
def clinic() -> Clinic:
    return open_clinic()


def make(clinic: Clinic, starts: int, **values):
    defaults = {
        "practitioner_id": clinic.voss,
        "service_id": clinic.check_up,
        "starts_at": instant_of(starts),
    }
    return make_booking(org_id=clinic.org_id, **defaults | values)


def listed(clinic: Clinic, sort="when", page=1, page_size=25, **filters):
    with transaction(clinic.claims) as session:
        return bookings_list(
            session, org_id=clinic.org_id, zone=ZONE, filters=BookingFilters(**filters), sort=sort, page=page,
            page_size=page_size,
        )  # fmt: skip


def the_week(clinic: Clinic, week_of: date = TODAY, practitioner_id=None) -> CalendarView:
    with transaction(clinic.claims) as session:
        return week(
            session, org_id=clinic.org_id, zone=ZONE, week_of=week_of, practitioner_id=practitioner_id
        )


def test_today_is_the_clinics_day_from_midnight_to_midnight(clinic: Clinic) -> None:
    make(clinic, at(0, 5), patient_name="First")
    make(clinic, at(23, 30), patient_name="Last", practitioner_id=clinic.amari)
    make(clinic, at(0, 0, TODAY + timedelta(days=1)), patient_name="Tomorrow")
    make(clinic, at(10), patient_name="Gone", status="cancelled")
    with transaction(clinic.claims) as session:
        rows = todays_bookings(session, org_id=clinic.org_id, today=TODAY, zone=ZONE)
    assert [row.patient_name for row in rows] == ["First", "Last"]
    assert (rows[1].practitioner, rows[1].service) == ("Dr. Amari", "Check-up")


def test_a_week_places_bookings_by_minutes_from_its_opening(clinic: Clinic) -> None:
    make(clinic, at(10), patient_name="Maria")
    view = the_week(clinic, practitioner_id=clinic.voss)
    assert (view.opens, view.closes) == (540, 1020)
    assert [column.on_date.isoweekday() for column in view.columns] == [1, 2, 3, 4, 5]
    tuesday = view.columns[1]
    assert tuesday.open == ((0, 210), (270, 210))
    assert [(one.booking.patient_name, one.at, one.minutes) for one in tuesday.bookings] == [
        ("Maria", 60, 30)
    ]
    assert (tuesday.booked_minutes, tuesday.practitioner) == (30, "Dr. Voss")


def test_a_week_shows_who_was_asked_for(clinic: Clinic) -> None:
    make(clinic, at(10), practitioner_id=clinic.amari)
    assert not any(column.bookings for column in the_week(clinic, practitioner_id=clinic.voss).columns)
    assert sum(len(column.bookings) for column in the_week(clinic).columns) == 1


def test_a_closed_day_says_why(clinic: Clinic) -> None:
    make_hour_exception(org_id=clinic.org_id, on_date=date(2026, 11, 26), reason="Thanksgiving")
    thursday = the_week(clinic).columns[3]
    assert (thursday.open, thursday.closed_reason) == ((), "Thanksgiving")


def test_a_weekend_is_shown_when_something_is_booked_then(clinic: Clinic) -> None:
    make(clinic, at(20, 15, date(2026, 11, 28)))
    view = the_week(clinic)
    assert len(view.columns) == 6
    assert view.closes == 21 * 60


def test_a_day_shows_all_practitioners_side_by_side(clinic: Clinic) -> None:
    make(clinic, at(10), practitioner_id=clinic.amari)
    make(clinic, at(10), practitioner_id=clinic.voss)
    with transaction(clinic.claims) as session:
        view = day(session, org_id=clinic.org_id, zone=ZONE, on_date=TODAY)
    assert [(column.practitioner, len(column.bookings)) for column in view.columns] == [
        ("Dr. Amari", 1),
        ("Dr. Voss", 1),
    ]


def test_on_the_day_the_clocks_change_the_hours_keep_their_labels(clinic: Clinic) -> None:
    sunday = date(2026, 11, 1)
    make(clinic, at(10, 0, sunday))
    view = the_week(clinic, sunday)
    placed = view.columns[6].bookings[0]
    assert view.opens + placed.at == 600
    assert placed.wall_starts_at.hour == 10


def test_an_empty_clinic_still_has_a_calendar(clinic: Clinic) -> None:
    with transaction(clinic.claims) as session:
        view = week(session, org_id=clinic.org_id, zone=ZONE, week_of=TODAY, practitioner_id=uuid4())
    assert (view.opens, view.closes, len(view.columns)) == (540, 1020, 5)


def test_the_list_is_filtered_sorted_and_paged(clinic: Clinic) -> None:
    for number in range(7):
        make(
            clinic,
            at(9 + number),
            patient_name=f"Patient {number}",
            source="staff" if number == 6 else "phone",
        )
    page = listed(clinic, sort="-when", page=2, page_size=3)
    assert page.total == 7
    assert [row.patient_name for row in page.rows] == ["Patient 3", "Patient 2", "Patient 1"]
    assert [row.patient_name for row in listed(clinic, source="staff").rows] == ["Patient 6"]
    assert listed(clinic, status="cancelled").total == 0
    assert listed(clinic, practitioner_id=clinic.amari).total == 0
    assert listed(clinic, first=TODAY + timedelta(days=1)).total == 0
    assert listed(clinic, first=TODAY, last=TODAY).total == 7


def test_the_list_is_searched_by_name_and_by_number(clinic: Clinic) -> None:
    make(clinic, at(9), patient_name="María López", patient_phone="+15035550111")
    make(clinic, at(10), patient_name="100% Real", patient_phone="+15035550122")
    assert [row.patient_name for row in listed(clinic, words="lópez").rows] == ["María López"]
    assert [row.patient_name for row in listed(clinic, words="(503) 555-0111").rows] == ["María López"]
    assert listed(clinic, words="Ada 503").total == 0  # digits beside letters are part of a name
    assert [row.patient_name for row in listed(clinic, words="100%").rows] == ["100% Real"]
    for words in ("%", "_", "\\", "'", "\0"):
        assert listed(clinic, words=words + "zzz").total == 0
    assert listed(clinic, words="%").total == 1


def test_one_booking_is_shown_in_full_and_a_strangers_not_at_all(clinic: Clinic) -> None:
    booking = make(clinic, at(10), notes="left molar")
    with transaction(clinic.claims) as session:
        assert booking_detail(session, org_id=clinic.org_id, booking_id=booking.id).notes == "left molar"
    other = open_clinic()
    for org_id in (other.org_id, clinic.org_id):
        with pytest.raises(BookingUnknown), transaction(other.claims) as session:
            booking_detail(session, org_id=org_id, booking_id=booking.id)


def test_a_calls_bookings_are_found_the_cancelled_ones_too(clinic: Clinic) -> None:
    call_id = make_call(org_id=clinic.org_id).id
    make(clinic, at(10), call_id=call_id, status="cancelled")
    make(clinic, at(11), call_id=call_id)
    make(clinic, at(12))
    with transaction(clinic.claims) as session:
        assert [row.status for row in of_call(session, org_id=clinic.org_id, call_id=call_id)] == [
            "cancelled",
            "confirmed",
        ]


def test_what_waits_for_a_yes_is_listed_while_it_is_ahead(clinic: Clinic) -> None:
    make(clinic, at(10), status="pending", patient_name="Ahead")
    make(clinic, at(10, 0, TODAY - timedelta(days=1)), status="pending", patient_name="Over")
    with transaction(clinic.claims) as session:
        assert [row.patient_name for row in to_approve(session, org_id=clinic.org_id, now=NOW)] == ["Ahead"]


def test_forms_offer_who_and_what_there_is(clinic: Clinic) -> None:
    with transaction(clinic.claims) as session:
        assert [one.name for one in practitioners(session, org_id=clinic.org_id)] == ["Dr. Amari", "Dr. Voss"]
        offered = {one.name: set(one.practitioner_ids) for one in services(session, org_id=clinic.org_id)}
    assert offered == {"Check-up": {clinic.amari, clinic.voss}, "Crown fitting": {clinic.amari}}


def test_times_come_back_with_their_zone(clinic: Clinic) -> None:
    make(clinic, at(10))
    row = listed(clinic).rows[0]
    assert row.starts_at == datetime.combine(TODAY, time(18), UTC)
