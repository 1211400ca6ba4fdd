"""Kept tests run whole: a job talks to the draft at the vendor, with tools over the wire, and judges it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Row

from tests.clinic import Clinic, open_clinic
from tests.deliveries import rows
from tests.publishing_desk import Desk, attempt, now, open_desk
from tests.shared_postgres import Database
from tests.wire.sandbox_process import running_sandbox
from tests.wire.webhook_process import SECRET, WebhookProcess, webhook_process
from voxanne_app.agents.configuration import Destination
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.job_queue import JobRun
from voxanne_app.foundation.settings import get_settings
from voxanne_app.trials import agent_tests, jobs, running
from voxanne_app.trials.agent_tests import Written
from voxanne_app.trials.asking import ask_to_run
from voxanne_app.trials.expectations import Expectation
from voxanne_app.trials.reviewed import under_review
from voxanne_app.wiring import VOICE_TOOLS

assert jobs  # registers them

KEY = "vapi-key-of-the-tests"
BOOKS = Written(
    "Books the first free time",
    (
        "Hello, my name is Ada Sorel. I would like to book a check-up.",
        "The first one, please.",
        "That is all.",
    ),
    (
        Expectation("looks_up"),
        Expectation("books", arguments={"service": "check-up"}),
        Expectation("never_says", "implant"),
    ),
    weekday=0,
    minute=485,
)
MESSAGE = Written(
    "Takes a message",
    ("Could you take a message? My crown came loose.",),
    (Expectation("takes_message"),),
    weekday=2,
    minute=600,
)


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
        client.post("/_sandbox/faults", json={"clear": True})
        yield client


class Running:
    """A clinic whose agent has tests."""

    def __init__(self, clinic: Clinic) -> None:
        self.desk: Desk = open_desk(clinic)  # type: ignore[arg-type]
        self.clinic = clinic

    def keep(self, written: Written) -> UUID:
        return self.desk.within(  # type: ignore[no-any-return]
            lambda session: agent_tests.keep(session, written, **self.desk.where, by="Vera", now=now())
        )

    def ask(self, *tests: UUID) -> None:
        def work(session: Any) -> None:
            subject = under_review(session, **self.desk.where, tools=VOICE_TOOLS)
            ask_to_run(session, tests, subject, org_id=self.desk.org_id, now=now())

        self.desk.within(work)

    def step(self) -> bool:
        """One job, as a worker does it; False when none waits."""
        waiting = "select id, fence from jobs where state = 'waiting' and name = 'trials.run_tests'"
        found = rows(waiting, self.desk.org_id)
        for ticket in found:
            attempt(ticket.id, ticket.fence)
        return bool(found)

    def claimed(self) -> JobRun:
        """What a worker is given that began the job and died."""
        (waiting,) = rows("select * from jobs where name = 'trials.run_tests'", self.desk.org_id)
        return JobRun(waiting.id, waiting.name, self.desk.org_id, 1, waiting.fence, now())

    def work_off(self) -> int:
        return sum(1 for _ in iter(self.step, False))

    def run(self, *tests: UUID) -> list[Row[Any]]:
        self.ask(*tests)
        self.work_off()
        return self.runs()

    def runs(self) -> list[Row[Any]]:
        statement = "select r.* from kept_test_runs r join kept_tests t on t.id = r.test_id"
        return rows(f"{statement} order by r.asked_at, t.created_at", self.desk.org_id)

    def trials(self) -> list[Row[Any]]:
        return rows("select * from trials", self.desk.org_id)


@pytest.fixture
def running_clinic(sandbox: httpx.Client) -> Running:
    clinic = open_clinic(name="Alder Street Dental")
    object.__setattr__(clinic, "id", clinic.org_id)
    return Running(clinic)


def chats(sandbox: httpx.Client) -> int:
    entries = sandbox.get("/_sandbox/journal", params={"vendor": "vapi"}).json()["entries"]
    return sum((one["method"], one["path"]) == ("POST", "/vapi/chat") for one in entries)


def test_a_good_draft_passes_and_a_bad_one_fails_in_a_sentence(running_clinic: Running) -> None:
    books, message = running_clinic.keep(BOOKS), running_clinic.keep(MESSAGE)
    bookings = rows("select count(*) from bookings", running_clinic.desk.org_id)
    good = running_clinic.run(books, message)
    assert [(run.state, run.trouble, run.findings) for run in good] == [
        ("passed", "", ["", "", ""]),
        ("passed", "", [""]),
    ]
    (first, *_) = good
    assert first.cost_usd > 0 and [turn["role"] for turn in first.turns][-2:] == ["caller", "assistant"]
    assert rows("select count(*) from bookings", running_clinic.desk.org_id) == bookings
    assert running_clinic.trials() == []

    running_clinic.desk.save(
        tools_off=("book_appointment", "take_message"), first_message="Welcome! Ask me about implants."
    )
    bad = running_clinic.run(books, message)[2:]
    assert [run.state for run in bad] == ["failed", "failed"]
    assert bad[0].findings[1] == "It should have booked (service: check-up). It never tried to."
    assert bad[0].findings[2].startswith("It should never say “implant”. It said: “Welcome!")
    assert bad[1].findings == ["It should have taken a message. It never tried to."]
    assert bad[0].digest != good[0].digest


def test_a_run_that_was_killed_in_the_middle_goes_on_where_it_was(
    running_clinic: Running, sandbox: httpx.Client
) -> None:
    running_clinic.ask(running_clinic.keep(BOOKS))
    running_clinic.step()
    (run,) = running_clinic.runs()
    assert (run.state, run.said) == ("waiting", 1)
    rows(  # the worker died while the answer was on its way
        "update trials set state = 'answering', asked = 'The first one, please.', key = gen_random_uuid() "
        "where run_id = :id returning 1",
        running_clinic.desk.org_id,
        id=run.id,
    )
    running_clinic.work_off()
    (run,) = running_clinic.runs()
    assert (run.state, run.said, chats(sandbox)) == ("passed", 3, 3)
    said = [turn["text"] for turn in run.turns if turn["role"] == "caller"]
    assert said == list(BOOKS.lines)


def test_a_worker_that_dies_after_the_last_answer_leaves_a_run_that_is_judged(
    running_clinic: Running, sandbox: httpx.Client
) -> None:
    running_clinic.ask(running_clinic.keep(MESSAGE))
    run = running_clinic.claimed()
    with transaction(run.claims) as session:
        step = running.next_step(session, org_id=running_clinic.desk.org_id, tools=VOICE_TOOLS, now=now())
    assert step is not None
    jobs._say(step, run)  # and then it is gone
    running_clinic.work_off()
    (ended,) = running_clinic.runs()
    assert (ended.state, ended.said, chats(sandbox)) == ("passed", 1, 1)


def test_a_vendor_that_is_down_is_said_and_asked_once(running_clinic: Running, sandbox: httpx.Client) -> None:
    sandbox.post("/_sandbox/faults", json={"vendor": "vapi", "path": "/chat", "mode": "reset", "count": 1})
    (run,) = running_clinic.run(running_clinic.keep(BOOKS))
    assert (run.state, run.findings) == ("broken", []) and "did not answer" in run.trouble
    assert chats(sandbox) == 1 and running_clinic.trials() == []


def test_a_draft_or_a_test_that_changes_meanwhile_ends_the_run(running_clinic: Running) -> None:
    test_id = running_clinic.keep(BOOKS)
    running_clinic.ask(test_id)
    running_clinic.step()
    running_clinic.desk.save(prompt="You are brief.")
    running_clinic.work_off()
    running_clinic.ask(test_id)
    running_clinic.step()
    where = {"org_id": running_clinic.desk.org_id, "test_id": test_id, "revision": 1}
    running_clinic.desk.within(
        lambda session: agent_tests.change(session, MESSAGE, **where, now=datetime.now(UTC))
    )
    running_clinic.work_off()
    assert [(run.state, run.trouble) for run in running_clinic.runs()] == [
        ("broken", running.DRAFT_CHANGED),
        ("broken", running.TEST_CHANGED),
    ]
    assert running_clinic.trials() == []


def test_a_caller_who_was_put_through_says_no_more(running_clinic: Running, sandbox: httpx.Client) -> None:
    front_desk = Destination(name="Front desk", number="+15035550100")
    running_clinic.desk.save(destinations=(front_desk,))
    wants_a_person = Written(
        "Hands over", ("I want to speak to a person.", "Hello?"), (Expectation("hands_over"),)
    )
    (run,) = running_clinic.run(running_clinic.keep(wants_a_person))
    assert (run.state, run.said, chats(sandbox)) == ("passed", 1, 1)


def test_a_test_that_is_removed_in_the_middle_leaves_no_conversation(running_clinic: Running) -> None:
    test_id = running_clinic.keep(BOOKS)
    running_clinic.ask(test_id)
    running_clinic.step()
    assert len(running_clinic.trials()) == 1
    running_clinic.desk.within(
        lambda session: agent_tests.remove(session, org_id=running_clinic.desk.org_id, test_id=test_id)
    )
    running_clinic.work_off()
    assert running_clinic.runs() == [] and running_clinic.trials() == []


def test_a_run_that_never_ends_is_broken_off(running_clinic: Running) -> None:
    running_clinic.ask(running_clinic.keep(BOOKS))
    running_clinic.step()
    rows(
        "update trials set created_at = now() - interval '11 minutes' returning 1", running_clinic.desk.org_id
    )
    running_clinic.work_off()
    (run,) = running_clinic.runs()
    assert (run.state, run.trouble, run.said) == ("broken", running.TOOK_TOO_LONG, 1)


def test_what_callers_ask_for_by_its_name_is_looked_up(running_clinic: Running) -> None:
    asks = Written(
        "Asks", ("Does anybody have time for a check-up?", "Yes, please."), (Expectation("books"),), weekday=0
    )
    (run,) = running_clinic.run(running_clinic.keep(asks))
    assert (run.state, run.findings) == ("passed", [""])
