"""Trying an agent out, whole: the draft answers at the vendor, its tools come back, and nothing stays."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import Row

from tests.clinic import Clinic, open_clinic
from tests.deliveries import rows
from tests.payloads import vapi
from tests.publishing_desk import Desk, open_desk
from tests.shared_postgres import Database
from tests.wire.sandbox_generated import complaints, referee
from tests.wire.sandbox_process import running_sandbox
from tests.wire.test_sandbox_against_specs import ANSWERS, BODIES
from tests.wire.webhook_process import SECRET, WebhookProcess, signed, webhook_process
from voxanne_app.agents.configuration import Destination
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.trials import conversing
from voxanne_app.trials.conversing import CannotTry, Stage, TrialUnknown, let_caller_say
from voxanne_app.trials.ports import ChatFailed
from voxanne_app.trials.putting_through import tools_for
from voxanne_app.trials.reviewed import under_review
from voxanne_app.trials.turns import Turn
from voxanne_app.vendors import trial_chats
from voxanne_app.wiring import VOICE_TOOLS

KEY = "vapi-key-of-the-tests"
MONDAY_MORNING = datetime(2026, 11, 30, 16, 5, tzinfo=UTC)  # 8:05 in Los Angeles
ADA = "+15035550177"
# Changed by the process that answers webhooks, whatever is asked of it, or by trials themselves.
NOT_COMPARED = {"heartbeats", "trials", "huey_task", "alembic_version"}


@pytest.fixture(scope="module")
def app(database: Database) -> Iterator[WebhookProcess]:
    with webhook_process(database.app_url) as process:
        yield process


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_sandbox({"vapi": {"private_key": KEY}}) as address:
        yield address


@pytest.fixture
def sandbox(address: str, app: WebhookProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("VAPI_BASE_URL", f"{address}/vapi")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", KEY)
    monkeypatch.setenv("VAPI_WEBHOOK_SECRETS", SECRET)
    monkeypatch.setenv("PUBLIC_URL", app.url)
    get_settings.cache_clear()
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {KEY}"}, timeout=30) as client:
        client.post("/_sandbox/reset").raise_for_status()
        yield client


@pytest.fixture
def clinic(sandbox: httpx.Client) -> Clinic:
    return open_clinic(name="Alder Street Dental")


class Trying:
    """Somebody at a clinic who talks to the draft of an agent."""

    def __init__(self, clinic: Clinic, *, at: datetime = MONDAY_MORNING, number: str | None = ADA) -> None:
        self.clinic = clinic
        self.desk: Desk = open_desk(_Organization(clinic.org_id))  # type: ignore[arg-type]
        self.at, self.number = at, number

    def begin(self) -> "Trying":
        with transaction(self.clinic.claims) as session:
            self.agent = under_review(session, **self.desk.where, tools=VOICE_TOOLS).agent
            self.trial_id = conversing.begin(
                session,
                self.agent,
                org_id=self.clinic.org_id,
                person_id=None,
                happens_at=self.at,
                caller_number=self.number,
                now=datetime.now(UTC),
            )
        return self

    @property
    def stage(self) -> Stage:
        return Stage(
            trial_id=self.trial_id,
            agent=self.agent,
            tools=tools_for(self.agent.configuration, VOICE_TOOLS),
            zone="America/Los_Angeles",
            chats=trial_chats(),
            opened=lambda: transaction(self.clinic.claims),
        )

    def say(self, words: str) -> Turn:
        return let_caller_say(words, self.stage, now=datetime.now(UTC))

    def ask(self, words: str) -> UUID:
        """Note it, without having it answered: the trial's key."""
        with transaction(self.clinic.claims) as session:
            trial = conversing.find(session, self.trial_id, lock=True)
            return conversing.ask(session, trial, words, now=datetime.now(UTC))

    def row(self) -> Row[Any]:
        return rows("select * from trials where id = :id", self.clinic.org_id, id=self.trial_id)[0]


