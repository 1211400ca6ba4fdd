"""The simulated call: what the product is sent, in which order, how signed, and what comes of its answers."""

import hashlib
import hmac
import time
from typing import Any

import httpx
import pytest

from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_clinic import FIRST_SLOT, SECOND_SLOT, Desk, call, until
from tests.wire.sandbox_listener import Listener


def test_a_booking_tells_the_product_each_step_in_order(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    result = call(sandbox, script="books", caller={"number": "+14155550111", "name": "Dana Whitfield"})
    kinds = [kind for kind in listener.kinds() if kind not in ("speech-update", "conversation-update")]
    heard = listener.of("transcript")
    final = [message["transcript"] for message in heard if message["transcriptType"] == "final"]
    steps = [kind for kind in kinds if kind != "transcript"]
    assert steps == [
        "status-update ringing", "status-update in-progress", "tool-calls", "tool-calls",
        "status-update ended", "end-of-call-report",
    ]  # fmt: skip
    assert final == [turn["message"] for turn in result["turns"]]
    assert desk.booked == {FIRST_SLOT: "Dana Whitfield"}
    assert result["was_successful"] and result["ended_reason"] == "customer-ended-call"


def test_the_conversation_grows_turn_by_turn(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    call(sandbox, script="books")
    lengths = [len(message["messages"]) for message in listener.of("conversation-update")]
    assert lengths == sorted(set(lengths)) and len(lengths) == 6


def test_webhooks_carry_the_secret_of_the_server(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    call(sandbox, script="hangs_up")
    assert {headers["x-vapi-secret"] for headers in listener.headers} == {clinic.SECRET}


def test_the_call_inside_a_webhook_is_a_stale_snapshot(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    call(sandbox, script="hangs_up")
    report = listener.of("end-of-call-report")[0]
    assert report["call"]["status"] == "ringing" and report["endedReason"] == "customer-ended-call"


def test_the_costs_of_a_report_add_up(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    call(sandbox, script="books")
    report = listener.of("end-of-call-report")[0]
    parts = ("transport", "stt", "llm", "tts", "vapi", "chat")
    breakdown = report["costBreakdown"]
    by_part = sum(breakdown[part] for part in parts) + breakdown["analysisCostBreakdown"]["summary"]
    assert report["cost"] > 0
    assert sum(part["cost"] for part in report["costs"]) == pytest.approx(report["cost"], abs=1e-9)
    assert by_part == pytest.approx(report["cost"], abs=1e-9)


def test_a_report_holds_tool_calls_and_their_results_in_place(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    call(sandbox, script="books")
    messages = listener.of("end-of-call-report")[0]["artifact"]["messages"]
    roles = [message["role"] for message in messages]
    used = [message for message in messages if message["role"] == "tool_calls"]
    assert roles == ["bot", "user", "tool_calls", "tool_call_result", "bot", "user", "tool_calls",
                     "tool_call_result", "bot", "user"]  # fmt: skip
    assert [message["toolCalls"][0]["function"]["name"] for message in used] == [
        "find_free_slots",
        "book_appointment",
    ]


def test_who_wants_a_taken_time_takes_the_first_alternative(sandbox: httpx.Client, desk: Desk) -> None:
    desk.booked[FIRST_SLOT] = "somebody else"
    result = call(sandbox, script="wants_same_time", starts_at=FIRST_SLOT, patient_name="Priya Raman")
    assert desk.booked[SECOND_SLOT] == "Priya Raman" and result["was_successful"]


def test_times_are_read_from_the_spoken_line_when_there_is_no_metadata(
    sandbox: httpx.Client, desk: Desk
) -> None:
    desk.with_metadata = False
    call(sandbox, script="books")
    assert [starts_at[4:] for starts_at in desk.booked] == ["-11-24T10:15:00"]


def test_the_model_repeats_tool_calls_under_new_ids(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    call(sandbox, script="leaves_message", repeat_tool_calls=2)
    calls = [message["toolCallList"][0] for message in listener.of("tool-calls")]
    assert len({each["id"] for each in calls}) == 3
    assert len({str(each["function"]) for each in calls}) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"results": []}),
        (200, {"results": [{"toolCallId": "another", "result": "You are booked."}]}),
        (200, {}),
    ],
)
def test_an_unusable_tool_answer_counts_as_no_result(
    sandbox: httpx.Client, listener: Listener, desk: Desk, status: int, body: Any
) -> None:
    listener.reply = lambda message: (status, body)
    result = call(sandbox, script="leaves_message")
    assert result["tool_answers"][0]["result"] == "No result returned."
    assert result["tool_answers"][0]["failed"]


def test_a_tool_answer_with_a_line_break_counts_as_no_result(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    def in_two_lines(message: dict[str, Any]) -> tuple[int, Any]:
        calls = message.get("toolCallList", [])
        return 200, {"results": [{"toolCallId": each["id"], "result": "one\ntwo"} for each in calls]}

    listener.reply = in_two_lines
    assert call(sandbox, script="leaves_message")["tool_answers"][0]["failed"]


def test_only_subscribed_messages_are_sent(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    sandbox.patch(
        f"/vapi/assistant/{clinic.ASSISTANT_ID}",
        json={"serverMessages": ["status-update", "end-of-call-report"]},
        headers={"authorization": f"Bearer {clinic.PRIVATE_KEY}"},
    ).raise_for_status()
    call(sandbox, script="books")
    assert {message["type"] for message in listener.received} == {"status-update", "end-of-call-report"}


def test_the_assistant_uses_only_tools_that_were_published_to_it(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    parameters = {"type": "object", "properties": {"message": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "take_message", "parameters": parameters}}
    model = {"provider": "openai", "model": "gpt-4.1", "tools": [tool]}
    sandbox.patch(
        f"/vapi/assistant/{clinic.ASSISTANT_ID}",
        json={"model": model},
        headers={"authorization": f"Bearer {clinic.PRIVATE_KEY}"},
    ).raise_for_status()
    result = call(sandbox, script="books")
    assert not result["was_successful"] and not listener.of("tool-calls")


def test_a_number_without_assistant_asks_the_product_for_one(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    def reply(message: dict[str, Any]) -> tuple[int, Any]:
        is_request = message["type"] == "assistant-request"
        return (200, {"assistantId": clinic.ASSISTANT_ID}) if is_request else desk.reply(message)

    listener.reply = reply
    result = call(sandbox, number=clinic.OPEN_NUMBER)
    assert result["was_successful"]
    assert listener.kinds()[:3] == ["status-update ringing", "assistant-request", "status-update in-progress"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((500, {}), "assistant-request-failed"),
        ((200, {}), "assistant-request-returned-no-assistant"),
        ((200, {"error": "We are closed."}), "assistant-request-returned-error"),
        ((200, {"assistant": {"name": "x" * 41}}), "assistant-request-returned-invalid-assistant"),
    ],
)
def test_a_failed_assistant_request_ends_the_call_without_a_report(
    sandbox: httpx.Client, listener: Listener, desk: Desk, reply: tuple[int, Any], reason: str
) -> None:
    listener.reply = lambda message: reply
    assert call(sandbox, number=clinic.OPEN_NUMBER)["ended_reason"] == reason
    assert not listener.of("end-of-call-report")
    ended = listener.of("status-update")[-1]
    assert ended["endedReason"] == reason and "inboundPhoneCallDebuggingArtifacts" in ended


def test_hmac_credentials_sign_timestamp_and_body(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    server = {"url": listener.url, "credentialId": "c1"}
    seed = clinic.seed(listener.url, server=server)
    seed["vapi"]["credentials"] = [{"id": "c1", "type": "hmac", "secret": "hush"}]
    sandbox.post("/_sandbox/seed", json=seed).raise_for_status()
    call(sandbox, script="hangs_up")
    for headers, body in zip(listener.headers, listener.bodies, strict=True):
        signed = headers["x-timestamp"].encode() + b"." + body
        assert headers["x-signature"] == hmac.digest(b"hush", signed, hashlib.sha256).hex()


def test_a_webhook_is_repeated_only_when_a_plan_asks_for_it(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    listener.reply = lambda message: (503, {})
    call(sandbox, script="hangs_up")
    assert len(listener.of("end-of-call-report")) == 1
    plan = {"type": "exponential", "maxRetries": 2, "baseDelaySeconds": 0.01}
    server = {"url": listener.url, "backoffPlan": plan}
    sandbox.post("/_sandbox/seed", json=clinic.seed(listener.url, server=server)).raise_for_status()
    listener.received.clear(), listener.bodies.clear()
    call(sandbox, script="hangs_up")
    assert len(listener.of("end-of-call-report")) == 3
    reports = [body for body in listener.bodies if b'"type":"end-of-call-report"' in body]
    assert len(set(reports)) == 3  # presigned addresses differ between repeats


def test_on_a_bad_day_webhooks_come_twice(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    sandbox.post("/_sandbox/faults", json={"vendor": "vapi", "mode": "duplicate"}).raise_for_status()
    call(sandbox, script="books")
    assert len(listener.of("end-of-call-report")) == 2 and len(listener.of("tool-calls")) == 4


def test_on_a_bad_day_webhooks_come_out_of_order(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    call(sandbox, script="books")
    in_order, so_many = listener.kinds(), len(listener.received)
    listener.received.clear()
    desk.booked.clear()
    fault = {"vendor": "vapi", "mode": "reorder", "seconds": 60}
    sandbox.post("/_sandbox/faults", json=fault).raise_for_status()
    call(sandbox, script="books")
    assert len(listener.received) == so_many and listener.kinds() != in_order


def test_on_a_bad_day_a_report_never_comes(sandbox: httpx.Client, listener: Listener, desk: Desk) -> None:
    fault = {"vendor": "vapi", "mode": "drop", "path": "end-of-call-report"}
    sandbox.post("/_sandbox/faults", json=fault).raise_for_status()
    result = call(sandbox, script="books")
    kept = sandbox.get(
        f"/vapi/call/{result['id']}", headers={"authorization": f"Bearer {clinic.PRIVATE_KEY}"}
    )
    assert not listener.of("end-of-call-report")
    assert kept.json()["analysis"]["summary"]  # who asks for the call still finds out


@pytest.mark.parametrize("era", ["2024", "2025", "2026", "docs"])
def test_bodies_have_the_shape_of_their_era(
    sandbox: httpx.Client, listener: Listener, desk: Desk, era: str
) -> None:
    call(sandbox, script="hangs_up" if era == "docs" else "silent", era=era)
    report = listener.of("end-of-call-report")[0]
    assert isinstance(report["timestamp"], str if era == "2024" else int)
    assert ("summary" in report) == (era != "2026")
    assert bool(report["artifact"]["messages"]) == (era != "2024")


def test_an_explicit_script_is_followed_turn_by_turn(sandbox: httpx.Client, desk: Desk) -> None:
    script = [
        {"caller": "Hello."},
        {"tool": "take_message", "arguments": {"message": "Call me."}},
        {"assistant": "Done."},
        {"hang_up": "assistant-ended-call"},
    ]
    result = call(sandbox, script=script)
    assert [turn["message"] for turn in result["turns"]][1:] == ["Hello.", "Done."]
    assert result["tool_answers"][0]["arguments"] == {"message": "Call me."}
    assert result["ended_reason"] == "assistant-ended-call"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"script": "dances"}, "'script' must be"),
        ({"speed": "fast"}, "'speed' of the body must be a number"),
        ({"number": "+19999999999"}, "no such phone number"),
        ({"script": [{"caller": "Hi", "assistant": "Hi"}]}, "turn 1 of 'script'"),
        ({"colour": "red"}, "unknown fields: colour"),
    ],
)
def test_an_unusable_order_gets_a_sentence(
    sandbox: httpx.Client, desk: Desk, body: dict[str, Any], sentence: str
) -> None:
    answer = sandbox.post("/_sandbox/calls", json=body)
    assert answer.status_code == 400 and sentence in answer.json()["error"]


def test_a_running_call_ends_when_its_control_address_says_so(sandbox: httpx.Client, desk: Desk) -> None:
    started = call(sandbox, script="silent", wait=False, speed=20)
    headers = {"authorization": f"Bearer {clinic.PRIVATE_KEY}"}
    control_url = sandbox.get(f"/vapi/call/{started['id']}", headers=headers).json()["monitor"]["controlUrl"]
    httpx.post(control_url, json={"type": "say", "content": "One moment.", "endCallAfterSpoken": True})
    progress = until(sandbox, f"/_sandbox/calls/{started['id']}", lambda now: now["finished"])
    assert progress["ended_reason"] == "assistant-ended-call-after-message-spoken"
    assert progress["turns"][-1]["message"] == "One moment."


def test_a_person_can_steer_a_call_turn_by_turn(sandbox: httpx.Client, desk: Desk) -> None:
    started = call(sandbox, script="steered", wait=False, speed=50)
    path = f"/_sandbox/calls/{started['id']}"
    for said in ("I want to book a check-up", "The second one. This is Dana Fox", "Bye"):
        turns = len(sandbox.get(path).json()["turns"])
        sandbox.post(f"{path}/turns", json={"caller": said}).raise_for_status()
        progress = until(sandbox, path, lambda now, turns=turns: len(now["turns"]) >= turns + 2)
    progress = until(sandbox, path, lambda now: now["finished"])
    assert desk.booked == {SECOND_SLOT: "Dana Fox"} and progress["ended_reason"] == "assistant-ended-call"


def test_a_slow_tool_answer_makes_the_assistant_hang(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    def slowly(message: dict[str, Any]) -> tuple[int, Any]:
        time.sleep(0.3 if message["type"] == "tool-calls" else 0)
        return desk.reply(message)

    listener.reply = slowly
    sandbox.post("/_sandbox/clock", json={"speed": 100}).raise_for_status()  # 0.3 s are half a minute
    call(sandbox, script="leaves_message", speed=1)
    assert listener.kinds().count("hang") == 1


def test_a_tool_answer_after_the_time_limit_is_not_heard(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    server = {"url": listener.url, "timeoutSeconds": 1}
    sandbox.patch(f"/vapi/assistant/{clinic.ASSISTANT_ID}", json={"server": server}, headers=clinic.KEY)

    def too_late(message: dict[str, Any]) -> tuple[int, Any]:
        time.sleep(1.3 if message["type"] == "tool-calls" else 0)
        return desk.reply(message)

    listener.reply = too_late
    result = call(sandbox, script="leaves_message")
    assert result["tool_answers"][0]["result"] == "No result returned."
    asked = [webhook for webhook in result["webhooks"] if webhook["type"] == "tool-calls"]
    assert [webhook["trouble"] for webhook in asked] == ["no answer within 1 s"]


def test_a_tool_with_a_server_of_its_own_is_asked_there_and_nowhere_else(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    gone = {"url": "http://127.0.0.1:9/tools"}
    tool = {"type": "function", "function": {"name": "take_message"}, "server": gone}
    model = {"provider": "openai", "model": "gpt-4.1", "tools": [tool]}
    sandbox.patch(f"/vapi/assistant/{clinic.ASSISTANT_ID}", json={"model": model}, headers=clinic.KEY)
    assert call(sandbox, script="leaves_message")["tool_answers"][0]["failed"]
    assert listener.of("end-of-call-report") and not listener.of("tool-calls")


def test_webhooks_carry_the_secrets_of_the_number_in_clear(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    path = f"/vapi/phone-number/{clinic.PHONE_NUMBER_ID}"
    body = {"provider": "twilio", "twilioAuthToken": "secret of Twilio"}
    sandbox.patch(path, json=body, headers=clinic.KEY).raise_for_status()
    call(sandbox, script="hangs_up")
    assert {m["phoneNumber"]["twilioAuthToken"] for m in listener.received} == {"secret of Twilio"}


def test_default_subscriptions_have_no_transcript(
    sandbox: httpx.Client, listener: Listener, desk: Desk
) -> None:
    sandbox.patch(f"/vapi/assistant/{clinic.ASSISTANT_ID}", json={"serverMessages": None}, headers=clinic.KEY)
    call(sandbox, script="books")
    assert {message["type"] for message in listener.received} == {
        "conversation-update", "speech-update", "status-update", "tool-calls", "end-of-call-report",
    }  # fmt: skip
