"""Vapi's own addresses: keys, errors, lists, recordings, outbound calls."""

import io
import time
import wave
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_process import running_sandbox

NOWHERE = "http://127.0.0.1:9/webhooks"
KEY = {"authorization": f"Bearer {clinic.PRIVATE_KEY}"}


@pytest.fixture(scope="module")
def running() -> Iterator[httpx.Client]:
    with running_sandbox(clinic.seed(NOWHERE)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def sandbox(running: httpx.Client) -> httpx.Client:
    running.post("/_sandbox/reset").raise_for_status()
    return running


def vapi(sandbox: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    return sandbox.request(method, f"/vapi{path}", headers=KEY | options.pop("headers", {}), **options)


def call(sandbox: httpx.Client, **fields: Any) -> dict[str, Any]:
    body = {"speed": 500, "wait": True, "number": clinic.NUMBER, "script": "hangs_up"} | fields
    return sandbox.post("/_sandbox/calls", json=body).raise_for_status().json()


def dial(sandbox: httpx.Client, number: str, **fields: Any) -> httpx.Response:
    body = {
        "assistantId": clinic.ASSISTANT_ID,
        "phoneNumberId": clinic.PHONE_NUMBER_ID,
        "customer": {"number": number},
    }
    return vapi(sandbox, "POST", "/call", json=body | fields)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}])
def test_a_wrong_key_is_refused_in_the_words_of_vapi(sandbox: httpx.Client, headers: dict[str, str]) -> None:
    answer = sandbox.get("/vapi/call", headers=headers)
    assert answer.status_code == 401
    assert answer.json().keys() == {"message", "error", "statusCode"}
    assert answer.json()["error"] == "Unauthorized"


def test_errors_have_one_message_or_a_list_of_them(sandbox: httpx.Client) -> None:
    missing = vapi(sandbox, "GET", "/assistant/nobody").json()
    assert isinstance(missing["message"], str) and missing["statusCode"] == 404
    invalid = vapi(sandbox, "POST", "/assistant", json={"name": "x" * 41, "colour": "red"}).json()
    assert invalid == {
        "message": [
            "name must be shorter than or equal to 40 characters",
            "property colour should not exist",
        ],
        "error": "Bad Request",
        "statusCode": 400,
    }


def test_an_address_that_is_not_played_is_404(sandbox: httpx.Client) -> None:
    answer = vapi(sandbox, "PUT", "/assistant")
    assert answer.status_code == 404 and answer.json()["message"] == "Cannot PUT /assistant"


def test_changing_an_assistant_replaces_nested_objects_whole(sandbox: httpx.Client) -> None:
    model = {"provider": "openai", "model": "gpt-4.1", "temperature": 0.2}
    created = vapi(sandbox, "POST", "/assistant", json={"name": "Ben", "model": model})
    assert created.status_code == 201
    path = f"/assistant/{created.json()['id']}"
    changed = vapi(sandbox, "PATCH", path, json={"model": {"provider": "openai", "model": "gpt-4o"}}).json()
    assert changed["model"] == {"provider": "openai", "model": "gpt-4o"} and changed["name"] == "Ben"
    assert vapi(sandbox, "DELETE", path).json()["id"] == created.json()["id"]
    assert vapi(sandbox, "GET", path).status_code == 404


def test_an_assistant_in_use_cannot_be_deleted(sandbox: httpx.Client) -> None:
    answer = vapi(sandbox, "DELETE", f"/assistant/{clinic.ASSISTANT_ID}")
    assert (answer.status_code, answer.json()["error"]) == (409, "assistant_pinned")


def test_an_imported_number_takes_over_texts_unless_told_otherwise(sandbox: httpx.Client) -> None:
    number = {"provider": "twilio", "number": "+14155550155", "twilioAccountSid": "AC1"}
    number |= {"twilioAuthToken": "clear"}
    created = vapi(sandbox, "POST", "/phone-number", json=number).json()
    assert created["smsEnabled"] is True and created["twilioAuthToken"] == "clear"
    refused = vapi(sandbox, "POST", "/phone-number", json=number | {"assistantId": "nobody"})
    assert refused.status_code == 400


