"""Tool calls, answered while the caller waits: in one shape, in time, once, and for the right clinic."""

import asyncio
import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Row, text
from sqlmodel import Session

from tests.deliveries import Clinic, connect, deliver, rows, work_off
from tests.payloads import vapi
from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer, VoiceTool
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.vapi.webhooks import read_event
from voxanne_app.webhooks import tenants, tool_calls
from voxanne_app.wiring import VOICE_TOOLS

Asked = Mapping[str, Any]


def write_a_case(session: Session, caller: Caller, key: str) -> None:
    session.connection().execute(
        text("insert into cases (org_id, kind, title, request_key) values (:org_id, 'failure', 'x', :key)"),
        {"org_id": caller.org_id, "key": key},
    )


def greet(session: Session, caller: Caller, arguments: Asked, _now: datetime) -> ToolAnswer:
    write_a_case(session, caller, f"greeted {time.monotonic_ns()}")
    whom = {"number": caller.number, "zone": caller.time_zone, "org": str(caller.org_id)}
    return ToolAnswer(f"Hello\n  {arguments.get('name')}", whom)


def refuse(session: Session, caller: Caller, _arguments: Asked, _now: datetime) -> ToolAnswer:
    write_a_case(session, caller, "refused")
    raise CannotBeDone("That is not possible on a Sunday.")


def break_down(session: Session, caller: Caller, _arguments: Asked, _now: datetime) -> ToolAnswer:
    write_a_case(session, caller, "broken")
    session.connection().execute(text("select 1 / 0"))
    raise AssertionError


def wait_long(session: Session, _caller: Caller, _arguments: Asked, _now: datetime) -> ToolAnswer:
    session.connection().execute(text("select pg_sleep(20)"))
    raise AssertionError


def think_long(session: Session, caller: Caller, _arguments: Asked, _now: datetime) -> ToolAnswer:
    time.sleep(3)
    write_a_case(session, caller, "late")
    return ToolAnswer("Done at last.")


@pytest.fixture(autouse=True)
def _tools_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (greet, refuse, break_down, wait_long, think_long):
        name = answer.__name__
        monkeypatch.setitem(VOICE_TOOLS, name, VoiceTool(name, "", {}, answer))


@pytest.fixture
def clinic(organization: Row[Any]) -> Clinic:
    return connect(organization)


def answered(body: dict[str, Any]) -> list[dict[str, Any]]:
    response = asyncio.run(tool_calls.answer(read_event(json.dumps(body).encode())))
    results: list[dict[str, Any]] = response["results"]
    return results


def asked(call: dict[str, Any], *names: str, **values: Any) -> dict[str, Any]:
    return vapi.tool_calls(*(vapi.asked_for(name, values) for name in names), call=call)


def test_each_call_is_answered_in_order_by_name_id_and_one_line(clinic: Clinic) -> None:
    body = asked(clinic.call(), "greet", "refuse", "break_down", "unheard_of", "greet", name="Dana")
    ids = [call["id"] for call in body["message"]["toolCallList"]]
    results = answered(body)
    assert [result["toolCallId"] for result in results] == ids
    assert [(result["name"], result["result"]) for result in results] == [
        ("greet", "Hello Dana"),
        ("refuse", "That is not possible on a Sunday."),
        ("break_down", tool_calls.BROKEN),
        ("unheard_of", tool_calls.UNKNOWN_TOOL),
        ("greet", "Hello Dana"),
    ]


def test_what_a_failed_tool_wrote_is_undone_and_the_others_work_stays(clinic: Clinic) -> None:
    answered(asked(clinic.call(), "refuse", "greet", "break_down"))
    keys = [row.request_key.split()[0] for row in rows("select request_key from cases", clinic.org_id)]
    assert keys == ["greeted"]


