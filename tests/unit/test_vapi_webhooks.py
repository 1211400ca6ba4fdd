"""Which event a body is, under which key it is kept, and what is taken out of it."""

import base64
import json
import time
from typing import Any

import pytest

from tests.payloads import vapi
from voxanne_app.integrations.vapi.redaction import REMOVED, without_secrets
from voxanne_app.integrations.vapi.signatures import is_genuine, sign
from voxanne_app.integrations.vapi.webhooks import KNOWN, Unreadable, VapiEvent, read_event

NOW = 1_793_638_800.0
BODY = b'{"message": {"type": "hang"}}'
SECRETS = (b"the new secret", b"the old secret")
HEX = sign(BODY, secret=SECRETS[0], timestamp=str(int(NOW)))


def event_of(body: dict[str, Any]) -> VapiEvent:
    return read_event(json.dumps(body).encode())


def signed(**changed: str) -> dict[bytes, bytes]:
    headers = {"x-timestamp": str(int(NOW)), "x-signature": HEX} | changed
    return {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}


@pytest.mark.parametrize(
    "headers",
    [
        signed(),
        signed(x_signature=f"sha256={HEX}"),
        {b"x-timestamp": str(int(NOW)).encode(), b"x-signature": base64.b64encode(bytes.fromhex(HEX))},
        {
            b"x-timestamp": str(int(NOW * 1000)).encode(),
            b"x-signature": sign(BODY, secret=SECRETS[1], timestamp=str(int(NOW * 1000))).encode(),
        },
        {b"x-vapi-secret": SECRETS[0]},
        {b"x-vapi-secret": SECRETS[1]},
        {b"authorization": b"Bearer " + SECRETS[0]},
    ],
    ids=["hex", "prefix", "base64", "old secret, milliseconds", "header", "old header", "bearer"],
)
def test_a_request_with_any_proof_of_any_secret_is_genuine(headers: dict[bytes, bytes]) -> None:
    assert is_genuine(headers, BODY, secrets=SECRETS, now_seconds=NOW)


def at(seconds: float) -> dict[bytes, bytes]:
    timestamp = str(int(NOW + seconds))
    signature = sign(BODY, secret=SECRETS[0], timestamp=timestamp).encode()
    return {b"x-timestamp": timestamp.encode(), b"x-signature": signature}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {b"x-vapi-secret": b""},
        {b"x-vapi-secret": SECRETS[0][:-1]},
        {b"x-vapi-secret": b"another clinic's"},
        {b"authorization": SECRETS[0]},
        {b"authorization": b"Basic " + SECRETS[0]},
        {b"authorization": b"Bearer "},
        {b"x-signature": HEX.encode()},
        {b"x-timestamp": str(int(NOW)).encode()},
        {b"x-timestamp": str(int(NOW)).encode(), b"x-signature": HEX[:-2].encode()},
        {b"x-timestamp": str(int(NOW)).encode(), b"x-signature": b"\xff" * 64},
        {b"x-timestamp": str(int(NOW)).encode(), b"x-signature": b""},
        {b"x-timestamp": b"now", b"x-signature": HEX.encode()},
        {b"x-timestamp": b"9" * 400, b"x-signature": HEX.encode()},
        {b"x-timestamp": str(int(NOW) + 1).encode(), b"x-signature": HEX.encode()},
        {b"x-timestamp": b"", b"x-signature": HEX.encode(), b"x-vapi-secret": SECRETS[0]},
        at(301),
        at(-301),
    ],
)
def test_a_request_without_a_proof_is_refused(headers: dict[bytes, bytes]) -> None:
    assert not is_genuine(headers, BODY, secrets=SECRETS, now_seconds=NOW)


def test_the_window_is_five_minutes_either_way() -> None:
    assert all(is_genuine(at(age), BODY, secrets=SECRETS, now_seconds=NOW) for age in (-300, 300))


def test_a_secret_that_was_taken_out_opens_nothing_any_more() -> None:
    assert not is_genuine({b"x-vapi-secret": SECRETS[1]}, BODY, secrets=SECRETS[:1], now_seconds=NOW)


def test_no_secret_at_all_opens_nothing() -> None:
    for headers in (signed(), {b"x-vapi-secret": b""}, {b"authorization": b"Bearer "}):
        assert not is_genuine(headers, BODY, secrets=(), now_seconds=NOW)


def test_a_changed_body_is_refused() -> None:
    assert not is_genuine(signed(), BODY + b" ", secrets=SECRETS, now_seconds=NOW)


def test_a_status_update_and_the_report_of_one_call_have_keys_of_their_own() -> None:
    call = vapi.call(id="the-call")
    ended = event_of(vapi.status_update("ended", after=30, call=call)).key
    report = event_of(vapi.report_of_2026(call=call)).key
    assert ended == "vapi:the-call:status-update:ended"
    assert report.startswith("vapi:the-call:end-of-call-report:") and report != ended


