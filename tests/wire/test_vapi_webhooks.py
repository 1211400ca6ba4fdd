"""`POST /webhooks/vapi`, over HTTP, as Vapi calls it."""

import gzip
import json
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from tests.deliveries import connect, rows, work_off
from tests.payloads import vapi
from tests.shared_postgres import Database
from tests.wire.webhook_process import OLD_SECRET, SECRET, WebhookProcess, signed, webhook_process

MALFORMED = 10_000 if os.environ.get("VOXANNE_FAULTS_FULL") else 1_000
REPLAYS = 1_000 if os.environ.get("VOXANNE_FAULTS_FULL") else 50
SEED = 20261123


@pytest.fixture(scope="module")
def app(database: Database) -> Iterator[WebhookProcess]:
    with webhook_process(database.app_url) as process:
        yield process


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def stored() -> int:
    return int(rows("select count(*) from webhook_inbox")[0][0])


def test_a_genuine_event_gets_its_receipt_after_it_was_stored(
    app: WebhookProcess, organization: Row[Any]
) -> None:
    call = connect(organization).call()
    answer = app.post(encoded(vapi.status_update("ringing", after=0, call=call)))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    (event,) = rows("select * from webhook_inbox where event_key like :key", key=f"vapi:{call['id']}:%")
    assert (event.org_id, event.verdict) == (organization.id, "waiting")


def test_bodies_twice_shuffled_eight_at_a_time_leave_one_call_each(
    app: WebhookProcess, organization: Row[Any]
) -> None:
    clinic = connect(organization)
    calls = [clinic.call() for _ in range(6)]
    bodies = [
        encoded(body)
        for call in calls
        for body in (
            vapi.conversation_update(3, call=call),
            vapi.status_update("ended", after=30, call=call),
            vapi.report_of_2026(call=call),
            vapi.tool_calls(vapi.asked_for("take_message", {"message": "Hi"}, tool_call_id="t"), call=call),
        )
    ] * 2
    random.Random(SEED).shuffle(bodies)
    with ThreadPoolExecutor(8) as senders:
        assert {answer.status_code for answer in senders.map(app.post, bodies)} == {200}
    work_off()
    seen = rows("select * from call_logs", organization.id)
    assert sorted(call.vendor_call_id for call in seen) == sorted(call["id"] for call in calls)
    assert {(call.status, call.outcome, float(call.cost_usd)) for call in seen} == {
        ("ended", "callback", 0.0552)
    }
    assert len(rows("select id from cases", organization.id)) == 6


@pytest.mark.parametrize(
    "headers",
    [
        signed,
        lambda body: signed(body, secret=OLD_SECRET),
        lambda body: signed(body, age=295),
        lambda body: signed(body, age=-295),
        lambda _: {"X-Vapi-Secret": SECRET},
        lambda _: {"authorization": f"Bearer {OLD_SECRET}"},
    ],
    ids=["signed", "old secret", "late", "early", "header", "bearer"],
)
def test_every_proof_is_taken(app: WebhookProcess, headers: Any) -> None:
    body = encoded(vapi.message("hang"))
    assert app.post(body, headers(body)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        lambda _: {},
        lambda _: {"X-Vapi-Secret": SECRET[:-1]},
        lambda _: {"X-Vapi-Secret": "of another clinic"},
        lambda _: {"authorization": SECRET},
        lambda body: signed(body, secret="a secret after its grace"),
        lambda body: signed(body, age=302),
        lambda body: signed(body, age=-302),
        lambda body: signed(body + b" "),
        lambda body: signed(body) | {"x-signature": signed(body)["x-signature"][:-1]},
        lambda body: {"x-signature": signed(body)["x-signature"]},
        lambda body: signed(body, secret="wrong") | {"X-Vapi-Secret": SECRET},
    ],
)
def test_without_a_proof_nothing_is_read_or_stored(app: WebhookProcess, headers: Any) -> None:
    before = stored()
    for body in (encoded(vapi.message("hang")), b"{", encoded(vapi.tool_calls())):
        assert app.post(body, headers(body)).status_code == 401
    assert stored() == before


def test_a_replayed_request_has_one_effect(app: WebhookProcess, organization: Row[Any]) -> None:
    call = connect(organization).call()
    tool = vapi.asked_for("take_message", {"message": "Call me"})
    body = encoded(vapi.tool_calls(tool, call=call))
    headers = signed(body)
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda _: app.post(body, headers), range(REPLAYS)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(rows("select id from cases", organization.id)) == 1
    assert len(rows("select id from webhook_inbox where org_id = :id", id=organization.id)) == 1


def test_questions_are_answered_in_the_response(app: WebhookProcess, organization: Row[Any]) -> None:
    clinic = connect(organization)

    def asked(kind: str, **values: Any) -> dict[str, Any]:
        answer = app.post(encoded(vapi.message(kind, call=clinic.call(), **values)))
        assert answer.status_code == 200
        said: dict[str, Any] = answer.json()
        return said

    assert asked("assistant-request") == {"assistantId": clinic.assistant_id}
    assert asked("knowledge-base-request", messages=[]) == {"documents": []}
    assert "error" in asked("transfer-destination-request")
    assert "error" in asked("handoff-destination-request", parameters={})
    nobodys = app.post(encoded(vapi.message("assistant-request", call=vapi.call(assistantId="of nobody"))))
    assert "error" in nobodys.json()


