"""What a server message says about its call, whatever its year and shape."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.payloads import vapi
from voxanne_app.calls.evidence import CallRecord, fold
from voxanne_app.calls.projection import columns_of
from voxanne_app.integrations.vapi.call_news import read_news
from voxanne_app.integrations.vapi.cost_items import costs_of, total_of
from voxanne_app.integrations.vapi.history import tools_of, turns_of
from voxanne_app.integrations.vapi.reading import instant
from voxanne_app.integrations.vapi.tool_requests import read_requests

FIRST_HEARD = datetime(2026, 11, 2, 18, tzinfo=UTC)


def shown(*bodies: dict[str, Any]) -> dict[str, Any]:
    """The columns after these bodies, in this order."""
    record = CallRecord()
    for body in bodies:
        news = read_news(body["message"])
        assert news
        record = fold(record, news)
    columns = columns_of(record, (), first_heard_at=FIRST_HEARD)
    return columns | {name: record.value(name) for name in ("turns", "costs", "transcript")}


def test_a_report_of_2026_says_all_there_is_to_know() -> None:
    seen = shown(vapi.report_of_2026())
    assert (seen["status"], seen["outcome"], seen["ended_reason"]) == (
        "ended",
        "answered",
        "customer-ended-call",
    )
    assert seen["created_at"] == datetime(2026, 11, 2, 16, 59, 57, 500_000, UTC)
    assert seen["started_at"] == datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
    assert seen["duration_seconds"] == Decimal("30.5")
    assert [turn.words for turn in seen["turns"]] == [words for _, words in vapi.CONVERSATION]
    assert seen["transcript"] == vapi.TRANSCRIPT
    assert seen["summary"] == "The caller booked a cleaning."
    assert seen["structured_data"] == {"service": "cleaning"}
    assert seen["success_evaluation"] == "true"
    assert seen["recording_url"] == "https://recordings.example.test/mono.wav"
    assert seen["stereo_recording_url"] == "https://recordings.example.test/stereo.wav"
    assert seen["cost_usd"] == Decimal("0.055200")
    assert sum(item.amount_usd for item in seen["costs"]) == seen["cost_usd"]
    assert (seen["direction"], seen["caller_number"]) == ("inbound", "+15035550137")
    assert seen["metadata"]["structured_outputs"] == {"appointment": {"booked": True}}


def test_a_report_of_2024_is_read_from_beside_its_empty_artifact() -> None:
    seen = shown(vapi.report_of_2024())
    assert len(seen["turns"]) == 4
    assert seen["recording_url"] == "https://recordings.example.test/old-mono.wav"
    assert seen["transcript"].startswith("AI: Good morning")
    assert seen["summary"] == "The caller asked for a cleaning."
    # No time of its own: the first word's beginning, and the last one's end.
    assert seen["duration_seconds"] == Decimal("20.0")
    assert seen["cost_usd"] is None


def test_the_stale_status_inside_the_call_is_not_believed() -> None:
    assert shown(vapi.report_of_2026(call=vapi.call(status="queued")))["status"] == "ended"


def test_a_summary_of_a_call_in_which_the_caller_said_nothing_is_not_believed() -> None:
    silent = {"artifact": {"messages": vapi.spoken(("bot", "Hello? Is anybody there?"))}}
    seen = shown(vapi.report_of_2026(**silent))
    assert seen["summary"] is None
    assert seen["outcome"] == "hung_up_early"


def test_a_report_without_any_conversation_takes_it_from_the_transcript() -> None:
    artifact = {"messages": [], "transcript": "AI: Hello,\nExample Clinic.\nUser: Hi: a cleaning, please.\n"}
    seen = shown(vapi.report_of_2026(artifact=artifact))
    said = [(turn.speaker, turn.words) for turn in seen["turns"]]
    assert said == [("agent", "Hello, Example Clinic."), ("caller", "Hi: a cleaning, please.")]


def test_a_message_without_a_call_is_no_news() -> None:
    assert read_news(vapi.status_update("ended", after=9, call=...)["message"]) is None


@pytest.mark.parametrize(
    "written",
    ["2026-11-02T17:00:00Z", "2026-11-02T18:00:00+01:00", 1793638800000, 1793638800, "1793638800000"],
)
def test_a_moment_is_read_from_iso_milliseconds_and_seconds(written: str | int) -> None:
    assert instant(written) == datetime(2026, 11, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", [None, True, "", "tomorrow", -5, 0, 1e300, [], {}, "99999999999999999999"]
)
def test_what_is_no_moment_is_not_there(written: Any) -> None:
    assert instant(written) is None


def test_durations_are_seconds_before_september_2024_and_milliseconds_since() -> None:
    entry = {"role": "user", "message": "Hi."}
    old = {"messages": [entry | {"time": 1722115413717, "duration": 4.3}]}
    new = {"messages": [entry | {"time": 1731157876239, "duration": 500}]}
    assert [turns_of(held)[0].duration_seconds for held in (old, new)] == [4.3, 0.5]


def test_the_clock_goes_on_when_the_platform_counts_from_zero_again() -> None:
    entry = {"role": "bot", "message": "Hello, this is the other assistant."}
    entries = [
        {"role": "bot", "message": "Hello.", "time": 1722115408897, "secondsFromStart": 1.5},
        entry | {"time": 1722115427441, "secondsFromStart": 1.1},
    ]
    assert [turn.offset_seconds for turn in turns_of({"messages": entries})] == [1.5, 20.044]


def test_a_sentence_that_stands_in_the_conversation_only_is_added() -> None:
    timed = vapi.spoken(("bot", "Hi there."), ("user", "Hi."))
    conversation = [
        {"role": "assistant", "content": "Hi there."},
        {"role": "user", "content": "Hi."},
        {"role": "assistant", "content": "How are you today?"},
    ]
    turns = turns_of({"messages": timed, "conversation": conversation})
    assert [turn.words for turn in turns] == ["Hi there.", "Hi.", "How are you today?"]
    assert turns[0].said_at is not None


def test_one_id_for_two_requests_is_two_tool_calls_with_their_own_results() -> None:
    entries = [
        *vapi.asked_tool("call_1", "ask", '{"question": "hobby"}', "music", after=5),
        *vapi.asked_tool("call_1", "ask", '{"question": "genre"}', "gospel", after=9),
        *vapi.asked_tool("call_2", "ask", "not JSON", None, after=12),
    ]
    tools = tools_of({"artifact": {"messages": entries}})
    assert [(tool.arguments, tool.result) for tool in tools] == [
        ({"question": "hobby"}, "music"),
        ({"question": "genre"}, "gospel"),
        ({}, None),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"id": "t1", "type": "function", "function": {"name": "book", "arguments": {"day": "Monday"}}},
        {"id": "t1", "type": "function", "function": {"name": "book", "arguments": '{"day": "Monday"}'}},
        {"id": "t1", "name": "book", "arguments": {"day": "Monday"}},
        {"id": "t1", "name": "book", "parameters": {"day": "Monday"}},
    ],
    ids=["object", "text", "flat arguments", "flat parameters"],
)
@pytest.mark.parametrize("place", ["toolCallList", "toolCalls", "toolWithToolCallList"])
def test_a_tool_call_is_read_from_each_form_and_place(asked: dict[str, Any], place: str) -> None:
    held = [{"toolCall": asked}] if place == "toolWithToolCallList" else [asked]
    (request,) = read_requests({place: held})
    assert (request.id, request.name, request.arguments) == ("t1", "book", {"day": "Monday"})


def test_the_breakdown_fills_up_what_the_items_do_not_name() -> None:
    message = {
        "costs": [{"type": "vapi", "minutes": 0.2, "cost": 0.0118}],
        "cost": 0.0159,
        "costBreakdown": {
            "vapi": 0.0118,
            "stt": 0.0,
            "total": 0.0159,
            "analysisCostBreakdown": {
                "summary": 0.001,
                "summaryPromptTokens": 90,
                "successEvaluation": 0.0031,
            },
        },
    }
    assert [(item.component, item.detail, str(item.amount_usd)) for item in costs_of(message)] == [
        ("vapi", "", "0.011800"),
        ("transcriber", "", "0.000000"),
        ("analysis", "summary", "0.001000"),
        ("analysis", "successEvaluation", "0.003100"),
    ]
    assert total_of(message) == Decimal("0.015900")


@pytest.mark.parametrize("cost", [float("inf"), float("nan"), -1, "much", True, [], 1e14])
def test_a_cost_that_is_none_is_left_out(cost: Any) -> None:
    assert costs_of({"costs": [{"type": "vapi", "cost": cost}]}) == ()


def test_the_version_that_answered_is_the_one_written_into_its_assistant() -> None:
    marked = vapi.message(
        "status-update", status="in-progress", assistant={"metadata": {"voxanne_version": 7}}
    )
    assert shown(marked)["agent_version"] == 7
    for strange in (0, -1, "many", None, {"a": 1}, 1e12):
        other = vapi.message("hang", assistant={"metadata": {"voxanne_version": strange}})
        assert shown(other)["agent_version"] is None