class _Organization:
    def __init__(self, org_id: UUID) -> None:
        self.id = org_id


def everything(database: Database) -> dict[str, str]:
    """Of every table, what its rows hash to."""
    with psycopg.connect(database.superuser_url) as connection:
        tables = connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
        hashed = "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from"
        return {
            name: connection.execute(f'{hashed} "{name}" t').fetchone()[0]  # type: ignore[index,arg-type]
            for (name,) in tables
            if name not in NOT_COMPARED
        }


def use(app: WebhookProcess, key: object, *asked: dict[str, Any], **message: Any) -> dict[str, Any]:
    body = json.dumps(vapi.tool_calls(*asked) | message).encode()
    answer = app.post(body, signed(body) | {"X-Voxanne-Trial": str(key)})
    assert answer.status_code == 200, answer.text
    answered: dict[str, Any] = answer.json()
    return answered


def chats(sandbox: httpx.Client) -> list[dict[str, Any]]:
    entries = sandbox.get("/_sandbox/journal", params={"vendor": "vapi"}).json()["entries"]
    return [one for one in entries if (one["method"], one["path"]) == ("POST", "/vapi/chat")]


def test_a_whole_conversation_with_the_draft_books_moves_and_cancels_and_leaves_nothing(
    clinic: Clinic, sandbox: httpx.Client, database: Database
) -> None:
    trying = Trying(clinic).begin()
    before = everything(database)
    with psycopg.connect(database.superuser_url, autocommit=True) as listening:
        listening.execute("listen voxanne_changes")
        offered = trying.say("Hello, my name is Ada Sorel. I would like to book a check-up.")
        booked = trying.say("The first one, please.")
        offered_again = trying.say("Could we move that to another time?")
        moved = trying.say("The last one.")
        cancelled = trying.say("Please cancel it.")
        topics = {json.loads(news.payload)["topic"] for news in listening.notifies(timeout=0.2)}
    turns = (offered, booked, offered_again, moved, cancelled)
    assert [(tool.name, tool.verdict) for turn in turns for tool in turn.tools] == [
        ("find_free_slots", "done"),
        ("book_appointment", "done"),
        ("find_free_slots", "done"),
        ("move_appointment", "done"),
        ("cancel_appointment", "done"),
    ]
    assert "November 30 at 9 AM" in offered.text and offered.tools[0].line == offered.text
    assert booked.text.startswith("Booked") and moved.text.startswith("Moved")
    assert booked.tools[0].arguments["patient_name"] == "Ada Sorel" and booked.tools[0].took_ms < 1000
    assert everything(database) == before
    assert topics == {"trials"}
    trial = trying.row()
    assert (trial.state, trial.chats, len(trial.turns)) == ("waiting", 5, 11)
    assert trial.cost_usd > 0 and trial.key is None


def test_the_vendor_is_given_the_draft_the_moment_and_the_whole_history_and_keeps_nothing(
    clinic: Clinic, sandbox: httpx.Client
) -> None:
    trying = Trying(clinic).begin()
    trying.say("I would like to book a check-up.")
    trying.say("The first one, please.")
    body = chats(sandbox)[-1]["body"]
    (system,) = body["assistant"]["model"]["messages"]
    assert "It is Monday, November 30, 2026, 08:05 AM at the clinic" in system["content"]
    assert [one["role"] for one in body["input"]] == [
        "assistant",
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
    ]
    assert body["input"][-1]["content"] == "The first one, please."
    assert "toolIds" not in body["assistant"]["model"] and "firstMessage" not in body["assistant"]
    assert sandbox.get("/vapi/chat").json()["results"] == []
    assert sandbox.get("/vapi/tool").json() == [] and sandbox.get("/vapi/assistant").json() == []