def test_calls_are_listed_newest_first_by_time_and_limit(sandbox: httpx.Client) -> None:
    ids = []
    for _ in range(3):
        ids.append(call(sandbox)["id"])
        time.sleep(0.01)
    everything = vapi(sandbox, "GET", "/call").json()
    assert [each["id"] for each in everything] == ids[::-1]
    page = vapi(sandbox, "GET", "/call", params={"limit": 1}).json()
    rest = vapi(sandbox, "GET", "/call", params={"createdAtLt": page[0]["createdAt"]}).json()
    assert [each["id"] for each in page + rest] == ids[::-1]
    fresh = vapi(sandbox, "GET", "/call", params={"updatedAtGe": everything[0]["updatedAt"]}).json()
    assert [each["id"] for each in fresh] == [ids[-1]]
    assert vapi(sandbox, "GET", "/call", params={"limit": 1001}).status_code == 400
    assert vapi(sandbox, "GET", "/call", params={"createdAtGt": "yesterday"}).status_code == 400


def test_a_recording_is_a_redirect_to_real_audio(sandbox: httpx.Client) -> None:
    call_id = call(sandbox, speed=20)["id"]
    redirect = vapi(sandbox, "GET", f"/call/{call_id}/stereo-recording")
    assert redirect.status_code == 302
    audio = httpx.get(redirect.headers["location"])
    with wave.open(io.BytesIO(audio.content)) as recording:
        assert recording.getnchannels() == 2 and recording.getnframes() > 0
        samples = recording.readframes(recording.getnframes())
    left, right = samples[0::2], samples[1::2]
    assert len(set(left)) > 10 and len(set(right)) > 10  # both voices are in it
    part = httpx.get(redirect.headers["location"], headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"RIFF")


def test_a_presigned_address_expires_and_wants_no_key(sandbox: httpx.Client) -> None:
    call_id = call(sandbox)["id"]
    location = vapi(sandbox, "GET", f"/call/{call_id}/mono-recording").headers["location"]
    assert httpx.get(location, headers=KEY).status_code == 400
    assert "<Code>InvalidArgument</Code>" in httpx.get(location, headers=KEY).text
    bare = vapi(sandbox, "GET", f"/call/{call_id}").json()["artifact"]["recordingUrl"]
    assert httpx.get(bare).status_code == 403
    sandbox.post("/_sandbox/clock", json={"advance_seconds": 1801})
    expired = httpx.get(location)
    assert expired.status_code == 403 and "expired" in expired.text
    assert urlsplit(location).path.endswith(f"{call_id}-mono.wav")


def test_an_outbound_call_is_queued_and_then_made(sandbox: httpx.Client) -> None:
    created = dial(sandbox, "+14155550123")
    assert created.status_code == 201 and created.json()["status"] == "queued"
    assert created.json()["phoneCallProviderId"].startswith("CA")
    assert created.json()["subscriptionLimits"]["concurrencyLimit"] == 10


def test_who_does_not_answer_ends_the_call_so(sandbox: httpx.Client) -> None:
    sandbox.post("/_sandbox/clock", json={"speed": 500})
    call_id = dial(sandbox, "+14155550199").json()["id"]
    deadline = time.monotonic() + 5
    while (ended := vapi(sandbox, "GET", f"/call/{call_id}").json())["status"] != "ended":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert ended["endedReason"] == "customer-did-not-answer"


def test_only_ten_lines_are_there(sandbox: httpx.Client) -> None:
    statuses = [dial(sandbox, "+14155550123").status_code for _ in range(11)]
    assert statuses == [201] * 10 + [400]


def test_a_batch_answers_201_even_when_some_numbers_are_wrong(sandbox: httpx.Client) -> None:
    customers = [{"number": "+14155550123"}, {"number": "555"}]
    body = {"assistantId": clinic.ASSISTANT_ID, "phoneNumberId": clinic.PHONE_NUMBER_ID}
    answer = vapi(sandbox, "POST", "/call", json=body | {"customers": customers})
    assert answer.status_code == 201
    assert len(answer.json()["results"]) == 1 and answer.json()["errors"][0]["customer"] == {"number": "555"}


def test_the_same_request_dials_twice(sandbox: httpx.Client) -> None:
    first, second = dial(sandbox, "+14155550123"), dial(sandbox, "+14155550123")
    assert first.json()["id"] != second.json()["id"]