def test_a_tool_call_is_answered_over_the_wire(app: WebhookProcess, organization: Row[Any]) -> None:
    tool = vapi.asked_for("take_message", '{"message": "My tooth hurts"}', tool_call_id="t1")
    answer = app.post(encoded(vapi.tool_calls(tool, call=connect(organization).call())))
    (result,) = answer.json()["results"]
    assert (result["toolCallId"], result["name"]) == ("t1", "take_message")
    assert "passed on your message" in result["result"] and "\n" not in result["result"]


def test_other_methods_and_other_addresses_are_told_so(app: WebhookProcess) -> None:
    assert app.client.get("/webhooks/vapi").status_code == 405
    assert app.client.post("/webhooks/other").status_code == 404
    assert app.client.get("/healthz").text


def test_a_body_that_is_packed_or_too_large_is_refused(app: WebhookProcess) -> None:
    before = stored()
    bomb = gzip.compress(b" " * 50_000_000)
    assert app.post(bomb, signed(bomb) | {"content-encoding": "gzip"}).status_code == 400
    large = encoded(vapi.message("hang", padding="x" * 10_000_000))
    assert app.post(large).status_code == 400
    assert stored() == before


def test_malformed_bodies_are_refused_quickly_and_leave_nothing(app: WebhookProcess) -> None:
    chance = random.Random(SEED)
    before, memory = stored(), _resident_kb(app.pid)
    waits = []
    for _ in range(MALFORMED):
        body = malformed(chance)
        began = time.perf_counter()
        answer = app.post(body)
        waits.append(time.perf_counter() - began)
        assert answer.status_code == 400, (SEED, body[:300])
        assert "Traceback" not in answer.text
    p99 = sorted(waits)[int(len(waits) * 0.99)] * 1000
    grown = (_resident_kb(app.pid) - memory) / 1024
    print(f"{MALFORMED} malformed bodies (seed {SEED}): p99 {p99:.1f} ms, memory grew by {grown:.1f} MB")
    assert stored() == before
    assert p99 <= 200
    assert grown < 50


WRONG = (5, -1.5, True, "text", [], {}, [[]], {"id": []})


def malformed(chance: random.Random) -> bytes:
    """A report that is broken in one of the ways that no reader could mend."""
    body = vapi.report_of_2026()
    message = body["message"]
    plain = encoded(body)
    way = chance.randrange(9)
    if way == 0:
        return plain[: chance.randrange(len(plain) - 1)]
    if way == 1:
        at = chance.randrange(len(plain))
        return plain[:at] + bytes([chance.choice((0, 1, 0x1F, 0x80, 0xFF))]) + plain[at:]
    if way == 2:
        message[chance.choice(("call", "artifact", "analysis", "customer"))] = chance.choice(
            (5, "x", [], True)
        )
    elif way == 3:
        message[chance.choice(("costs", "messages", "toolCallList"))] = chance.choice((5, "x", {}, True))
    elif way == 4:
        message["call"][chance.choice(("id", "assistantId", "phoneNumberId"))] = chance.choice(
            (5, [], {}, True)
        )
    elif way == 5:
        message["type"] = chance.choice((None, 5, [], {}, "", "x" * 500))
    elif way == 6:
        return encoded(chance.choice(([body], {"message": [message]}, message, {}, {"Message": message})))  # type: ignore[arg-type]
    elif way == 7:
        deep = chance.choice(("[", '{"a":')) * chance.choice((200, 2_000, 200_000))
        return plain.replace(b'"The caller', b'%s"The caller' % deep.encode())
    else:
        odd = chance.choice(
            (b"NaN", b"Infinity", b"-Infinity", b'"\\u0000"', b'"\\ud800"', b'"\\udc00x"', b"1e400", b"01")
        )
        return plain.replace(b"0.0552", odd)
    return encoded(body)


def _resident_kb(pid: int) -> int:
    """Of the process and its workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    statuses = [Path(f"/proc/{each}/status").read_text() for each in (str(pid), *children)]
    return sum(int(line.split()[1]) for status in statuses for line in status.splitlines() if "VmRSS" in line)


def test_two_workers_take_the_same_events_once(database: Database, organization: Row[Any]) -> None:
    clinic = connect(organization)
    bodies = [encoded(vapi.status_update("ringing", after=0, call=clinic.call())) for _ in range(100)] * 3
    random.Random(SEED).shuffle(bodies)
    with webhook_process(database.app_url, workers=2) as app, ThreadPoolExecutor(16) as senders:
        assert {answer.status_code for answer in senders.map(app.post, bodies)} == {200}
    assert len(rows("select id from webhook_inbox where org_id = :id", id=organization.id)) == 100


def test_without_a_database_it_asks_the_sender_to_come_again() -> None:
    with webhook_process("postgresql://nobody:x@127.0.0.1:1/nothing") as app:
        answer = app.post(encoded(vapi.message("hang")))
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Traceback" not in answer.text and "127.0.0.1" not in answer.text
        told = app.post(encoded(vapi.tool_calls(vapi.asked_for("greet", {}))))
        assert told.status_code == 200 and told.json()["results"][0]["result"]
        assert app.client.get("/healthz").status_code == 200