def test_a_suspended_clinics_callers_hear_a_sentence_and_what_they_asked_is_kept(clinic: Clinic) -> None:
    rows("update organizations set suspended_at = now() where id = :id returning id", id=clinic.org_id)
    (result,) = answered(asked(clinic.call(), "greet", name="Dana"))
    assert result["result"] == tool_calls.SUSPENDED
    assert rows("select verdict from call_tool_calls", clinic.org_id) == [("refused",)]
    assert rows("select 1 from cases", clinic.org_id) == []
    rows("update organizations set suspended_at = null where id = :id returning id", id=clinic.org_id)
    assert answered(asked(clinic.call(), "greet", name="Dana"))[0]["result"] == "Hello Dana"


def test_organization_and_caller_come_from_the_call_and_never_from_arguments(
    clinic: Clinic, other_organization: Row[Any]
) -> None:
    body = asked(clinic.call(), "greet", org_id=str(other_organization.id), number="+19995550100")
    (result,) = answered(body)
    assert result["metadata"] == {
        "number": "+15035550137",
        "zone": "America/New_York",
        "org": str(clinic.org_id),
    }


def test_a_repeat_of_a_tool_call_gets_the_stored_answer(clinic: Clinic) -> None:
    body = asked(clinic.call(), "greet", name="Dana")
    with ThreadPoolExecutor(5) as senders:
        first, *others = list(senders.map(answered, [body] * 5))
    assert all(other == first for other in [*others, answered(body)])
    assert len(rows("select id from cases", clinic.org_id)) == 1


def test_another_request_under_the_same_id_is_another_request(clinic: Clinic) -> None:
    call = clinic.call()
    lines = [
        answered(vapi.tool_calls(vapi.asked_for("greet", {"name": name}, tool_call_id="same"), call=call))[0]
        for name in ("Dana", "Tomas")
    ]
    assert [line["result"] for line in lines] == ["Hello Dana", "Hello Tomas"]


def test_a_tool_that_failed_is_tried_again_when_it_is_asked_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = asked(clinic.call(), "break_down")
    assert answered(body)[0]["result"] == tool_calls.BROKEN
    monkeypatch.setitem(VOICE_TOOLS, "break_down", VoiceTool("break_down", "", {}, greet))
    assert answered(body)[0]["result"] == "Hello None"


def test_everything_asked_for_stands_in_the_log_with_its_verdict(clinic: Clinic) -> None:
    call = clinic.call()
    answered(asked(call, "greet", "refuse", "break_down", day="Sunday"))
    work_off()
    logged = rows("select * from call_tool_calls order by name", clinic.org_id)
    assert [(tool.name, tool.verdict) for tool in logged] == [
        ("break_down", "failed"),
        ("greet", "done"),
        ("refuse", "refused"),
    ]
    assert all(tool.arguments == {"day": "Sunday"} and tool.took_ms is not None for tool in logged)
    (seen,) = rows("select * from call_logs", clinic.org_id)
    assert (seen.vendor_call_id, seen.status, seen.agent_id) == (call["id"], "in_progress", clinic.agent_id)


def test_a_history_adds_the_time_to_our_own_answer_and_does_not_touch_its_words(clinic: Clinic) -> None:
    call = clinic.call()
    asked_once = vapi.asked_for("greet", {"name": "Dana"}, tool_call_id="t1")
    answered(vapi.tool_calls(asked_once, call=call))
    history = vapi.asked_tool("t1", "greet", '{"name": "Dana"}', "No result returned.", after=12)
    deliver(vapi.conversation_update(3, call=call, messages=history, artifact={"messages": history}))
    work_off()
    (tool,) = rows("select * from call_tool_calls", clinic.org_id)
    assert (tool.result, tool.verdict, float(tool.offset_seconds)) == ("Hello Dana", "done", 12.0)


def test_a_statement_that_hangs_ends_in_a_sentence_in_time(clinic: Clinic) -> None:
    began = time.monotonic()
    (result,) = answered(asked(clinic.call(), "wait_long"))
    assert result["result"] == tool_calls.BROKEN
    assert time.monotonic() - began < 2.5


