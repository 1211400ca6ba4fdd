"""The handlers of the bookings screen, called as a browser calls them: by people who may, and by anybody."""

from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.booking_desk import at, booked, led_to, member, monday, stored
from tests.clinic import Clinic, open_clinic
from tests.clinic_sign_in import AuthSandbox
from tests.factories import make_case
from tests.people import Person
from tests.screens import screen_of
from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import transaction
from voxanne_app.ui.arguments import BadArgument
from voxanne_app.ui.session import NotAllowed


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


async def test_a_week_shows_its_bookings_and_leaves_out_the_cancelled(clinic: Clinic, here: Any) -> None:
    booked(clinic, at(9))
    booked(clinic, at(10), status="cancelled")
    booked(clinic, at(9, on=monday() + timedelta(days=7)))
    async with here(f"?on={monday()}") as screen:
        await screen.load()
        assert [len(column.placed) for column in screen.calendar.columns] == [1, 0, 0, 0, 0]
        assert screen.shown == monday().isoformat()
        assert screen.is_loaded
        assert not screen.is_failing


async def test_a_day_has_a_column_for_everybody(clinic: Clinic, here: Any) -> None:
    booked(clinic, at(9))
    async with here(f"?view=day&on={monday()}&who={clinic.voss}") as screen:
        await screen.load()
        assert [(column.number, len(column.placed)) for column in screen.calendar.columns] == [
            ("Dr. Amari", 0),
            ("Dr. Voss", 1),
        ]
        assert screen.shown == str(clinic.voss)


async def test_a_booking_in_the_address_brings_its_own_week(clinic: Clinic, here: Any) -> None:
    wanted = booked(clinic, at(9))
    async with here(f"?booking={wanted}") as screen:
        await screen.load()
        assert screen.detail.id == str(wanted)
        assert screen.on == monday().isoformat()
        led = led_to(screen.go_on(1))
        assert led == {"on": (monday() + timedelta(days=7)).isoformat()}
        assert led_to(screen.select("")) == {"on": monday().isoformat()}
        assert led_to(screen.go_on(0)) == {}


async def test_another_clinics_booking_is_neither_shown_nor_touched(here: Any, clinic: Clinic) -> None:
    other = open_clinic()
    theirs = booked(other, at(9))
    async with here(f"?booking={theirs}") as screen:
        await screen.load()
        assert screen.detail.id == ""
        for act in (screen.cancel(), screen.restore(), screen.mark("confirmed")):
            with pytest.raises(BadArgument):
                await act
    async with here(state=BookingFormState) as form:
        await form.open_move(str(theirs))
        assert not form.is_open
        assert form.notice.tone == "bad"
    assert stored(other, "status") == "confirmed"


async def test_a_clinic_without_practitioners_has_a_screen_too(supabase: AuthSandbox) -> None:
    empty = open_clinic()
    with transaction(empty.claims) as session:
        session.connection().execute(text("update practitioners set is_active = false"))
    for view in ("week", "day", "list"):
        async with screen_of(
            BookingsState, member(empty, "staff"), supabase, path=f"/bookings?view={view}"
        ) as screen:
            await screen.load()
            assert screen.is_loaded
            assert screen.people == []


async def test_a_list_is_searched_sorted_and_paged_in_the_database(clinic: Clinic, here: Any) -> None:
    for number in range(27):
        booked(clinic, at(9) + timedelta(days=number), patient_name=f"Patient {number:02}")
    async with here("?view=list&sort=-patient") as screen:
        await screen.load()
        assert screen.listed.rows[0].patient == "Patient 26"
        assert (len(screen.listed.rows), screen.listed.shown) == (25, "1 to 25 of 27")
        assert led_to(screen.turn_page(1))["page"] == "2"
    async with here("?view=list&q=Patient+07".replace("+", " ")) as screen:
        await screen.load()
        assert [row.patient for row in screen.listed.rows] == ["Patient 07"]
        assert led_to(screen.clear()) == {"view": "list"}


async def test_an_export_holds_what_the_filters_show_of_this_clinic(clinic: Clinic, here: Any) -> None:
    booked(open_clinic(), at(9), patient_name="Somebody Else")
    booked(clinic, at(9), patient_name="Ada Sorel")
    booked(clinic, at(9, on=monday() + timedelta(days=1)), patient_name="Ben Other")
    async with here("?view=list&q=ada") as screen:
        await screen.load()
        said = str((await screen.export()).args)
    content = b64decode(said.partition("base64,")[2].partition('"')[0]).decode()
    assert "Ada Sorel" in content
    assert "Ben Other" not in content
    assert "Somebody Else" not in content