def test_whoever_is_to_be_put_through_is_named_and_nobody_is_called(
    clinic: Clinic, sandbox: httpx.Client
) -> None:
    trying = Trying(clinic, at=datetime(2026, 11, 30, 18, 0, tzinfo=UTC))
    front_desk = Destination(name="The front desk", number="+15035550100")
    trying.desk.save(destinations=(front_desk,), after_hours="no_transfer")
    turn = trying.begin().say("I want to speak to a person.")
    assert [(tool.name, tool.verdict) for tool in turn.tools] == [("transfer_to_human", "done")]
    assert "The front desk" in turn.text
    trying.at = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)  # a Sunday
    (tool,) = trying.begin().say("I want to speak to a person.").tools
    assert tool.verdict == "refused"


def test_a_tool_that_is_switched_off_in_the_draft_is_not_there(clinic: Clinic, sandbox: httpx.Client) -> None:
    trying = Trying(clinic)
    trying.desk.save(tools_off=("take_message",))
    assert trying.begin().say("Could you take a message?").tools == ()


def test_the_same_use_twice_and_uses_at_once_are_told_apart(clinic: Clinic, app: WebhookProcess) -> None:
    trying = Trying(clinic).begin()
    key = trying.ask("Book me in.")
    wanted = {"service": "Check-up", "starts_at": "2026-11-30T09:00", "patient_name": "Ada Sorel"} | {
        "practitioner": "Dr. Amari"
    }
    first = vapi.asked_for("book_appointment", wanted)
    look = vapi.asked_for("find_free_slots", {"service": "Check-up"})
    (done,) = use(app, key, first)["results"]
    assert use(app, key, first)["results"][0]["result"] == done["result"]
    both = use(app, key, first, look)["results"]
    assert [one["toolCallId"] for one in both] == [first["id"], look["id"]]
    assert "November 30 at 9 AM with Dr. Voss" in both[1]["result"]  # Dr. Amari is taken now
    assert [one["name"] for one in trying.row().used] == ["book_appointment", "find_free_slots"]
    other = vapi.asked_for("find_free_slots", {"service": "Crown fitting"}, tool_call_id=look["id"])
    told = [one["result"] for one in use(app, key, look, other, look)["results"]]
    assert "Crown fitting" in told[1] and told[0] == told[2] == both[1]["result"]
    assert len(trying.row().used) == 3


def test_tools_used_at_the_same_time_come_one_after_the_other(clinic: Clinic, app: WebhookProcess) -> None:
    trying = Trying(clinic).begin()
    key = trying.ask("Book all of us.")
    wanted = {"service": "Check-up", "practitioner": "Dr. Amari", "starts_at": "2026-11-30T09:00"}
    asked = [vapi.asked_for("book_appointment", wanted | {"patient_name": f"Ada {n}"}) for n in "ABCD"]
    with ThreadPoolExecutor(len(asked)) as senders:
        told = [one["results"][0]["result"] for one in senders.map(lambda one: use(app, key, one), asked)]
    assert sorted(line.split(":")[0].split(",")[0] for line in told) == ["Booked", "Sorry", "Sorry", "Sorry"]
    assert sorted(one["id"] for one in trying.row().used) == sorted(one["id"] for one in asked)


def test_what_goes_out_and_what_comes_back_fits_the_document_of_vapi(
    clinic: Clinic, sandbox: httpx.Client
) -> None:
    trying = Trying(clinic).begin()
    trying.say("I would like to book a check-up.")
    trying.say("The first one, please.")
    body_judge = referee(BODIES, {"$ref": "CreateChatDTO"}, closed=True)
    answer_judge = referee(ANSWERS, {"$ref": "Chat"}, closed=False)
    for chat in chats(sandbox):
        assert complaints(body_judge, chat["body"]) == []
        assert complaints(answer_judge, chat["answer"]) == []


def test_a_key_that_nobody_has_or_that_is_over_does_nothing(
    clinic: Clinic, app: WebhookProcess, sandbox: httpx.Client, database: Database
) -> None:
    trying = Trying(clinic).begin()
    key = trying.ask("Take a message.")
    with transaction(clinic.claims) as session:
        conversing.stop(session, conversing.find(session, trying.trial_id, lock=True), "Stopped.")
    before = everything(database), trying.row()
    message = vapi.asked_for("take_message", {"message": "Call me", "callback_number": ADA})
    for wrong in (key, uuid4(), "", "nonsense", "'; drop table trials --"):
        (result,) = use(app, wrong, message)["results"]
        assert result["result"] == "This conversation is over."
    assert (everything(database), trying.row()) == before