def test_work_that_takes_too_long_goes_on_and_its_repeat_hears_the_end_of_it(clinic: Clinic) -> None:
    body = asked(clinic.call(), "think_long")

    async def ask_twice() -> tuple[float, dict[str, Any], dict[str, Any]]:
        event = read_event(json.dumps(body).encode())
        began = time.monotonic()
        first = await tool_calls.answer(event)
        waited = time.monotonic() - began
        await asyncio.sleep(1.0)
        return waited, first, await tool_calls.answer(event)

    waited, first, second = asyncio.run(ask_twice())
    assert waited < 2.5
    assert first["results"][0]["result"] == tool_calls.STILL_WORKING
    assert second["results"][0]["result"] == "Done at last."
    assert len(rows("select id from cases", clinic.org_id)) == 1


def test_a_line_that_leads_to_no_clinic_hears_so_and_does_nothing(organization: Row[Any]) -> None:
    call = vapi.call(assistantId="of nobody", metadata={"org_id": str(organization.id)})
    (result,) = answered(asked(call, "greet"))
    assert result["result"] == tool_calls.NOT_CONNECTED
    assert rows("select id from cases", organization.id) == []
    assert rows("select id from call_logs", organization.id) == []


def test_without_a_database_the_caller_still_hears_a_sentence(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants.forget()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/nothing")
    get_settings.cache_clear()
    try:
        began = time.monotonic()
        (result,) = answered(asked(clinic.call(), "greet"))
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert result["result"] in (tool_calls.BROKEN, tool_calls.STILL_WORKING)
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize("arguments", ["not JSON", '{"name": "\\u0000"}', "[]", None, 5, [], "{" * 2000])
def test_arguments_that_are_none_are_none(clinic: Clinic, arguments: Any) -> None:
    body = vapi.tool_calls(vapi.asked_for("greet", arguments), call=clinic.call())
    assert answered(body)[0]["result"] == "Hello None"


def take(clinic: Clinic, call: dict[str, Any], **arguments: Any) -> str:
    return str(answered(asked(call, "take_message", **arguments))[0]["result"])


def test_a_message_becomes_a_case_with_who_to_call(clinic: Clinic) -> None:
    call = clinic.call()
    line = take(clinic, call, message="  My tooth\nhurts. ", urgent=True)
    assert "(503) 555-0137" in line
    (case,) = rows("select * from cases", clinic.org_id)
    assert (case.kind, case.body, case.is_urgent) == ("callback", "My tooth hurts.", True)
    assert case.callback_number == "+15035550137" and case.contact_id and case.call_id and case.due_at
    ended = vapi.status_update("ended", after=9, call=call, endedReason="customer-ended-call")
    deliver(ended)
    work_off()
    assert rows("select outcome from call_logs", clinic.org_id)[0].outcome == "callback"


def test_the_same_message_under_another_id_is_the_same_case(clinic: Clinic) -> None:
    call = clinic.call()
    for written in ("Please call back", "please  call back"):
        take(clinic, call, message=written)
    take(clinic, call, message="Please call back", urgent="yes")
    (case,) = rows("select * from cases", clinic.org_id)
    assert case.is_urgent


@pytest.mark.parametrize(
    ("arguments", "asks"),
    [
        ({}, "pass on"),
        ({"message": "  "}, "pass on"),
        ({"message": ["x"]}, "pass on"),
        ({"message": "Hi", "callback_number": "five five five"}, "phone number"),
        ({"message": "Hi", "callback_number": {"x": 1}}, "phone number"),
        ({"message": "Hi", "callback_number": "1" * 90}, "phone number"),
    ],
)
def test_a_message_that_cannot_be_taken_is_asked_for_again(
    clinic: Clinic, arguments: dict[str, Any], asks: str
) -> None:
    assert asks in take(clinic, clinic.call(), **arguments)
    assert rows("select id from cases", clinic.org_id) == []


def test_a_withheld_number_is_asked_where_to_call_back(clinic: Clinic) -> None:
    call = clinic.call(customer={})
    assert "Which number" in take(clinic, call, message="Hi")
    take(clinic, call, message="Hi", callback_number="503 555 0188")
    assert rows("select callback_number from cases", clinic.org_id)[0][0] == "+15035550188"