async def test_cancelling_can_be_undone_until_the_time_is_taken(clinic: Clinic, here: Any) -> None:
    wanted = booked(clinic, at(9))
    async with here(f"?booking={wanted}") as screen:
        await screen.load()
        await screen.cancel()
        assert screen.detail.can_restore
        await screen.restore()
        assert screen.detail.can_cancel
        await screen.cancel()
        booked(clinic, at(9))
        await screen.restore()
        assert screen.notice.tone == "bad"
        assert screen.detail.can_restore


async def test_an_approval_settles_the_case_that_asked_for_it(clinic: Clinic, here: Any) -> None:
    wanted = booked(clinic, at(9), status="pending")
    make_case(org_id=clinic.org_id, kind="approval", request_key=f"approval:{wanted}")
    make_case(org_id=clinic.org_id, kind="approval", request_key=f"approval:{uuid4()}")
    async with here(f"?booking={wanted}") as screen:
        await screen.load()
        assert [row.id for row in screen.waiting] == [str(wanted)]
        await screen.mark("confirmed")
        assert screen.notice.text == "Approved."
        assert screen.waiting == []
    assert stored(clinic, where="resolved_at is null", table="cases") == 1


async def test_an_undone_refusal_opens_the_case_again(clinic: Clinic, here: Any) -> None:
    wanted = booked(clinic, at(9), status="pending")
    make_case(org_id=clinic.org_id, kind="approval", request_key=f"approval:{wanted}")
    async with here(f"?booking={wanted}") as screen:
        await screen.load()
        await screen.cancel()
        assert stored(clinic, where="resolved_at is null", table="cases") == 0
        await screen.restore()
        assert screen.detail.can_approve
    assert stored(clinic, where="resolved_at is null", table="cases") == 1


async def test_what_came_of_it_is_said_and_taken_back(clinic: Clinic, here: Any) -> None:
    wanted = booked(clinic, clock.now() - timedelta(hours=1))
    async with here(f"?booking={wanted}") as screen:
        await screen.load()
        for status in ("completed", "confirmed", "no_show"):
            await screen.mark(status)
            assert stored(clinic, "status") == status


BAD: list[tuple[str, tuple[Any, ...]]] = [
    ("choose", ("view", "year")),
    ("choose", ("sort", "when")),
    ("choose", ({}, [])),
    ("choose_practitioner", ("x",)),
    ("choose_practitioner", ({"a": 1},)),
    ("choose_day", ({},)),
    ("search", (["a"],)),
    ("search", ("x" * 101,)),
    ("sort_by", ("notes",)),
    ("go_on", (2,)),
    ("go_on", (None,)),
    ("turn_page", ("many",)),
    ("show_column", ("2026-01-01",)),
    ("select", ("1 or 1=1",)),
    ("mark", ("cancelled",)),
    ("mark", ({},)),
]


@pytest.mark.parametrize(("handler", "arguments"), BAD)
async def test_what_cannot_be_meant_is_refused_in_words(here: Any, handler: str, arguments: Any) -> None:
    async with here() as screen:
        await screen.load()
        with pytest.raises(BadArgument):
            answer = getattr(screen, handler)(*arguments)
            await answer


async def test_a_half_typed_year_leads_nowhere(here: Any) -> None:
    async with here() as screen:
        assert screen.choose_day("0202-11-24") is None
        assert led_to(screen.choose_day("2026-11-24")) == {"on": "2026-11-24"}


async def test_a_viewer_sees_and_changes_nothing(clinic: Clinic, here: Any) -> None:
    wanted = booked(clinic, at(9))
    viewer = member(clinic, "viewer")
    async with here(f"?booking={wanted}", who=viewer) as screen:
        await screen.load()
        assert screen.detail.id == str(wanted)
        with pytest.raises(NotAllowed):
            await screen.cancel()
    async with here(who=viewer, state=BookingFormState) as form:
        with pytest.raises(NotAllowed):
            await form.open_new()
    assert stored(clinic, "status") == "confirmed"
