"""The sandbox held against the vendors' own documents: generated requests, and all it answers or sends."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_clinic import Desk
from tests.wire.sandbox_generated import Generator, complaints, referee
from tests.wire.sandbox_listener import Listener, listening
from tests.wire.sandbox_process import REPOSITORY, running_sandbox

HERE = Path(__file__).parent
BODIES = json.loads((REPOSITORY / "voxanne_app/sandbox/vapi/schema.json").read_text())
ANSWERS = json.loads((HERE / "sandbox_vapi_answers.json").read_text())
SUPABASE = json.loads((HERE / "sandbox_supabase_spec.json").read_text())
VAPI_REQUESTS, SUPABASE_REQUESTS = 250, 60
SEED = 20261123
PUBLISHABLE, SECRET = "sb_publishable_sandbox", "sb_secret_sandbox"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as listener:
        listener.reply = Desk().reply
        yield listener


@pytest.fixture(scope="module")
def sandbox(listener: Listener) -> Iterator[httpx.Client]:
    with running_sandbox(clinic.seed(listener.url)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "schema", "answer"),
    [
        ("/assistant", "CreateAssistantDTO", "Assistant"),
        ("/tool", "CreateFunctionToolDTO", "FunctionTool"),
        ("/phone-number", "CreateTwilioPhoneNumberDTO", "TwilioPhoneNumber"),
    ],
)
def test_vapi_takes_what_its_document_allows_and_refuses_the_rest(
    sandbox: httpx.Client, path: str, schema: str, answer: str
) -> None:
    generator = Generator(BODIES, SEED)
    body_judge = referee(BODIES, {"$ref": schema}, closed=True)
    answer_judge = referee(ANSWERS, {"$ref": answer}, closed=False)
    seen: Counter[int] = Counter()
    for number in range(VAPI_REQUESTS):
        body = generator.fitting({"$ref": schema})
        body.pop("assistantId", None)  # must name an assistant that exists
        if number % 2:
            body = generator.broken(body)
        expected = 400 if complaints(body_judge, body) else 201
        reply = sandbox.post(
            f"/vapi{path}", json=body, headers={"authorization": f"Bearer {clinic.PRIVATE_KEY}"}
        )
        assert reply.status_code == expected, (body, reply.text, complaints(body_judge, body))
        if expected == 201:
            assert complaints(answer_judge, reply.json()) == [], body
        seen[reply.status_code] += 1
    assert min(seen[201], seen[400]) > VAPI_REQUESTS // 10


def test_every_message_of_a_call_fits_the_document_of_vapi(sandbox: httpx.Client, listener: Listener) -> None:
    listener.received.clear()
    scripts = sandbox.get("/_sandbox/calls/scripts").json()["scripts"]
    for script in [each["name"] for each in scripts if each["name"] != "steered"]:
        body = {"script": script, "speed": 200, "wait": True, "number": clinic.NUMBER, "era": "2026"}
        sandbox.post("/_sandbox/calls", json=body).raise_for_status()
    _ask_for_a_transfer(sandbox)
    judges = {
        schema["properties"]["type"]["enum"][0]: referee(ANSWERS, {"$ref": name}, closed=False)
        for name, schema in ANSWERS.items()
        if name.startswith("ServerMessage")
    }
    found = {
        (message["type"], complaint)
        for message in listener.received
        for complaint in complaints(judges[message["type"]], message)
    }
    assert found == set()
    expected = {*clinic.ALL_MESSAGES, "transfer-destination-request"} - {"hang"}
    assert {message["type"] for message in listener.received} >= expected


def _ask_for_a_transfer(sandbox: httpx.Client) -> None:
    transfer = {"type": "transferCall", "destinations": []}
    assistant = {
        "model": {"provider": "openai", "model": "gpt-4.1", "tools": [transfer]},
        "serverMessages": ["transfer-destination-request"],
    }
    sandbox.patch(
        f"/vapi/assistant/{clinic.ASSISTANT_ID}", json=assistant, headers=clinic.KEY
    ).raise_for_status()
    clinic.call(sandbox, script="wants_human", era="2026")
    sandbox.post("/_sandbox/reset").raise_for_status()


def test_every_call_in_the_list_fits_the_document_of_vapi(sandbox: httpx.Client) -> None:
    body = {"script": "books", "speed": 200, "wait": True, "number": clinic.NUMBER}
    sandbox.post("/_sandbox/calls", json=body).raise_for_status()
    calls = sandbox.get("/vapi/call", headers={"authorization": f"Bearer {clinic.PRIVATE_KEY}"}).json()
    judge = referee(ANSWERS, {"$ref": "Call"}, closed=False)
    assert calls and [complaints(judge, call) for call in calls if complaints(judge, call)] == []


def test_analytics_fit_the_document_of_vapi(sandbox: httpx.Client) -> None:
    clinic.call(sandbox, script="hangs_up")
    generator = Generator(BODIES, SEED)
    body_judge = referee(BODIES, {"$ref": "AnalyticsQueryDTO"}, closed=True)
    answer_judge = referee(ANSWERS, {"$ref": "AnalyticsQueryResult"}, closed=False)
    seen: Counter[int] = Counter()
    for number in range(VAPI_REQUESTS):
        body = generator.fitting({"$ref": "AnalyticsQueryDTO"})
        for query in body["queries"]:
            query.get("timeRange", {}).pop("timezone", None)  # must name a zone that exists
        if number % 2:
            body = generator.broken(body)
        reply = sandbox.post("/vapi/analytics", json=body, headers=clinic.KEY)
        assert reply.status_code == (400 if complaints(body_judge, body) else 201), (body, reply.text)
        if reply.status_code == 201:
            assert [found for answer in reply.json() for found in complaints(answer_judge, answer)] == []
        seen[reply.status_code] += 1
    assert min(seen[201], seen[400]) > VAPI_REQUESTS // 10


@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for path, methods in SUPABASE["paths"].items() for method in methods]
)
def test_supabase_answers_as_its_document_says(sandbox: httpx.Client, method: str, path: str) -> None:
    operation = SUPABASE["paths"][path][method]
    generator = Generator(SUPABASE["schemas"], SEED)
    judges = {
        status: referee(SUPABASE["schemas"], schema, closed=False)
        for status, schema in operation["answers"].items()
        if schema
    }
    error_judge = referee(SUPABASE["schemas"], {"$ref": "ErrorSchema"}, closed=False)
    for number in range(SUPABASE_REQUESTS):
        body = generator.fitting(operation["body"] or {"type": "object"})
        if number % 3 == 2:
            body = generator.broken(body)
        reply = _ask(sandbox, method, path, body, admin=path.startswith(("/admin", "/invite")))
        assert reply.status_code < 500, (body, reply.text)
        judge = judges.get(str(reply.status_code)) or (error_judge if reply.status_code >= 400 else None)
        if judge and reply.content:
            assert complaints(judge, reply.json()) == [], (body, reply.text)


def _ask(sandbox: httpx.Client, method: str, path: str, body: Any, *, admin: bool) -> httpx.Response:
    key = SECRET if admin else PUBLISHABLE
    path = path.replace("{userId}", "5b6f1f0e-8a8b-4b6e-9f19-5b1a2c3d4e5f")
    path = path.replace("{factorId}", "5b6f1f0e-8a8b-4b6e-9f19-5b1a2c3d4e5f")
    headers = {"apikey": key, "authorization": f"Bearer {key}"}
    query = {"grant_type": body.pop("grant_type", "password")} if path == "/token" else {}
    options = {} if method == "get" else {"json": body}
    return sandbox.request(method, f"/supabase/auth/v1{path}", headers=headers, params=query, **options)
