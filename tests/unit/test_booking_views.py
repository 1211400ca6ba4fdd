"""One booking as it is read, rows of them, and what the form makes of what was typed."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from voxanne_app.bookings.queries import BookingPage, BookingView
from voxanne_app.bookings.ui.booking_wish import Filled, Problems, read
from voxanne_app.bookings.ui.detail_view import detail
from voxanne_app.bookings.ui.list_view import as_csv, listed

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 24, 17, 45, tzinfo=UTC)
SERVICE, VOSS = str(uuid4()), str(uuid4())
CAN = ("approve", "move", "cancel", "mark", "unmark", "restore")


def booking(**values: Any) -> BookingView:
    starts_at = values.pop("starts_at", NOW + timedelta(hours=2))
    fields: dict[str, Any] = {
        "id": uuid4(), "patient_name": "Ada Sorel", "patient_phone": "+15035550112", "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90), "status": "confirmed", "source": "phone",
        "call_id": None, "practitioner_id": uuid4(), "practitioner": "Dr. Voss", "service_id": uuid4(),
        "service": "Crown fitting", "created_at": NOW, "notes": "", "contact_id": None, "created_by": None,
        "cancelled_at": None, "updated_at": NOW,
    }  # fmt: skip
    return BookingView(**fields | values)


def test_a_booking_is_read_in_the_clinics_words_and_time() -> None:
    shown = detail(booking(), zone=ZONE, now=NOW)
    assert shown.what == "Crown fitting, 90 min"
    assert (shown.day, shown.times) == ("Tuesday 24 November", "11:45 AM to 1:15 PM")
    assert (shown.phone, shown.dial) == ("(503) 555-0112", "tel:+15035550112")
    assert (shown.booked_by, shown.call_href) == ("Receptionist", "")


def test_a_booking_from_a_call_leads_to_it_and_one_without_a_number_dials_nothing() -> None:
    call_id = uuid4()
    shown = detail(booking(call_id=call_id, patient_phone=None, source="staff"), zone=ZONE, now=NOW)
    assert shown.call_href == f"/calls/{call_id}"
    assert (shown.phone, shown.dial, shown.booked_by) == ("No number", "", "Front desk")


@pytest.mark.parametrize(
    ("status", "hours", "possible"),
    [
        ("confirmed", 2, {"move", "cancel"}),
        ("confirmed", -2, {"mark"}),
        ("confirmed", 0, {"mark"}),
        ("pending", 2, {"approve", "move", "cancel"}),
        ("pending", -2, {"approve", "cancel"}),
        ("completed", -2, {"unmark"}),
        ("no_show", -2, {"unmark"}),
        ("cancelled", 2, {"restore"}),
        ("cancelled", -2, set()),
    ],
)
def test_what_can_be_done_follows_from_state_and_time(status: str, hours: int, possible: set[str]) -> None:
    shown = detail(booking(status=status, starts_at=NOW + timedelta(hours=hours)), zone=ZONE, now=NOW)
    assert {act for act in CAN if getattr(shown, f"can_{act}")} == possible


def test_a_page_of_the_list_says_where_one_is() -> None:
    page = BookingPage(tuple(booking() for _ in range(3)), 1_228)
    shown = listed(page, number=50, zone=ZONE, now=NOW)
    assert (shown.total, shown.shown, shown.page) == ("1,228 bookings", "1,226 to 1,228 of 1,228", "50 of 50")
    assert not shown.has_next
    assert listed(page, number=49, zone=ZONE, now=NOW).has_next
    assert listed(BookingPage((), 0), number=1, zone=ZONE, now=NOW).shown == "No bookings"


def test_a_spreadsheet_runs_nothing_that_a_patient_is_called() -> None:
    rows = list(csv.reader(as_csv([booking(patient_name='=HYPERLINK("http://evil")')], ZONE).splitlines()))
    assert rows[0][:3] == ["Starts", "Ends", "Patient"]
    assert rows[1][0] == "2026-11-24T11:45-08:00"
    assert rows[1][2] == '\'=HYPERLINK("http://evil")'
    assert rows[1][5:8] == ["Dr. Voss", "Confirmed", "Receptionist"]


FILLED = Filled(service=SERVICE, practitioner=VOSS, on="2026-11-24")
TYPED = {
    "slot": f"2026-11-24T10:15|{VOSS}",
    "name": " Ada  Sorel",
    "phone": "503 555 0112",
    "notes": "Nervous",
}


def problems(form: object, filled: Filled = FILLED, *, is_new: bool = True) -> Problems:
    wish, found = read(form, filled, is_new=is_new)
    assert wish is None
    return found


def test_a_filled_form_is_a_wish() -> None:
    wish, found = read(TYPED, FILLED, is_new=True)
    assert wish is not None
    assert found == Problems()
    assert wish.starts_at == datetime(2026, 11, 24, 10, 15)  # noqa: DTZ001 - the clinic's wall time
    assert (str(wish.practitioner_id), wish.name, wish.notes) == (VOSS, "Ada  Sorel", "Nervous")


def test_whoever_is_free_is_found_when_it_is_written_but_a_move_is_to_somebody() -> None:
    anybody = Filled(service=SERVICE, on="2026-11-24")
    wish, _ = read(TYPED, anybody, is_new=True)
    assert wish is not None
    assert wish.practitioner_id is None
    moved, _ = read({"slot": TYPED["slot"]}, anybody, is_new=False)
    assert moved is not None
    assert str(moved.practitioner_id) == VOSS


def test_all_that_is_missing_is_said_at_once_and_beside_its_field() -> None:
    found = problems({"phone": "12"})
    assert found == Problems(
        time="Choose a time.",
        name="Enter the patient’s name.",
        phone="Enter the number with its area code, or leave it empty.",
    )


def test_outside_the_hours_somebody_must_be_there() -> None:
    found = problems(
        {"name": "Ada", "at": "19:30"}, Filled(service=SERVICE, on="2026-11-24", is_outside=True)
    )
    assert found.practitioner.startswith("Choose who will be there")
    evening = Filled(service=SERVICE, practitioner=VOSS, on="2026-11-24", is_outside=True)
    wish, _ = read({"name": "Ada", "at": "19:30"}, evening, is_new=True)
    assert wish is not None
    assert wish.is_outside
    assert wish.starts_at.hour == 19


@pytest.mark.parametrize(
    "form", [None, "slot", [], {"name": {}, "slot": 5, "phone": [], "notes": 1}, {"name": "x" * 101}]
)
def test_nothing_that_a_browser_sends_breaks_it(form: object) -> None:
    assert problems(form).time == "Choose a time."


def test_notes_have_an_end() -> None:
    assert "too long" in problems(TYPED | {"notes": "x" * 2001}).notes
