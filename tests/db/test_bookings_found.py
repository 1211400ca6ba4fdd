"""Which days the bookings screen shows when its address names none, or one booking."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from tests.clinic import TODAY, ZONE, Clinic, at, open_clinic
from tests.factories import make_booking
from voxanne_app.bookings.ui.bookings_address import BookingsAddress
from voxanne_app.bookings.ui.bookings_found import Found, ask
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.time_zones import instant_of
from voxanne_app.identity.admission import SignedIn

TUESDAY = datetime(2026, 11, 24, 18, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # in Los Angeles it is Sunday evening still


@pytest.fixture
def clinic() -> Clinic:
    return open_clinic()


def found(clinic: Clinic, now: datetime = TUESDAY, **address: str) -> Found:
    person = SignedIn(
        session_id=uuid4(), person_id=uuid4(), org_id=clinic.org_id, role="staff", full_name="Frida Desk",
        email="f@clinic.example", org_name="Cedar Lane", time_zone=ZONE,
    )  # fmt: skip
    with transaction(clinic.claims) as session:
        return ask(session, person, BookingsAddress.read(address), now)


def first_day(shown: Found) -> date:
    assert shown.calendar is not None
    return shown.calendar.columns[0].on_date


def booked(clinic: Clinic, on_date: date) -> str:
    starts_at = instant_of(at(10, on_date=on_date))
    booking = make_booking(
        org_id=clinic.org_id, practitioner_id=clinic.voss, service_id=clinic.check_up, starts_at=starts_at
    )
    return str(booking.id)


def test_the_week_is_todays(clinic: Clinic) -> None:
    shown = found(clinic)
    assert (shown.on, first_day(shown)) == (TODAY, date(2026, 11, 23))


def test_on_a_free_weekend_the_week_ahead_is_shown(clinic: Clinic) -> None:
    shown = found(clinic, SUNDAY)
    assert (shown.on, first_day(shown)) == (date(2026, 11, 23), date(2026, 11, 23))


def test_a_weekend_that_is_asked_for_or_worked_on_is_shown_with_its_own_week(clinic: Clinic) -> None:
    assert first_day(found(clinic, SUNDAY, on="2026-11-22")) == date(2026, 11, 16)
    booked(clinic, date(2026, 11, 22))
    shown = found(clinic, SUNDAY)
    assert (shown.on, first_day(shown)) == (date(2026, 11, 22), date(2026, 11, 16))


def test_a_booking_brings_its_week_unless_another_is_asked_for(clinic: Clinic) -> None:
    far = TODAY + timedelta(weeks=5)
    wanted = booked(clinic, far)
    assert found(clinic, booking=wanted).on == far
    assert found(clinic, booking=wanted, on="2026-11-24").on == TODAY


def test_another_clinics_booking_is_not_found(clinic: Clinic) -> None:
    wanted = booked(open_clinic(), TODAY + timedelta(weeks=5))
    shown = found(clinic, booking=wanted)
    assert shown.selected is None
    assert shown.on == TODAY
