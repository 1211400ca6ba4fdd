"""Many simulated calls at once beside the product, on the machine that runs both."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from tests.clinic import ZONE
from tests.faults.background import is_full
from tests.faults.product_on_the_phone import Phone, a_tuesday_to_come, product_on_the_phone
from tests.shared_postgres import Database
from voxanne_app.foundation.time_zones import zone_of

CALLS = 250 if is_full() else 40
# Two cores play both sides of each line: the more calls, the slower goes simulated time.
CLOCK_SPEED = 0.5 if is_full() else 2.0
PATIENCE_SECONDS = 900
# What the product asks for when it publishes an assistant.
MESSAGES = ["status-update", 'transcript[transcriptType="final"]', "tool-calls", "end-of-call-report", "hang"]
SPEAKERS = {"bot": "agent", "user": "caller"}
PRACTITIONERS = ("Dr. Amari", "Dr. Voss")
STARTS = [
    timedelta(days=7 * week + day, hours=hour, minutes=minute)
    for week in range(3)
    for day in range(4)
    for hour in (9, 10, 11, 14, 15, 16)
    for minute in (0, 30)
]


def test_many_calls_at_once_end_each_as_it_should(own_database: Database) -> None:
    with product_on_the_phone(own_database) as phone:
        line = phone.connect("+14155550101", MESSAGES)
        phone.control("clock", speed=CLOCK_SPEED)
        placed = asyncio.run(_all_at_once(phone, [order | {"number": line.number} for order in callers()]))
        phone.settle(PATIENCE_SECONDS)
        assert len(placed) == CALLS
        assert [wrong for call in placed for wrong in _wrong_with(phone, call)] == []


def callers() -> list[dict[str, Any]]:
    """Four of five want a time of their own, the fifth hangs up."""
    monday = datetime.combine(a_tuesday_to_come(datetime.now(UTC).date()), datetime.min.time(), zone_of(ZONE))
    wanted = ((monday + start, whom) for start in STARTS for whom in PRACTITIONERS)
    orders = []
    for number in range(CALLS):
        caller = {"number": f"+1415555{1000 + number}", "name": f"Dana Whitfield {number}"}
        # Nobody talks as fast as the next one, so that not all ask in the same instant.
        pace = 0.5 + number / CALLS
        order: dict[str, Any] = {"caller": caller, "wait": True, "script": "hangs_up", "speed": pace}
        if number % 5:
            starts_at, whom = next(wanted)
            order |= {"script": "books", "starts_at": starts_at.isoformat(), "practitioner": whom}
        orders.append(order)
    return orders


async def _all_at_once(
    phone: Phone, orders: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each order with what the sandbox tells of the call in the end."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=phone.sandbox.base_url, timeout=PATIENCE_SECONDS, limits=limits
    ) as client:
        answers = await asyncio.gather(*(client.post("/_sandbox/calls", json=order) for order in orders))
    return [(order, answer.json()) for order, answer in zip(orders, answers, strict=True)]


def _wrong_with(phone: Phone, call: tuple[dict[str, Any], dict[str, Any]]) -> Iterator[str]:
    """What the product has otherwise than the vendor and the caller."""
    order, told = call
    wants_time = "starts_at" in order
    expected = {
        "status": "ended",
        "outcome": "booked" if wants_time else "answered",
        "cost": Decimal(str(phone.at_the_vendor(told["id"])["cost"])),
        "turns": [(SPEAKERS[turn["role"]], turn["message"]) for turn in told["turns"]],
        "bookings": [(order["caller"]["name"], order["practitioner"], order["starts_at"])]
        if wants_time
        else [],
        "webhooks": {200},
    }
    found = _as_known(phone, told["id"]) | {"webhooks": {each["status"] for each in told["webhooks"]}}
    for what, value in expected.items():
        if found[what] != value:
            yield f"{order['caller']['name']}: {what} is {found[what]}, not {value}"


def _as_known(phone: Phone, vendor_call_id: str) -> dict[str, Any]:
    query = phone.ledger.query
    ((call_id, status, outcome, cost),) = query(
        "select id, status, outcome, cost_usd from call_logs where vendor_call_id = %s", vendor_call_id
    )
    turns = query("select speaker, words from call_turns where call_id = %s order by position", call_id)
    bookings = query(
        "select patient_name, p.name, starts_at from bookings join practitioners p on p.id = practitioner_id"
        " where call_id = %s",
        call_id,
    )
    return {
        "status": status,
        "outcome": outcome,
        "cost": cost,
        "turns": turns,
        "bookings": [(name, whom, at.astimezone(zone_of(ZONE)).isoformat()) for name, whom, at in bookings],
    }
