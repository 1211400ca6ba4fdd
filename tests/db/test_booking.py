"""Booking, moving, cancelling, marking: what the database lets happen, and in which words it says no."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session

from tests.clinic import NOW, TODAY, ZONE, Clinic, at, open_clinic
from tests.factories import make_booking, make_hour_exception
from voxanne_app.bookings.booking import (
    BookingNotFound,
    NobodyOffersIt,
    NotInTime,
    NotPossibleNow,
    OutsideHours,
    Patient,
    SlotTaken,
    Wish,
    book,
)
from voxanne_app.bookings.front_desk import (
    BookingForm,
    NotUnderstood,
    Question,
    book_by_staff,
    free_slots_for_staff,
    move_by_staff,
    next_free_day,
)
from voxanne_app.bookings.models import Booking
from voxanne_app.bookings.queries import booking_detail
from voxanne_app.bookings.rebooking import cancel, mark, move, restore
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.time_zones import Minute, instant_of

AFTER = NOW + timedelta(hours=9)


@pytest.fixture
def clinic() -> Clinic:
    return open_clinic()


def booked(
    clinic: Clinic,
    starts: Minute,
    *,
    who=None,
    service: str = "Check-up",
    key: str | None = None,
    name="Maria Lopez",
) -> Booking:
    with transaction(clinic.claims) as session:
        return _book(session, clinic, starts, who, service, key, name)


def _book(
    session: Session, clinic: Clinic, starts, who=None, service="Check-up", key=None, name="Maria Lopez"
) -> Booking:
    schedule = clinic.schedule(session)
    practitioner = next((one for one in schedule.practitioners if one.id == who), None)
    wish = Wish(clinic.service(schedule, service), starts, Patient(name), key or str(uuid4()), practitioner)
    return book(session, org_id=clinic.org_id, schedule=schedule, wish=wish, now=NOW)


def moved(clinic: Clinic, booking: Booking, starts: Minute, **more) -> Booking:
    with transaction(clinic.claims) as session:
        schedule = clinic.schedule(session)
        return move(
            session,
            org_id=clinic.org_id,
            booking_id=booking.id,
            schedule=schedule,
            starts=starts,
            now=NOW,
            **more,
        )


def stored(clinic: Clinic, booking: Booking):
    with transaction(clinic.claims) as session:
        return booking_detail(session, org_id=clinic.org_id, booking_id=booking.id)


def test_a_booking_has_its_services_length_and_its_buffers(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), service="Crown fitting")
    minutes = [
        (moment - instant_of(at(10))).total_seconds() / 60
        for moment in (booking.blocks_from, booking.starts_at, booking.ends_at, booking.blocks_until)
    ]
    assert minutes == [-5, 0, 90, 100]


def test_without_a_wish_for_somebody_whoever_is_free_takes_it(clinic: Clinic) -> None:
    assert {booked(clinic, at(10)).practitioner_id for _ in range(2)} == {clinic.amari, clinic.voss}
    with pytest.raises(SlotTaken):
        booked(clinic, at(10))


def test_a_time_that_overlaps_by_a_minute_is_taken(clinic: Clinic) -> None:
    booked(clinic, at(10), who=clinic.voss)
    for starts in (at(9, 31), at(10, 29)):
        with pytest.raises(SlotTaken):
            booked(clinic, starts, who=clinic.voss)
    booked(clinic, at(9, 30), who=clinic.voss)
    booked(clinic, at(10, 30), who=clinic.voss)


def test_buffers_keep_neighbours_away(clinic: Clinic) -> None:
    booked(clinic, at(10), who=clinic.amari, service="Crown fitting")  # blocks 9:55 to 11:40
    for starts in (at(9, 30), at(11, 35)):
        with pytest.raises(SlotTaken):
            booked(clinic, starts, who=clinic.amari)
    booked(clinic, at(9, 25), who=clinic.amari)
    booked(clinic, at(11, 40), who=clinic.amari)


@pytest.mark.parametrize(
    "starts",
    [at(8, 59), at(12, 1), at(12, 45), at(13, 29), at(16, 31), at(17), at(10, on_date=date(2026, 11, 28))],
)
def test_nothing_is_booked_outside_the_hours(clinic: Clinic, starts: Minute) -> None:
    with pytest.raises(OutsideHours):
        booked(clinic, starts)


def test_an_exception_of_the_date_closes_or_opens_it(clinic: Clinic) -> None:
    thursday, friday = date(2026, 11, 26), date(2026, 11, 27)
    make_hour_exception(org_id=clinic.org_id, on_date=thursday, reason="Thanksgiving")
    make_hour_exception(
        org_id=clinic.org_id,
        on_date=friday,
        practitioner_id=clinic.voss,
        opens_at=time(18),
        closes_at=time(19),
    )
    with pytest.raises(OutsideHours):
        booked(clinic, at(10, on_date=thursday))
    with pytest.raises(OutsideHours):
        booked(clinic, at(10, on_date=friday), who=clinic.voss)
    booked(clinic, at(18, 30, on_date=friday), who=clinic.voss)


def test_neither_the_past_nor_a_far_future_is_booked(clinic: Clinic) -> None:
    for starts in (at(10, on_date=date(2026, 11, 23)), at(10, on_date=date(2027, 12, 6))):
        with pytest.raises(NotInTime):
            booked(clinic, starts)


def test_somebody_who_does_not_offer_it_is_not_booked(clinic: Clinic) -> None:
    with pytest.raises(NobodyOffersIt):
        booked(clinic, at(10), who=clinic.voss, service="Crown fitting")


def test_the_same_request_is_the_same_booking(clinic: Clinic) -> None:
    assert len({booked(clinic, at(10), key="one").id for _ in range(3)}) == 1


def test_a_move_takes_the_new_time_and_gives_the_old_one_back(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), who=clinic.voss)
    moved(clinic, booking, at(14))
    assert stored(clinic, booking).starts_at == instant_of(at(14))
    booked(clinic, at(10), who=clinic.voss)


def test_a_move_may_overlap_its_own_old_time(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), who=clinic.voss)
    assert moved(clinic, booking, at(10, 15)).starts_at == instant_of(at(10, 15))


def test_a_move_onto_somebody_else_changes_nothing(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), who=clinic.voss)
    booked(clinic, at(11), who=clinic.voss)
    with pytest.raises(SlotTaken) as no:
        moved(clinic, booking, at(10, 45))
    assert "key" not in str(no.value).lower()
    assert str(clinic.voss) not in str(no.value)
    assert stored(clinic, booking).starts_at == instant_of(at(10))


def test_a_clash_leaves_the_transaction_usable(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), who=clinic.voss)
    booked(clinic, at(11), who=clinic.voss)
    with transaction(clinic.claims) as session:
        schedule = clinic.schedule(session)
        arguments = {"org_id": clinic.org_id, "booking_id": booking.id, "schedule": schedule, "now": NOW}
        with pytest.raises(SlotTaken):
            move(session, starts=at(11), **arguments)
        move(session, starts=at(14), **arguments)
    assert stored(clinic, booking).starts_at == instant_of(at(14))


def test_a_booking_can_be_moved_to_a_colleague(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), who=clinic.voss)
    moved(clinic, booking, at(10), practitioner_id=clinic.amari)
    assert stored(clinic, booking).practitioner == "Dr. Amari"


def test_a_cancelled_time_is_free_and_can_be_restored_until_somebody_takes_it(clinic: Clinic) -> None:
    booking = booked(clinic, at(10), who=clinic.voss)
    with transaction(clinic.claims) as session:
        cancel(session, org_id=clinic.org_id, booking_id=booking.id, now=NOW)
    with transaction(clinic.claims) as session:
        restore(session, org_id=clinic.org_id, booking_id=booking.id, now=NOW)
    assert stored(clinic, booking).status == "confirmed"
    with transaction(clinic.claims) as session:
        cancel(session, org_id=clinic.org_id, booking_id=booking.id, now=NOW)
    booked(clinic, at(10), who=clinic.voss)
    with pytest.raises(SlotTaken), transaction(clinic.claims) as session:
        restore(session, org_id=clinic.org_id, booking_id=booking.id, now=NOW)
    assert stored(clinic, booking).status == "cancelled"


def test_after_a_cancellation_the_same_request_books_anew(clinic: Clinic) -> None:
    first = booked(clinic, at(10), key="one")
    with transaction(clinic.claims) as session:
        cancel(session, org_id=clinic.org_id, booking_id=first.id, now=NOW)
    assert booked(clinic, at(10), key="one").id != first.id


def test_what_came_of_an_appointment_is_said_once_it_has_begun(clinic: Clinic) -> None:
    booking = booked(clinic, at(10))
    with pytest.raises(NotPossibleNow), transaction(clinic.claims) as session:
        mark(session, org_id=clinic.org_id, booking_id=booking.id, status="completed", now=NOW)
    for status in ("completed", "no_show", "confirmed"):
        with transaction(clinic.claims) as session:
            mark(session, org_id=clinic.org_id, booking_id=booking.id, status=status, now=AFTER)
        assert stored(clinic, booking).status == status


def test_an_appointment_that_took_place_is_neither_moved_nor_cancelled(clinic: Clinic) -> None:
    booking = booked(clinic, at(10))
    with transaction(clinic.claims) as session:
        mark(session, org_id=clinic.org_id, booking_id=booking.id, status="completed", now=AFTER)
    with pytest.raises(NotPossibleNow):
        moved(clinic, booking, at(14))
    with pytest.raises(NotPossibleNow), transaction(clinic.claims) as session:
        cancel(session, org_id=clinic.org_id, booking_id=booking.id, now=NOW)


def test_another_clinics_booking_does_not_exist_here(clinic: Clinic) -> None:
    booking, other = booked(clinic, at(10)), open_clinic()
    for act in (cancel, restore):
        with pytest.raises(BookingNotFound), transaction(other.claims) as session:
            act(session, org_id=other.org_id, booking_id=booking.id, now=NOW)
        # Row level security says the same when the application forgets whose it is.
        with pytest.raises(BookingNotFound), transaction(other.claims) as session:
            act(session, org_id=clinic.org_id, booking_id=booking.id, now=NOW)


def test_another_clinics_bookings_take_no_time_here(clinic: Clinic) -> None:
    other = open_clinic()
    for _ in range(2):
        booked(other, at(10))
    booked(clinic, at(10))


def form(clinic: Clinic, **values) -> BookingForm:
    wall = datetime.combine(TODAY, time(10))
    defaults = {
        "service_id": clinic.check_up,
        "practitioner_id": clinic.voss,
        "starts_at": wall,
        "patient_name": "Al B",
    }
    return BookingForm(**defaults | values)


def by_staff(clinic: Clinic, filled: BookingForm, person_id=None) -> Booking:
    with transaction(Claims.organization(clinic.org_id)) as session:
        person_id = person_id or uuid4()
        return book_by_staff(
            session, org_id=clinic.org_id, zone=ZONE, form=filled, person_id=person_id, now=NOW
        )


def test_the_front_desk_books_once_however_often_it_saves(clinic: Clinic) -> None:
    person_id, filled = uuid4(), form(clinic, key="form 1", patient_phone="503 555 0111")
    bookings = [by_staff(clinic, filled, person_id) for _ in range(2)]
    assert bookings[0].id == bookings[1].id
    found = stored(clinic, bookings[0])
    assert (found.source, found.created_by, found.patient_phone) == ("staff", person_id, "+15035550111")


def test_the_front_desk_may_book_outside_the_hours_but_never_over_another_booking(clinic: Clinic) -> None:
    lunch = datetime.combine(TODAY, time(12, 45))
    with pytest.raises(OutsideHours):
        by_staff(clinic, form(clinic, starts_at=lunch))
    by_staff(clinic, form(clinic, starts_at=lunch, outside_hours=True, key="1"))
    with pytest.raises(SlotTaken):
        by_staff(clinic, form(clinic, starts_at=lunch, outside_hours=True, key="2"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"patient_name": "  "}, "patient's name"),
        ({"patient_name": "x" * 101}, "patient's name"),
        ({"patient_phone": "12"}, "phone number"),
        ({"service_id": uuid4()}, "service"),
        ({"practitioner_id": uuid4()}, "practitioner"),
        ({"starts_at": datetime(2027, 3, 14, 2, 30)}, "does not exist"),  # noqa: DTZ001 - wall time
    ],
)
def test_a_form_that_cannot_be_meant_is_answered_in_words(clinic: Clinic, values, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says):
        by_staff(clinic, form(clinic, **values))


def test_the_front_desk_moves_and_moves_back(clinic: Clinic) -> None:
    booking = by_staff(clinic, form(clinic))
    for hour in (14, 10):
        with transaction(clinic.claims) as session:
            wall = datetime.combine(TODAY, time(hour))
            move_by_staff(
                session, org_id=clinic.org_id, zone=ZONE, booking_id=booking.id, starts_at=wall, now=NOW
            )
        assert stored(clinic, booking).starts_at == instant_of(at(hour))


def test_the_form_lists_the_free_times_of_a_date(clinic: Clinic) -> None:
    booked(clinic, at(10), who=clinic.voss)
    with transaction(clinic.claims) as session:
        found = free_slots_for_staff(
            session, Question(clinic.check_up, clinic.voss), org_id=clinic.org_id, zone=ZONE, on_date=TODAY,
            now=NOW,
        )  # fmt: skip
    starts = [slot.starts for slot in found]
    assert at(9, 30) in starts
    assert at(10, 30) in starts
    assert not {at(9, 45), at(10), at(10, 15), at(12, 15), at(16, 45)} & set(starts)


def test_a_booking_that_is_moved_may_stay_within_its_own_time(clinic: Clinic) -> None:
    moved, _ = booked(clinic, at(10), who=clinic.voss), booked(clinic, at(10, 45), who=clinic.voss)
    question = Question(clinic.check_up, clinic.voss, moving=moved.id)
    with transaction(clinic.claims) as session:
        found = free_slots_for_staff(
            session, question, org_id=clinic.org_id, zone=ZONE, on_date=TODAY, now=NOW
        )
    starts = {slot.starts for slot in found}
    assert {at(9, 45), at(10, 15)} <= starts
    assert at(10, 30) not in starts


def test_the_next_free_day_is_found_over_a_full_one_and_a_weekend(clinic: Clinic) -> None:
    friday, monday = TODAY + timedelta(days=3), TODAY + timedelta(days=6)
    make_hour_exception(org_id=clinic.org_id, on_date=friday)
    with transaction(clinic.claims) as session:
        where = {"org_id": clinic.org_id, "zone": ZONE, "now": NOW}
        question = Question(clinic.check_up, clinic.voss)
        assert next_free_day(session, question, since=TODAY, **where) == TODAY
        assert next_free_day(session, question, since=friday, **where) == monday
        assert next_free_day(session, Question(clinic.crown, clinic.voss), since=TODAY, **where) is None


def test_what_nobody_had_approved_waits_again_when_its_refusal_is_undone(clinic: Clinic) -> None:
    waiting = make_booking(
        org_id=clinic.org_id, practitioner_id=clinic.voss, service_id=clinic.check_up,
        starts_at=instant_of(at(10)), status="pending",
    )  # fmt: skip
    which = {"org_id": clinic.org_id, "booking_id": waiting.id, "now": NOW}
    with transaction(clinic.claims) as session:
        cancel(session, **which)
        assert restore(session, **which).status == "pending"
        mark(session, status="confirmed", **which)
        cancel(session, **which)
        assert restore(session, **which).status == "confirmed"


def test_what_python_writes_is_what_the_database_holds(clinic: Clinic) -> None:
    booking = booked(clinic, at(10))
    found = stored(clinic, booking)
    assert (found.starts_at, found.status, found.source) == (booking.starts_at, "confirmed", "phone")
    assert found.starts_at.tzinfo is not None
    assert found.starts_at.astimezone(UTC) == instant_of(at(10))
