"""The form for a booking: books once, says what is wrong beside the field, and takes a move back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.booking_desk import at, booked, led_to, member, monday, stored, typed
from tests.clinic import Clinic, open_clinic
from tests.clinic_sign_in import AuthSandbox
from tests.people import Person
from tests.screens import screen_of
from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.ui.arguments import BadArgument


@pytest.fixture
def clinic(supabase: AuthSandbox) -> Clinic:
    return open_clinic()


@pytest.fixture
def frida(clinic: Clinic) -> Person:
    return member(clinic, "staff")


@pytest.fixture
def here(supabase: AuthSandbox, frida: Person) -> Any:
    """`async with here("?view=list") as screen`: the calendar as the front desk has it open there."""

    def here(query: str = "", *, who: Person = frida, state: Any = BookingsState) -> Any:
        return screen_of(state, who, supabase, path=f"/bookings{query}")

    return here


@pytest.fixture
def form(here: Any) -> Any:
    """The form in an address where the calendar shows a week that lies ahead."""
    return lambda query="": here(query or f"?on={monday()}", state=BookingFormState)


async def test_a_booking_is_made_once_however_often_one_presses(clinic: Clinic, form: Any) -> None:
    async with form() as screen:
        await screen.open_new()
        slot = screen.free[0][0]
        first = await screen.save(typed(slot, phone="503 555 0112", notes="Nervous"))
        second = await screen.save(typed(slot, phone="503 555 0112", notes="Nervous"))
        assert led_to(first) == led_to(second)
        assert not screen.is_open
    assert stored(clinic) == 1
    assert stored(clinic, "patient_phone || ' ' || notes || ' ' || source") == "+15035550112 Nervous staff"
    assert stored(clinic, "starts_at") == at(9)


async def test_a_time_that_was_taken_meanwhile_is_said_with_what_is_still_free(
    clinic: Clinic, form: Any
) -> None:
    async with form() as screen:
        await screen.open_new()
        slot = screen.free[0][0]
        booked(clinic, at(9))
        booked(clinic, at(9), practitioner_id=clinic.amari)
        assert await screen.save(typed(slot)) is None
        assert screen.problems.time.startswith("That time is no longer free.")
        assert screen.is_open
        assert slot not in dict(screen.free)
        assert screen.free


async def test_when_the_last_time_of_a_day_was_taken_the_next_free_day_is_offered(
    clinic: Clinic, form: Any
) -> None:
    async with form() as screen:
        await screen.open_new()
        slot = screen.free[-1][0]
        for practitioner in (clinic.voss, clinic.amari):
            for half_hours in range(16):
                booked(clinic, at(9) + half_hours * timedelta(minutes=30), practitioner_id=practitioner)
        assert await screen.save(typed(slot)) is None
        assert screen.problems.time == "That time is no longer free. These are still free."
        assert screen.filled.on == (monday() + timedelta(days=1)).isoformat()
        assert screen.free


async def test_whoever_is_free_takes_it_when_the_first_choice_is_taken(clinic: Clinic, form: Any) -> None:
    async with form() as screen:
        await screen.open_new()
        slot = screen.free[0][0]
        booked(clinic, at(9), practitioner_id=UUID(slot.partition("|")[2]))
        assert await screen.save(typed(slot)) is not None
    assert stored(clinic) == 2


async def test_the_form_offers_those_who_do_it_and_a_day_that_has_a_time(clinic: Clinic, form: Any) -> None:
    async with form(f"?on={monday() + timedelta(days=5)}") as screen:  # a Saturday
        await screen.open_new()
        assert screen.filled.on == (monday() + timedelta(days=7)).isoformat()
        assert [name for _, name in screen.people] == ["Dr. Amari", "Dr. Voss"]
        await screen.choose("practitioner", str(clinic.voss))
        await screen.choose("service", str(clinic.crown))
        assert [name for _, name in screen.people] == ["Dr. Amari"]
        assert screen.filled.practitioner == ""


@pytest.mark.parametrize("day", ["2020-01-01", "0001-01-01", "9999-12-31", "soon", ""])
async def test_a_day_that_cannot_be_booked_is_said_beside_the_day(form: Any, day: str) -> None:
    async with form() as screen:
        await screen.open_new()
        await screen.choose("on", day)
        assert screen.problems.on
        assert screen.free == []


async def test_outside_the_hours_is_possible_on_purpose_alone(clinic: Clinic, form: Any) -> None:
    late = f"{monday()}T20:00|{clinic.voss}"
    async with form() as screen:
        await screen.open_new()
        assert await screen.save(typed(late)) is None
        assert screen.problems.form == "That time is outside the working hours."
        await screen.choose("practitioner", str(clinic.voss))
        screen.choose_outside(True)
        assert await screen.save(typed("", at="20:00")) is not None
    assert stored(clinic, "starts_at") == at(20)


async def test_a_move_within_its_own_time_is_undone_by_moving_back(clinic: Clinic, form: Any) -> None:
    wanted = booked(clinic, at(10))
    async with form() as screen:
        await screen.open_move(str(wanted))
        words = dict(screen.free).values()
        assert "10:15 AM" in words
        assert "10:00 AM" not in words
        await screen.save({"slot": f"{monday()}T10:15|{clinic.voss}"})
        assert stored(clinic, "starts_at") == at(10, 15)
        assert screen.moved.booking == str(wanted)
        await screen.open_move(str(booked(clinic, at(15))))  # looks at another one meanwhile
        await screen.undo_move()
        assert stored(clinic, "starts_at", f"id = '{wanted}'") == at(10)
        with pytest.raises(BadArgument):
            await screen.undo_move()


async def test_a_move_cannot_be_undone_once_the_old_time_is_taken(clinic: Clinic, form: Any) -> None:
    wanted = booked(clinic, at(10))
    async with form() as screen:
        await screen.open_move(str(wanted))
        await screen.save({"slot": f"{monday()}T11:00|{clinic.voss}"})
        booked(clinic, at(10))
        await screen.undo_move()
        assert screen.notice.text.startswith("It stays where it is.")
    assert stored(clinic, "starts_at", f"id = '{wanted}'") == at(11)


async def test_nothing_is_saved_by_a_form_that_nobody_opened(clinic: Clinic, form: Any) -> None:
    async with form() as screen:
        with pytest.raises(BadArgument):
            await screen.save(typed(f"{monday()}T10:15|{clinic.voss}"))
        with pytest.raises(BadArgument):
            await screen.undo_move()
    assert stored(clinic) == 0


async def test_somebody_elses_practitioner_and_service_are_not_booked(clinic: Clinic, form: Any) -> None:
    other = open_clinic()
    async with form() as screen:
        await screen.open_new()
        await screen.choose("service", str(other.check_up))
        assert screen.free == []
        assert await screen.save(typed(f"{monday()}T10:15|{other.voss}")) is None
        assert screen.problems.form == "Choose a service that is still offered."
    assert stored(clinic) + stored(other) == 0


async def test_a_lost_connection_leaves_the_form_open_and_another_address_closes_it(here: Any) -> None:
    async with here(f"?on={monday()}") as screen:
        form = await screen.get_state(BookingFormState)
        await form.open_new()
        key = form._key
        await screen.load()
        assert form.is_open
        assert form._key == key
        form._stay_only_at(screen.address.but(on="2026-01-05"))
        assert not form.is_open


async def test_an_address_opens_the_form_once(here: Any) -> None:
    async with here("?new=1") as screen:
        assert await screen.load() is not None
        form = await screen.get_state(BookingFormState)
        await form.open_new()
        assert await screen.load() is None
        assert led_to(form.close()) == {}
