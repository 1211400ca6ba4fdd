"""A number that asks who answers: the right version, in time, also when the database is not."""

import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Row

from tests import factories
from tests.deliveries import rows
from tests.payloads import vapi
from tests.publishing_desk import START, Desk, open_desk
from tests.shared_postgres import Database
from tests.wire.webhook_process import WebhookProcess, webhook_process
from voxanne_app.agents import rollout
from voxanne_app.agents.ports import Published, ReviewedAgent
from voxanne_app.agents.publishing import confirm
from voxanne_app.foundation import clock
from voxanne_app.integrations.vapi.assistant_body import OurServer, assistant_body
from voxanne_app.sandbox.vapi.validation import check
from voxanne_app.telephony.addresses import remember_assistant

NUMBER_ID, NUMBER, ASSISTANT = "phone-{}", "+1212555{}", "assistant-{}"
CALLER = "+15035550142"


@pytest.fixture(scope="module")
def app(database: Database) -> Iterator[WebhookProcess]:
    with webhook_process(database.app_url) as process:
        yield process


@pytest.fixture
def desk(organization: Row[Any]) -> Desk:
    """An agent with two published versions and a number of its own at the platform."""
    tail = organization.id.hex[:4]
    desk = open_desk(organization, line=f"phone-{tail}")
    factories.make_phone_number(
        org_id=desk.org_id, agent_id=desk.agent_id, number=f"+1212666{int(tail, 16) % 10_000:04}"
    )
    for words in ("You are kind.", "You are brief."):
        desk.save(prompt=words)
        publish(desk, f"assistant-{tail}")
    return desk


def publish(desk: Desk, assistant: str) -> None:
    """As the job does it, without the platform."""
    reviewed = desk.ask()
    number = desk.agent().version + 1
    agent = ReviewedAgent(desk.agent_id, number, START, reviewed.first_message, reviewed.prompt, True)
    body = assistant_body(agent, tool_ids=[], server=OurServer("https://clinic.test/webhooks/vapi", ""))

    def work(session: Any) -> None:
        remember_assistant(session, assistant, **desk.where)
        confirm(session, Published(assistant, body), **desk.where, number=number, now=clock.now())

    desk.within(work)


def asked(app: WebhookProcess, desk: Desk, *, caller: str = CALLER) -> dict[str, Any]:
    number = rows("select number from phone_numbers", desk.org_id)[0].number
    call = vapi.call(assistantId=None, phoneNumberId=desk.line, customer={"number": caller})
    body = {
        "message": {
            "type": "assistant-request",
            "timestamp": time.time() * 1000,
            "call": call,
            "phoneNumber": {"id": desk.line, "number": number},
            "customer": {"number": caller},
        }
    }
    started = time.monotonic()
    answer = app.post(json.dumps(body).encode())
    assert time.monotonic() - started < 3
    assert answer.status_code == 200
    return dict(answer.json())


def pin(desk: Desk, version: int | None) -> None:
    rows("update phone_numbers set pinned_version = :version returning 1", desk.org_id, version=version)


def test_the_published_one_answers_by_its_copy(app: WebhookProcess, desk: Desk) -> None:
    assert asked(app, desk) == {"assistantId": f"assistant-{desk.org_id.hex[:4]}"}


def test_a_pinned_version_answers_whole_and_fits_the_vendors_schema(app: WebhookProcess, desk: Desk) -> None:
    pin(desk, 1)
    assistant = asked(app, desk)["assistant"]
    assert assistant["model"]["messages"][0]["content"].startswith("You are kind.")
    assert assistant["metadata"]["voxanne_version"] == 1
    assert assistant["server"]["headers"]["X-Vapi-Secret"]
    check(assistant, "CreateAssistantDTO")


def test_a_share_of_the_callers_meets_the_candidate_the_same_ones_each_time(
    app: WebhookProcess, desk: Desk
) -> None:
    desk.within(lambda session: rollout.try_candidate(session, **desk.where, version=1, share=50))
    numbers = [f"+1503555{number:04}" for number in range(12)]
    met = ["assistant" in asked(app, desk, caller=number) for number in numbers]
    assert met == [rollout.is_among(50, desk.agent_id, 1, number) for number in numbers]
    assert True in met and False in met


def test_a_number_of_nobodys_gets_a_sentence(app: WebhookProcess, desk: Desk) -> None:
    stranger = Desk(desk.org_id, desk.agent_id, "phone-of-nobody")
    assert "error" in asked(app, stranger)


def test_a_database_that_hangs_keeps_no_caller_waiting(
    app: WebhookProcess, desk: Desk, database: Database
) -> None:
    pin(desk, 1)
    before = asked(app, desk)
    with psycopg.connect(database.owner_url) as blocker:
        blocker.execute("lock table agents, agent_versions, phone_numbers in access exclusive mode")
        for _ in range(3):
            assert _asked_blind(app, desk, before) == before


def _asked_blind(app: WebhookProcess, desk: Desk, known: dict[str, Any]) -> dict[str, Any]:
    call = vapi.call(assistantId=None, phoneNumberId=desk.line, customer={"number": CALLER})
    message = {"type": "assistant-request", "timestamp": time.time() * 1000, "call": call}
    message |= {"phoneNumber": {"id": desk.line}, "customer": {"number": CALLER}}
    started = time.monotonic()
    answer = app.post(json.dumps({"message": message}).encode())
    assert time.monotonic() - started < 3
    return dict(answer.json())
