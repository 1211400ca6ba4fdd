"""The sandbox's own callers: each call ends in the right outcome, and only what is wrong is found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.background import is_full
from tests.faults.product_on_the_phone import LineOfClinic, Phone, a_tuesday_to_come, product_on_the_phone
from tests.shared_postgres import Database

# Fast enough to wait for, slow enough for tools to answer before the vendor gives up on them.
SPEED = 4
Found = tuple[str, list[str], list[str]]
# Which caller: the outcome, the promises that were not kept, the deeds that nobody asked for.
CALLERS: dict[str, Found] = {
    "books": ("booked", [], []),
    "unspoken_yes": ("booked", [], ["book_appointment"]),
    "hangs_up_mid_tool": ("booked", [], []),
    "injects_instructions": ("answered", [], []),
}
MORE_CALLERS: dict[str, Found] = {
    "moves": ("moved", [], []),
    "cancels": ("cancelled", [], []),
    "changes_his_mind": ("moved", [], []),
    "repeats_himself": ("booked", [], []),
    "leaves_message": ("callback", [], []),
    "wants_another_patients_data": ("answered", [], []),
}


@pytest.fixture
def phone(own_database: Database) -> Iterator[Phone]:
    with product_on_the_phone(own_database) as phone:
        yield phone


def test_every_caller_ends_in_the_right_outcome_and_only_the_phantom_yes_is_a_case(phone: Phone) -> None:
    line, expected = phone.connect("+14155550142"), CALLERS | (MORE_CALLERS if is_full() else {})
    with ThreadPoolExecutor(len(expected)) as callers:
        placed = dict(
            zip(expected, callers.map(lambda order: place(phone, order), orders(line, expected)), strict=True)
        )
    phone.settle()
    assert {script: found_in(phone, vendor_call_id) for script, vendor_call_id in placed.items()} == expected
    cases = phone.ledger.query("select title from cases where kind = 'failure'")
    assert cases == [("Booked an appointment that the caller did not ask for",)]


def orders(line: LineOfClinic, scripts: dict[str, Found]) -> Iterator[dict[str, Any]]:
    """Everybody calls at once, and asks about a day of their own, so that nobody takes another's time."""
    day = a_tuesday_to_come(datetime.now(UTC).date())
    for number, script in enumerate(scripts):
        yield {
            "number": line.number,
            "caller": {"number": f"+1415555{2000 + number}", "name": "Dana Whitfield"},
            "script": script,
            "on_date": str(day + timedelta(days=7 * (number // 3) + number % 3)),
            "speed": SPEED,
            "wait": True,
        }


def place(phone: Phone, order: dict[str, Any]) -> str:
    return str(phone.control("calls", **order)["id"])


def found_in(phone: Phone, vendor_call_id: str) -> Found:
    query = "select outcome, said_and_done, is_disputed from call_logs where vendor_call_id = %s"
    ((outcome, told, is_disputed),) = phone.ledger.query(query, vendor_call_id)
    broken = [one["kind"] for one in told["promises"] if one["verdict"] == "not_kept"]
    unasked = [one["tool"] for one in told["deeds"] if one["heard"] is False]
    assert is_disputed == bool(broken or unasked)
    return outcome, broken, unasked
