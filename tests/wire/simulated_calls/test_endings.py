"""Calls that end without a goodbye, calls to come, and what the vendor tells of all of them later."""

import time
from typing import Any

import httpx
import pytest

from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_clinic import FIRST_SLOT, KEY, Desk, call, until
from tests.wire.sandbox_listener import Listener, Message, Reply

TRANSFER = {"type": "transferCall", "destinations": []}
TAKE_MESSAGE = {"type": "function", "function": {"name": "take_message"}}
FRONT_DESK = {"type": "number", "number": "+14155550100", "message": "One moment, I will put you through."}


def publish(sandbox: httpx.Client, **assistant: Any) -> dict[str, Any]:
    reply = sandbox.patch(f"/vapi/assistant/{clinic.ASSISTANT_ID}", json=assistant, headers=KEY)
    return dict(reply.raise_for_status().json())


def publish_tools(sandbox: httpx.Client, *tools: dict[str, Any]) -> None:
    publish(
        sandbox,
        model={"provider": "openai", "model": "gpt-4.1", "tools": [*tools]},
        serverMessages=[*clinic.ALL_MESSAGES, "transfer-destination-request", "transfer-update"],
    )


def answering_transfers(desk: Desk, reply: Reply) -> Any:
    def answer(message: Message) -> Reply:
        return reply if message["type"] == "transfer-destination-request" else desk.reply(message)

    return answer


def test_who_wants_a_human_goes_where_the_product_says(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    publish_tools(sandbox, TRANSFER)
    listener.reply = answering_transfers(desk, (200, {"destination": FRONT_DESK}))
    result = call(sandbox, script="wants_human")
    (asked,) = listener.of("transfer-destination-request")
    assert asked["call"]["id"] == result["id"] and asked["artifact"]["messages"]
    assert result["ended_reason"] == "assistant-forwarded-call"
    assert result["turns"][-1]["message"] == FRONT_DESK["message"]
    assert listener.of("transfer-update")[0]["destination"] == FRONT_DESK
    assert "status-update forwarding" in listener.kinds()


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        ((200, {"error": "Everybody is at lunch."}), "Everybody is at lunch."),
        ((200, {"destination": {"type": "number", "number": "9"}}), "Nobody is free right now"),
        ((500, {"destination": FRONT_DESK}), "Nobody is free right now"),
        ((200, {}), "Nobody is free right now"),
    ],
)
def test_who_cannot_be_put_through_leaves_a_message(
    sandbox: httpx.Client, listener: Listener, desk: Desk, reply: Reply, heard: str
) -> None:
    publish_tools(sandbox, TRANSFER, TAKE_MESSAGE)
    listener.reply = answering_transfers(desk, reply)
    result = call(sandbox, script="wants_human")
    assert any(heard in turn["message"] for turn in result["turns"])
    assert [answer["tool"] for answer in result["tool_answers"]] == ["take_message"]
    assert result["ended_reason"] == "customer-ended-call"


