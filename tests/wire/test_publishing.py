"""What was reviewed reaches Vapi, whatever its day is like: once, whole, and nothing else."""

import os
import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Row

from tests import factories
from tests.deliveries import rows
from tests.publishing_desk import VERA, Desk, assistants_of, open_desk
from tests.shared_postgres import Database
from tests.wire.sandbox_process import running_sandbox
from voxanne_app.agents import drift, publishing
from voxanne_app.agents.configuration import Destination, Voice
from voxanne_app.agents.publishing import Approval
from voxanne_app.foundation.settings import get_settings
from voxanne_app.vendors import voice_platform
from voxanne_app.wiring import VOICE_TOOLS

KEY, SECRET = "vapi-key-of-the-tests", "webhook-secret-of-the-tests"
PUBLISHES = 100 if os.environ.get("VOXANNE_FAULTS_FULL") else 25
SEED = 20261123
BAD_DAYS: list[dict[str, Any]] = [
    {"mode": "reset"},
    {"mode": "cut"},
    {"mode": "html"},
    {"mode": "wrong_json"},
    {"mode": "succeed_then_reset"},
    {"mode": "status", "status": 429},
    {"mode": "status", "status": 500},
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_sandbox({"vapi": {"private_key": KEY}}) as address:
        yield address


@pytest.fixture
def sandbox(address: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("VAPI_BASE_URL", f"{address}/vapi")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", KEY)
    monkeypatch.setenv("VAPI_WEBHOOK_SECRETS", f"{SECRET},one-that-goes")
    monkeypatch.setenv("PUBLIC_URL", "https://clinic.test")
    get_settings.cache_clear()
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {KEY}"}, timeout=30) as client:
        client.post("/_sandbox/faults", json={"clear": True})
        client.post("/_sandbox/reset").raise_for_status()
        yield client


@pytest.fixture
def desk(organization: Row[Any], sandbox: httpx.Client) -> Desk:
    line = sandbox.post(
        "/vapi/phone-number",
        json={"provider": "vapi", "name": "Main line"},
    )
    return open_desk(organization, line=line.raise_for_status().json()["id"])


def bad(sandbox: httpx.Client, **fault: Any) -> None:
    sandbox.post("/_sandbox/faults", json={"vendor": "vapi", "count": 1} | fault).raise_for_status()


def written(sandbox: httpx.Client, desk: Desk) -> dict[str, Any]:
    (assistant,) = assistants_of(sandbox, desk)
    return assistant


def prompt_of(assistant: dict[str, Any]) -> str:
    return str(assistant["model"]["messages"][0]["content"])


def test_what_was_reviewed_is_in_the_assistant_byte_for_byte(sandbox: httpx.Client, desk: Desk) -> None:
    reviewed = desk.ask()
    desk.work_off()
    assistant = written(sandbox, desk)
    assert prompt_of(assistant) == reviewed.prompt
    assert assistant["firstMessage"] == reviewed.first_message
    assert assistant["voice"]["voiceId"] == reviewed.configuration.voice.voice_id
    assert assistant["server"]["headers"] == {"X-Vapi-Secret": SECRET}
    agent = desk.agent()
    assert (agent.version, agent.system_prompt, agent.voice_id) == (1, reviewed.prompt, "sarah")
    assert (agent.voice_provider, agent.first_message) == ("elevenlabs", reviewed.first_message)


def test_it_still_gets_there_after_the_vendor_failed_twice(sandbox: httpx.Client, desk: Desk) -> None:
    bad(sandbox, mode="status", status=503)
    bad(sandbox, mode="reset")
    reviewed = desk.ask()
    assert desk.work_off() >= 3
    assert prompt_of(written(sandbox, desk)) == reviewed.prompt


def test_until_it_is_there_nothing_says_that_it_is(sandbox: httpx.Client, desk: Desk) -> None:
    desk.ask()
    desk.work_off()
    before = desk.agent()
    desk.save(prompt="You are brief.")
    sandbox.post("/_sandbox/faults", json={"vendor": "vapi", "mode": "reset", "count": 3})
    desk.ask()
    desk.work_off(most=2)
    assert desk.agent() == before
    waiting = desk.versions()[-1]
    assert waiting.state == "publishing" and "does not answer" in waiting.trouble
    desk.work_off()
    assert desk.agent().version == 2


def test_many_publishes_on_bad_days_leave_one_assistant(sandbox: httpx.Client, desk: Desk) -> None:
    chance = random.Random(SEED)
    print(f"seed {SEED}, {PUBLISHES} publishes")
    for number in range(PUBLISHES):
        desk.save(prompt=f"You are brief, the {number}th time.")
        for _ in range(chance.randint(0, 3)):
            bad(sandbox, **chance.choice(BAD_DAYS), method=chance.choice(["POST", "GET", "PATCH", "*"]))
        if chance.random() < 0.3:  # we, too, forget: the worker died before it wrote down what it had made
            rows("update vendor_addresses set valid_until = now() where agent_id = :id and kind = 'assistant'"
                 " returning 1", desk.org_id, id=desk.agent_id)  # fmt: skip
        reviewed = desk.ask()
        desk.work_off()
        sandbox.request("DELETE", "/_sandbox/faults")
        assert prompt_of(written(sandbox, desk)) == reviewed.prompt
    assert desk.agent().version == PUBLISHES
    names = [tool["function"]["name"] for tool in sandbox.get("/vapi/tool?limit=1000").json()]
    assert sorted(names) == sorted(VOICE_TOOLS)


def test_an_assistant_made_by_a_request_whose_answer_was_lost_is_found(
    sandbox: httpx.Client, desk: Desk
) -> None:
    desk.ask()
    bad(sandbox, mode="succeed_then_reset", method="POST", path="/assistant")
    desk.work_off()
    assert len(assistants_of(sandbox, desk)) == 1


def test_a_second_assistant_that_was_made_at_once_goes(sandbox: httpx.Client, desk: Desk) -> None:
    marked = {"metadata": {"voxanne_agent": str(desk.agent_id)}, "name": "Twin"}
    oldest = sandbox.post("/vapi/assistant", json=marked).json()["id"]
    sandbox.post("/vapi/assistant", json=marked)
    desk.ask()
    desk.work_off()
    assert written(sandbox, desk)["id"] == oldest


def test_tools_are_made_once_and_changed_when_they_say_otherwise(
    sandbox: httpx.Client, desk: Desk, other_organization: Row[Any]
) -> None:
    other = open_desk(other_organization)
    for one in (desk, other):
        one.ask()
        one.work_off()
    tools = sandbox.get("/vapi/tool").json()
    assert len(tools) == len(VOICE_TOOLS)
    assert written(sandbox, desk)["model"]["toolIds"] == written(sandbox, other)["model"]["toolIds"]
    first = next(tool for tool in tools if tool["function"]["name"] == "book_appointment")
    spoilt = {**first["function"], "description": "Something else"}
    sandbox.patch(f"/vapi/tool/{first['id']}", json={"function": spoilt}).raise_for_status()
    desk.save(tools_off=("take_message",))
    desk.ask()
    desk.work_off()
    again = {tool["id"]: tool for tool in sandbox.get("/vapi/tool").json()}
    assert again[first["id"]]["function"] == first["function"] and len(again) == len(tools)
    assert len(written(sandbox, desk)["model"]["toolIds"]) == len(VOICE_TOOLS) - 1


def test_what_somebody_set_there_and_we_leave_open_stays(sandbox: httpx.Client, desk: Desk) -> None:
    desk.ask()
    desk.work_off()
    assistant = written(sandbox, desk)
    changed = {"backgroundSound": "office", "model": {**assistant["model"], "temperature": 0.2}}
    sandbox.patch(f"/vapi/assistant/{assistant['id']}", json=changed).raise_for_status()
    desk.save(prompt="You are brief.")
    desk.ask()
    desk.work_off()
    assistant = written(sandbox, desk)
    assert (assistant["backgroundSound"], assistant["model"]["temperature"]) == ("office", 0.2)
    assert prompt_of(assistant).startswith("You are brief.")


def test_what_the_vendor_refuses_is_a_draft_again_and_says_why(sandbox: httpx.Client, desk: Desk) -> None:
    refusal = {"message": ["voice.voiceId is unknown"], "error": "Bad Request", "statusCode": 400}
    bad(sandbox, mode="status", status=400, body=refusal, method="POST", path="/assistant")
    desk.ask()
    desk.work_off()
    (draft,) = desk.versions()
    assert (draft.state, desk.agent().version) == ("draft", 0)
    assert "voice.voiceId is unknown" in draft.trouble


def test_a_publishing_that_was_stopped_leaves_callers_with_what_they_had(
    sandbox: httpx.Client, desk: Desk
) -> None:
    first = desk.ask()
    desk.work_off()
    desk.save(prompt="You are brief.")
    # It happens, and nobody hears of it: the platform says it, and we stop.
    bad(sandbox, mode="succeed_then_reset", method="PATCH", path="/assistant/*")
    desk.ask()
    desk.work_off(most=1)
    assert prompt_of(written(sandbox, desk)).startswith("You are brief.")
    desk.within(lambda session: publishing.stop(session, **desk.where))
    desk.work_off()
    assert prompt_of(written(sandbox, desk)) == first.prompt
    assert [version.state for version in desk.versions()] == ["published", "draft"]


def test_the_number_is_answered_by_it_and_falls_back_to_the_clinics_own_line(
    sandbox: httpx.Client, desk: Desk
) -> None:
    rows("update organizations set phone = '+15035550100' returning 1", desk.org_id)
    desk.ask()
    desk.work_off()
    number = sandbox.get(f"/vapi/phone-number/{desk.line}").json()
    assert number["assistantId"] == written(sandbox, desk)["id"]
    assert number["fallbackDestination"] == {"type": "number", "number": "+15035550100"}
    assert number["server"]["url"] == "https://clinic.test/webhooks/vapi"


def test_what_was_changed_at_vapi_is_found_shown_and_put_back(sandbox: httpx.Client, desk: Desk) -> None:
    reviewed = desk.ask()
    desk.work_off()
    assistant = written(sandbox, desk)
    compare(desk)
    assert desk.agent().drift is None
    rude = {**assistant["model"], "messages": [{"role": "system", "content": "Be rude."}]}
    sandbox.patch(
        f"/vapi/assistant/{assistant['id']}",
        json={"model": rude, "server": {"url": "https://elsewhere.test"}},
    ).raise_for_status()
    compare(desk)
    found = {one["place"]: one for one in desk.agent().drift}
    assert found["Prompt"] == {"place": "Prompt", "ours": reviewed.prompt, "theirs": "Be rude."}
    assert {"Where calls are reported to", "Webhook secret"} <= found.keys()
    assert SECRET not in str(desk.agent().drift)
    desk.within(lambda session: drift.put_ours_back(session, **desk.where))
    desk.work_off()
    assert prompt_of(written(sandbox, desk)) == reviewed.prompt
    assert desk.agent().drift is None


def test_what_was_changed_at_vapi_can_be_taken_over(sandbox: httpx.Client, desk: Desk) -> None:
    reviewed = desk.ask()
    desk.work_off()
    assistant = written(sandbox, desk)
    theirs = reviewed.prompt.replace("You are warm, brief and exact.", "You are merry.")
    model = {**assistant["model"], "messages": [{"role": "system", "content": theirs}]}
    voice = {**assistant["voice"], "voiceId": "matilda"}
    change = {"model": model, "voice": voice, "maxDurationSeconds": 300, "firstMessage": "Ahoy."}
    sandbox.patch(f"/vapi/assistant/{assistant['id']}", json=change).raise_for_status()
    body = desk.versions()[0].platform_body
    changes = voice_platform().changes(body, platform_id=assistant["id"])
    taken = drift.with_changes(reviewed.configuration, changes, prompt=reviewed.prompt)
    assert "You are merry." in taken.prompt and "## " not in taken.prompt
    assert (taken.voice, taken.max_minutes) == (Voice(provider="elevenlabs", voice_id="matilda"), 5)
    assert (taken.first_message, taken.recording_consent) == ("Ahoy.", "")


def test_an_assistant_that_was_deleted_there_is_found_missing_and_made_again(
    sandbox: httpx.Client, desk: Desk
) -> None:
    desk.ask()
    desk.work_off()
    sandbox.patch(f"/vapi/phone-number/{desk.line}", json={"assistantId": None})
    sandbox.delete(f"/vapi/assistant/{written(sandbox, desk)['id']}").raise_for_status()
    compare(desk)
    assert desk.agent().drift[0]["theirs"] == "deleted"
    desk.within(lambda session: drift.put_ours_back(session, **desk.where))
    desk.work_off()
    assert len(assistants_of(sandbox, desk)) == 1


def test_callers_are_put_through_to_the_listed_people(sandbox: httpx.Client, desk: Desk) -> None:
    desk.save(destinations=(Destination(name="Desk", number="+15035550177", when="Always."),))
    desk.ask()
    desk.work_off()
    (transfer,) = written(sandbox, desk)["model"]["tools"]
    assert [one["number"] for one in transfer["destinations"]] == ["+15035550177"]


def compare(desk: Desk) -> None:
    factories.make_job(
        org_id=desk.org_id, name="agents.compare", arguments={"agent_id": str(desk.agent_id)},
        unique_key=str(uuid4()),
    )  # fmt: skip
    desk.work_off()


def test_a_candidate_is_prepared_and_everybody_else_hears_what_is_published(
    sandbox: httpx.Client, desk: Desk
) -> None:
    first = desk.ask()
    desk.work_off()
    desk.save(prompt="You are brief.")
    reviewed, revision = desk.review()
    desk.say_yes(Approval(revision, reviewed.digest, VERA, share=25))
    desk.work_off()
    agent = desk.agent()
    assert (agent.version, agent.candidate_version, agent.candidate_share) == (1, 2, 25)
    assert prompt_of(written(sandbox, desk)) == first.prompt == agent.system_prompt
    assert prompt_of(desk.versions()[1].platform_body) == reviewed.prompt
    assert sandbox.get(f"/vapi/phone-number/{desk.line}").json()["assistantId"] is None
    desk.save(prompt="You are briefer.")
    desk.ask()
    desk.work_off()
    assert (desk.agent().version, desk.agent().candidate_version) == (3, None)
    assert sandbox.get(f"/vapi/phone-number/{desk.line}").json()["assistantId"]
