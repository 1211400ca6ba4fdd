"""Booking by phone while 20 callers wait: signed tool calls over HTTP, through the webhook, to the commit.

The processors are the limit, so what pgbench commits in the same run says how quick a machine it is.
"""

import os
import secrets
import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from voxanne_app.bench import bookings, ground, load, processor_time
from voxanne_app.bench.webhooks import pgbench_commits, serving, signed
from voxanne_app.calls.call_log import open_call
from voxanne_app.calls.ports import Line
from voxanne_app.embedded.postgres import EmbeddedPostgres
from voxanne_app.foundation.database import Claims, transaction

ASSISTANT = "bench-assistant"
_CALLERS, _REQUESTS, _MARK_MS = 20, 400, 60.0
# A connection keeps the plans of a function after its first few calls.
_WARMING = 240
# What pgbench committed in a second where the mark was set.
_COMMITS_THERE = 10_436


def main() -> int:
    """Print p50 and p95 of both tools on 10,000 bookings; 1 when one misses its mark with one process."""
    now, secret = datetime.now(UTC), secrets.token_hex(16)
    with ground.bench_database() as server:
        org_id = bookings.busy_clinic(now, owner_url=ground.owner_url(server))
        ground.connect(org_id, ASSISTANT)
        passed = {workers: _measure(server, org_id, workers, secret, now) for workers in (1, 2)}
        if shutil.which("pgbench"):
            commits = pgbench_commits()
            print(
                f"pgbench: {commits:,.0f} commits/s, {commits / _COMMITS_THERE:.2f} of where the mark was set"
            )
    return 0 if passed[1] else 1


def _measure(server: EmbeddedPostgres, org_id: UUID, workers: int, secret: str, now: datetime) -> bool:
    processes = "one process answers" if workers == 1 else f"{workers} processes answer"
    print(f"{processes}; {_CALLERS} callers at once, {bookings.BOOKINGS:,} bookings")
    with serving(workers, secret) as port:
        passed = {
            tool: _measure_tool(server, org_id, port, secret, tool, now, workers)
            for tool in ("find_free_slots", "book_appointment")
        }
    return all(passed.values())


def _measure_tool(
    server: EmbeddedPostgres,
    org_id: UUID,
    port: int,
    secret: str,
    tool: str,
    now: datetime,
    workers: int,
) -> bool:
    first = workers * 2 * _REQUESTS  # each round wishes for other times than the one before
    last = first + _REQUESTS
    warming = _requests(org_id, tool, secret, now, range(last, last + _WARMING))
    load.send(port, warming, connections=_CALLERS)
    requests = _requests(org_id, tool, secret, now, range(first, last))
    before = _processor_time(server)
    sent = load.send(port, requests, connections=_CALLERS, keep_answers=True)
    answering, storing = (
        (after - earlier) / _REQUESTS * 1000
        for earlier, after in zip(before, _processor_time(server), strict=True)
    )
    booked = sum(b'"booking"' in answer for answer in sent.answers)
    spoken = sum(b'"result":"' in answer for answer in sent.answers)
    p95 = sent.percentile_ms(95)
    verdict = "pass" if p95 <= _MARK_MS and spoken == _REQUESTS else "MISS"
    print(
        f"  {tool:<18} p50 {sent.percentile_ms(50):5.1f} ms   p95 {p95:5.1f} ms   (at most {_MARK_MS:.0f})  "
        f"{verdict}   {sent.per_second:.0f}/s, {booked} booked; of processors per request: "
        f"{answering:.1f} ms here, {storing:.1f} ms in Postgres"
    )
    return verdict == "pass"


def _processor_time(server: EmbeddedPostgres) -> tuple[float, float]:
    """Seconds that those who ask and answer have had so far, and Postgres."""
    return processor_time.spent(os.getpid(), without=server.pid), processor_time.spent(server.pid)


def _requests(org_id: UUID, tool: str, secret: str, now: datetime, numbers: range) -> list[bytes]:
    """One of each call, which is on the phone already: what came before a tool has been taken in."""
    timestamp = str(int(time.time() * 1000))
    calls = [str(uuid4()) for _ in numbers]
    with transaction(Claims.organization(org_id)) as session:
        for call_id in calls:
            open_call(session, call_id, line=Line(org_id), now=now)
    asked = zip(calls, numbers, strict=True)
    return [signed(_tool_call(tool, call_id, number, now), secret, timestamp) for call_id, number in asked]


def _tool_call(tool: str, call_id: str, number: int, now: datetime) -> bytes:
    """Half of the wished times are free, as in the clinic's calendar: the others hear alternatives."""
    arguments: dict[str, Any] = {"service": bookings.SERVICE}
    if tool == "book_appointment":
        on_date = bookings.first_date(now) + timedelta(days=number % bookings.DAYS)
        wall = f"{9 + number // bookings.DAYS % 8:02d}:{'00' if number % 2 else '30'}"
        arguments |= {"starts_at": f"{on_date}T{wall}", "patient_name": f"Patient {number}"}
    asked = {"id": f"call_{uuid4().hex[:12]}", "function": {"name": tool, "arguments": arguments}}
    call = {
        "id": call_id,
        "type": "inboundPhoneCall",
        "assistantId": ASSISTANT,
        "createdAt": now.isoformat(),
        "customer": {"number": f"+1503555{number % 10_000:04d}"},
    }
    message = {"type": "tool-calls", "timestamp": now.isoformat(), "call": call, "toolCallList": [asked]}
    return orjson.dumps({"message": message})