def test_other_messages_of_a_trial_are_received_and_not_kept(
    clinic: Clinic, app: WebhookProcess, database: Database
) -> None:
    before = everything(database)
    body = json.dumps(vapi.status_update("ended", after=30, call=vapi.call())).encode()
    answer = app.post(body, signed(body) | {"X-Voxanne-Trial": str(uuid4())})
    assert answer.json() == {"received": True}
    assert everything(database) == before


def test_without_the_signature_a_key_opens_nothing(clinic: Clinic, app: WebhookProcess) -> None:
    trying = Trying(clinic).begin()
    body = json.dumps(vapi.tool_calls(vapi.asked_for("find_free_slots", {"service": "Check-up"}))).encode()
    answer = app.client.post(
        "/webhooks/vapi", content=body, headers={"X-Voxanne-Trial": str(trying.ask("Hello"))}
    )
    assert answer.status_code == 401 and trying.row().used == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"mode": "succeed_then_reset"}, "did not answer"),
        ({"mode": "html"}, "did not answer"),
        ({"mode": "status", "status": 500}, "did not answer"),
        ({"mode": "status", "status": 400, "body": {"message": ["model is gone"]}}, "model is gone"),
    ],
)
def test_a_vendor_that_fails_is_asked_once_and_the_conversation_goes_on_after_it(
    clinic: Clinic, sandbox: httpx.Client, fault: dict[str, Any], told: str
) -> None:
    trying = Trying(clinic).begin()
    sandbox.post("/_sandbox/faults", json={"vendor": "vapi", "path": "/chat", "count": 1} | fault)
    with pytest.raises(ChatFailed, match=told):
        trying.say("I would like to book a check-up.")
    assert len(chats(sandbox)) == 1
    failed = trying.row()
    assert (failed.state, failed.asked, len(failed.turns)) == (
        "waiting",
        "I would like to book a check-up.",
        1,
    )
    assert told in failed.trouble
    assert trying.say("I would like to book a check-up.").tools
    assert (trying.row().trouble, trying.row().asked) == ("", "")


def test_an_answer_whose_worker_died_is_not_asked_for_again(clinic: Clinic, sandbox: httpx.Client) -> None:
    trying = Trying(clinic).begin()
    key = trying.ask("I would like to book a check-up.")
    rows(
        "update trials set state = 'answering' where id = :id returning 1", clinic.org_id, id=trying.trial_id
    )
    with pytest.raises(ChatFailed, match="interrupted"):
        conversing.answer(trying.stage, key)
    assert chats(sandbox) == [] and trying.row().asked == "I would like to book a check-up."
    assert conversing.answer(trying.stage, key) is None


def test_what_comes_after_it_was_stopped_changes_nothing(clinic: Clinic, sandbox: httpx.Client) -> None:
    trying = Trying(clinic).begin()
    key = trying.ask("I would like to book a check-up.")
    with pytest.raises(CannotTry, match="still answering"):
        trying.ask("And another thing.")
    with transaction(clinic.claims) as session:
        conversing.stop(session, conversing.find(session, trying.trial_id, lock=True), "Stopped.")
    trying.ask("Something else.")
    assert conversing.answer(trying.stage, key) is None
    assert (trying.row().asked, trying.row().state) == ("Something else.", "asked")


def test_another_clinic_finds_no_such_conversation(clinic: Clinic, other_organization: Row[Any]) -> None:
    trying = Trying(clinic).begin()
    with (
        transaction(Claims.organization(other_organization.id)) as session,
        pytest.raises(TrialUnknown),
    ):
        conversing.find(session, trying.trial_id)