def test_a_transfer_tool_with_destinations_does_not_ask(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    publish_tools(sandbox, TRANSFER | {"destinations": [FRONT_DESK]})
    assert call(sandbox, script="wants_human")["ended_reason"] == "assistant-forwarded-call"
    assert not listener.of("transfer-destination-request")


def test_who_hangs_up_during_a_tool_call_is_gone_before_it_is_answered(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    ended_meanwhile = []

    def slowly(message: Message) -> Reply:
        if message["type"] == "tool-calls" and "starts_at" in str(message["toolCallList"]):
            time.sleep(0.5)
            ended_meanwhile.append("status-update ended" in listener.kinds())
        return desk.reply(message)

    listener.reply = slowly
    result = call(sandbox, script="hangs_up_mid_tool")
    assert ended_meanwhile == [True] and desk.booked == {FIRST_SLOT: result["caller"]["name"]}
    roles = [said["role"] for said in listener.of("end-of-call-report")[0]["artifact"]["messages"]]
    assert roles[-1] == "tool_calls" and roles.count("tool_call_result") == 1


def test_a_cost_may_change_after_the_report(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    path = f"/vapi/call/{call(sandbox, script='hangs_up', late_cost=0.0125)['id']}"
    reported = listener.of("end-of-call-report")[0]
    before = sandbox.get(path, headers=KEY).json()
    assert before["cost"] == reported["cost"]
    sandbox.post("/_sandbox/clock", json={"advance_seconds": 60}).raise_for_status()
    after = until(sandbox, path, lambda found: found["cost"] != before["cost"])
    assert after["cost"] == pytest.approx(reported["cost"] + 0.0125, abs=1e-9)
    assert sum(part["cost"] for part in after["costs"]) == pytest.approx(after["cost"], abs=1e-9)
    assert after["costBreakdown"]["transport"] == 0.0125 and after["updatedAt"] > before["updatedAt"]
    assert len(listener.of("end-of-call-report")) == 1  # nobody is told


def test_each_change_of_an_assistant_is_a_version_that_calls_name(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    first = call(sandbox, script="hangs_up")
    publish(sandbox, firstMessage="Good morning.")
    second = call(sandbox, script="hangs_up")
    versions = [sandbox.get(f"/vapi/call/{each['id']}", headers=KEY).json() for each in (first, second)]
    assert [each["assistantVersion"] for each in versions] == ["v1", "v2"]
    assert {message["assistantVersion"] for message in listener.received} == {"v1", "v2"}


def outbound(**fields: Any) -> dict[str, Any]:
    return {
        "assistantId": clinic.ASSISTANT_ID,
        "phoneNumberId": clinic.PHONE_NUMBER_ID,
        "customer": {"number": "+14155550177"},
    } | fields


def test_an_outbound_call_may_ask_for_an_older_version(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    publish(sandbox, firstMessage="Good morning.")
    unknown = sandbox.post("/vapi/call", json=outbound(assistantVersion="v9"), headers=KEY)
    placed = sandbox.post("/vapi/call", json=outbound(assistantVersion="v1"), headers=KEY).json()
    assert unknown.status_code == 400 and placed["assistantVersion"] == "v1"
    sandbox.post("/_sandbox/clock", json={"speed": 100}).raise_for_status()
    ended = until(sandbox, f"/vapi/call/{placed['id']}", lambda found: "transcript" in found)
    assert ended["transcript"].startswith("AI: Thank you for calling.")


def test_a_scheduled_call_rings_when_its_time_has_come(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    plan = {"earliestAt": "2099-01-01T09:00:00Z"}
    kept, deleted = (
        sandbox.post("/vapi/call", json=outbound(schedulePlan=plan), headers=KEY).json() for _ in range(2)
    )
    assert kept["status"] == "scheduled" and not listener.received
    sandbox.delete(f"/vapi/call/{deleted['id']}", headers=KEY).raise_for_status()
    for _ in range(80):  # a year at a time is as far as the clock jumps
        sandbox.post("/_sandbox/clock", json={"advance_seconds": 366 * 86_400, "speed": 100})
    until(sandbox, f"/vapi/call/{kept['id']}", lambda found: found["status"] == "ended")
    assert {message["call"]["id"] for message in listener.received} == {kept["id"]}


def test_a_scheduled_call_needs_a_real_time(sandbox: httpx.Client, desk: Desk) -> None:
    body = outbound(schedulePlan={"earliestAt": "tomorrow"})
    assert sandbox.post("/vapi/call", json=body, headers=KEY).status_code == 400


def ask_analytics(sandbox: httpx.Client, **query: Any) -> httpx.Response:
    operations = [
        {"operation": "count", "column": "id"},
        {"operation": "sum", "column": "cost", "alias": "spent"},
        {"operation": "avg", "column": "duration"},
    ]
    body = {"queries": [{"table": "call", "name": "costs", "operations": operations} | query]}
    return sandbox.post("/vapi/analytics", json=body, headers=KEY)


def test_analytics_group_but_know_no_filter(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    costs = [call(sandbox, script=script)["cost"] for script in ("books", "hangs_up", "silent")]
    (answer,) = ask_analytics(sandbox).json()
    (everything,) = answer["result"]
    assert answer["name"] == "costs" and everything["countid"] == 3 and everything["avgduration"] > 0
    assert everything["spent"] == pytest.approx(sum(costs))
    (grouped,) = ask_analytics(sandbox, groupBy=["assistantId", "endedReason"]).json()
    assert {(group["endedReason"], group["countid"]) for group in grouped["result"]} == {
        ("customer-ended-call", 2),
        ("silence-timed-out", 1),
    }
    assert {group["assistantId"] for group in grouped["result"]} == {clinic.ASSISTANT_ID}
    refused = ask_analytics(sandbox, filter={"assistantId": clinic.ASSISTANT_ID})
    assert refused.status_code == 400 and "property filter should not exist" in refused.text


def test_analytics_group_by_variable_and_by_day(sandbox: httpx.Client, desk: Desk) -> None:
    for tenant in ("cedar", "birch"):
        overrides = {"variableValues": {"tenant_id": tenant}}
        sandbox.post("/vapi/call", json=outbound(assistantOverrides=overrides), headers=KEY)
    query = {"groupByVariableValue": [{"key": "tenant_id"}], "timeRange": {"step": "day"}}
    (answer,) = ask_analytics(sandbox, **query).json()
    today = answer["timeRange"]["end"][:10]
    assert sorted((group["tenant_id"], group["date"]) for group in answer["result"]) == [
        ("birch", today),
        ("cedar", today),
    ]


def test_analytics_look_seven_days_back_unless_told(sandbox: httpx.Client, desk: Desk) -> None:
    call(sandbox, script="hangs_up")
    sandbox.post("/_sandbox/clock", json={"advance_seconds": 8 * 86_400}).raise_for_status()
    longer = {"timeRange": {"start": "2020-01-01T00:00:00Z"}}
    assert ask_analytics(sandbox).json()[0]["result"][0]["countid"] == 0
    assert ask_analytics(sandbox, **longer).json()[0]["result"][0]["countid"] == 1
    assert ask_analytics(sandbox, timeRange={"start": "last week"}).status_code == 400