def test_a_repeated_report_has_the_same_key_although_its_links_differ() -> None:
    call = vapi.call()
    for timestamp in (1793638860000, ...):
        first, second = (vapi.report_of_2026(call=call, timestamp=timestamp) for _ in range(2))
        second["message"]["artifact"] = first["message"]["artifact"] | {"presignedMonoUrl": "signed anew"}
        assert first != second
        assert event_of(first).key == event_of(second).key


def test_iso_and_epoch_make_the_same_key() -> None:
    call = vapi.call()
    iso = vapi.message("hang", call=call, timestamp="2026-11-02T17:00:00.250Z")
    assert event_of(iso).key == event_of(vapi.message("hang", call=call, timestamp=1793638800250)).key


def test_messages_without_a_call_are_told_apart_by_what_they_say() -> None:
    bodies = [vapi.status_update("ended", after=seconds, call=...) for seconds in (1, 2, 2)]
    keys = [event_of(body).key for body in bodies]
    assert keys[0] != keys[1] == keys[2]


def test_a_key_fits_into_an_index_whatever_the_vendor_calls_things() -> None:
    asked = [vapi.asked_for("book", {}, tool_call_id="x" * 5000) for _ in range(20)]
    assert len(event_of(vapi.tool_calls(*asked, call=vapi.call(id="c" * 5000))).key) <= 200


def test_only_the_vendors_own_names_say_whose_call_it_is() -> None:
    call = vapi.call(
        phoneNumberId="number-id",
        metadata={"org_id": "mine"},
        assistantOverrides={"metadata": {"org_id": "mine"}, "variableValues": {"tenant_id": "mine"}},
    )
    number = {"id": "number-id", "number": "+15035550100"}
    assert event_of(vapi.message("hang", call=call, phoneNumber=number)).addresses == (
        ("assistant", "assistant-of-the-clinic"),
        ("phone_number", "number-id"),
        ("number", "+15035550100"),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"message": []}',
        b'{"message": {}}',
        b'{"message": {"type": 5}}',
        b'{"message": {"type": ""}}',
        b'{"message": {"type": "hang", "call": []}}',
        b'{"message": {"type": "hang", "call": {"id": 5}}}',
        b'{"message": {"type": "hang", "call": {"assistantId": {}}}}',
        b'{"message": {"type": "hang", "artifact": "none"}}',
        b'{"message": {"type": "hang", "toolCallList": {}}}',
        b'{"message": {"type": "hang", "timestamp": []}}',
        b'{"message": {"type": "hang", "x": NaN}}',
        b'{"message": {"type": "hang", "x": 1e999}}',
        b'{"message": {"type": "hang", "x": "\\u0000"}}',
        b'{"message": {"type": "hang", "\\u0000": 1}}',
        b'{"message": {"type": "hang", "x": "\\ud800"}}',
        b'{"message": {"type": "hang", "x": ' + b"[" * 500 + b"]" * 500 + b"}}",
        b'{"message": {"type": "hang", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    ],
)
def test_what_is_none_of_vapis_messages_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_event(body)


def test_secrets_are_taken_out_wherever_they_lie() -> None:
    body = vapi.tool_calls(
        vapi.asked_for("book", {"day": "Monday", "token": "of a caller"}),
        call=vapi.call(
            monitor={"controlUrl": "https://control.test/1", "listenUrl": "wss://listen.test/1"},
            assistantOverrides={"metadata": {"note": "eyJhbGciOiJI.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl"}},
        ),
        phoneNumber={"number": "+15035550100", "twilioAccountSid": "AC1", "twilioAuthToken": "hidden-1"},
        toolWithToolCallList=[
            {"server": {"url": "https://x.test", "secret": "hidden-2", "headers": {"a": "hidden-3"}}}
        ],
    )
    stored = event_of(body).as_json()
    for hidden in ("hidden", "control.test", "listen.test", "eyJ", "of a caller", "AC1"):
        assert hidden not in stored
    assert REMOVED in stored and "Monday" in stored and "+15035550100" in stored


def test_counts_of_tokens_and_empty_secrets_stay() -> None:
    held = {"promptTokens": 5, "twilioAuthToken": None, "isServerUrlSecretSet": True}
    assert without_secrets(held) == held


def test_every_server_message_of_the_specification_is_known() -> None:
    told = """assistant-request tool-calls transfer-destination-request handoff-destination-request
        knowledge-base-request voice-request call.endpointing.request campaign.predial status-update
        end-of-call-report hang conversation-update transcript speech-update model-output user-interrupted
        voice-input language-change-detected assistant.speechStarted transfer-update phone-call-control
        session.created session.updated session.deleted chat.created chat.deleted call.deleted
        call.delete.failed call.artifact.upload function-call assistant.started"""
    assert set(told.split()) <= KNOWN


def test_a_message_is_read_in_less_than_a_millisecond() -> None:
    body = json.dumps(vapi.report_of_2026()).encode()
    began = time.perf_counter()
    for _ in range(50):
        read_event(body).as_json()
    assert (time.perf_counter() - began) / 50 < 0.001
