"""The same calls on a good day and under the preset "Vapi sends everything twice and out of order"."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.faults.product_on_the_phone import LineOfClinic, Phone, a_tuesday_to_come, product_on_the_phone
from tests.shared_postgres import Database

SPEED = 40
DAY = a_tuesday_to_come(datetime.now(UTC).date())
TEN = f"{DAY}T10:00:00"
# Each caller has a number of their own; the second who wants ten o'clock with Dr. Amari hears alternatives.
CALLS: tuple[dict[str, Any], ...] = (
    {"script": "books", "starts_at": TEN, "practitioner": "Dr. Amari"},
    {"script": "wants_same_time", "starts_at": TEN, "practitioner": "Dr. Amari"},
    {"script": "books", "repeat_tool_calls": 2},
    *({"script": name} for name in (
        "moves", "cancels", "asks_parking", "leaves_message", "wants_human", "hangs_up", "hangs_up_mid_tool",
        "silent", "repeats_himself", "changes_his_mind", "unspoken_yes", "wants_another_patients_data",
        "injects_instructions", "speaks_of_symptoms",
    )),
)  # fmt: skip
# What a clinic has in the end: all but ids, times, and what only time decides.
TABLES = {
    "call_logs": "agent_id is null, contact_id is null, direction, status, caller_number, caller_name,"
    " our_number, ended_reason, outcome, summary, success_evaluation, structured_data, transcript,"
    " recording_url is null, has_report, has_booking, metadata",
    "call_turns": "position, speaker, words",
    "call_tool_calls": "name, arguments, verdict, result, result_data",
    "cost_entries": "vendor, component, detail, unit, case unit when 'minutes' then null else quantity end,"
    " case unit when 'minutes' then null else amount_usd end",
    "bookings": "(select name from practitioners p where p.id = practitioner_id), patient_name,"
    " patient_phone, starts_at, ends_at, blocks_from, blocks_until, status, source, notes,"
    " cancelled_at is null",
    "cases": "kind, title, body, is_urgent, callback_number, resolved_at",
    "contacts": "phone, name",
}
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|CA[0-9a-f]{32}|call_[A-Za-z0-9]+")


@pytest.fixture
def phone(own_database: Database) -> Iterator[Phone]:
    with product_on_the_phone(own_database) as phone:
        yield phone


def place_calls(phone: Phone, line: LineOfClinic) -> list[dict[str, Any]]:
    """All callers, one after the other; what the sandbox tells of their calls."""
    placed = []
    for number, call in enumerate(CALLS):
        caller = {"number": f"+1415555{1000 + number}", "name": f"Dana {chr(65 + number)}. Whitfield"}
        body = {"number": line.number, "caller": caller, "speed": SPEED, "wait": True, "on_date": str(DAY)}
        placed.append(phone.control("calls", **body | call))
    phone.settle()
    return placed


def final_state(phone: Phone, line: LineOfClinic) -> dict[str, list[str]]:
    """Every row of the clinic as text, in an order that is the same for the same rows."""
    return {table: _rows(phone, line, table, columns) for table, columns in TABLES.items()}


def _rows(phone: Phone, line: LineOfClinic, table: str, columns: str) -> list[str]:
    if table not in ("call_logs", "contacts"):
        columns += ", (select caller_number from call_logs c where c.id = call_id)"
    statement = f"select {columns} from {table} where org_id = %s"
    rows = phone.ledger.query(statement, line.clinic.org_id)
    written = (json.dumps(row, default=str).replace(line.number, "<ours>") for row in rows)
    return sorted(IDS.sub("<id>", row) for row in written)


def webhooks(call: dict[str, Any]) -> int:
    assert {told["status"] for told in call["webhooks"]} == {200}
    return len(call["webhooks"])


def differences(expected: dict[str, list[str]], found: dict[str, list[str]]) -> Iterator[str]:
    """What is only on one side, row by row."""
    for table, rows in expected.items():
        yield from (f"{table} lacks {row}" for row in sorted({*rows} - {*found[table]}))
        yield from (f"{table} has {row}" for row in sorted({*found[table]} - {*rows}))


def test_everything_twice_and_out_of_order_ends_in_the_same_state(phone: Phone) -> None:
    good, bad = phone.connect("+14155550101"), phone.connect("+14155550102")
    in_order = place_calls(phone, good)
    phone.control("faults", preset="vapi_twice_and_out_of_order")
    in_disorder = place_calls(phone, bad)
    expected = final_state(phone, good)
    assert [2 * number for number in map(webhooks, in_order)] == [*map(webhooks, in_disorder)]
    assert len(expected["call_logs"]) == len(CALLS) and min(map(len, expected.values())) > 3
    found = final_state(phone, bad)
    assert [*differences(expected, found)] == []
    assert found == expected


def test_everything_twice_and_out_of_order_costs_what_the_vendor_says(phone: Phone) -> None:
    line = phone.connect("+14155550101")
    phone.control("faults", preset="vapi_twice_and_out_of_order")
    ids = [call["id"] for call in place_calls(phone, line)]
    spent = dict(phone.ledger.query("select vendor_call_id, cost_usd from call_logs"))
    ledger = dict(
        phone.ledger.query(
            "select vendor_call_id, sum(amount_usd) from cost_entries e join call_logs c on c.id = e.call_id"
            " group by vendor_call_id"
        )
    )
    said = {call_id: Decimal(str(phone.at_the_vendor(call_id)["cost"])) for call_id in ids}
    assert spent == said and ledger == said
