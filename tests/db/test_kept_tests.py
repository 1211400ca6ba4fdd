"""Kept tests: made once of a call, forgotten with its words, run within limits, known to publishing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from tests import factories
from tests.deliveries import rows
from tests.publishing_desk import VERA, Desk, now, open_desk
from voxanne_app.agents import publishing
from voxanne_app.agents.publishing import Approval, CannotPublish
from voxanne_app.agents.versions import AgentUnknown
from voxanne_app.calls.queries import CallNotFound
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.trials import agent_tests, asking, kept_queries, making, running
from voxanne_app.trials.agent_tests import CannotKeep, KeptTestUnknown, Written
from voxanne_app.trials.asking import Asked, ask_to_run
from voxanne_app.trials.expectations import Expectation
from voxanne_app.trials.from_call import NothingToTest
from voxanne_app.trials.reviewed import under_review
from voxanne_app.wiring import VOICE_TOOLS

ZONE = "America/New_York"
BOOKS = Written("Books", ("A check-up, please.", "Yes."), (Expectation("books"),), weekday=1, minute=615)


@pytest.fixture
def desk(organization: Row[Any]) -> Desk:
    return open_desk(organization)


@pytest.fixture
def call_id(desk: Desk) -> Iterator[UUID]:
    call = factories.make_call(
        org_id=desk.org_id, agent_id=desk.agent_id, status="ended", outcome="booked",
        caller_number="+15035550177",
    )  # fmt: skip
    for position, (speaker, words) in enumerate(
        [("agent", "Hello."), ("caller", "A check-up, please."), ("agent", "At ten?"), ("caller", "Yes.")]
    ):
        factories.make_turn(
            org_id=desk.org_id, call_id=call.id, position=position, speaker=speaker, words=words
        )
    factories.make_tool_call(
        org_id=desk.org_id, call_id=call.id, name="book_appointment", verdict="done",
        arguments={"service": "Check-up", "patient_name": "Dana Doe"},
    )  # fmt: skip
    yield call.id


def of_call(desk: Desk, call_id: UUID) -> UUID:
    known = {"org_id": desk.org_id, "call_id": call_id, "zone": ZONE, "by": "Vera", "now": now()}
    return desk.within(lambda session: making.keep_of_call(session, **known))  # type: ignore[no-any-return]


def kept(desk: Desk, written: Written = BOOKS) -> UUID:
    return desk.within(  # type: ignore[no-any-return]
        lambda session: agent_tests.keep(session, written, **desk.where, by="Vera", now=now())
    )


def in_the_table(desk: Desk) -> list[Row[Any]]:
    return rows("select * from kept_tests order by created_at", desk.org_id)


def ask(desk: Desk, *tests: UUID) -> Asked:
    def work(session: Any) -> Asked:
        subject = under_review(session, **desk.where, tools=VOICE_TOOLS)
        return ask_to_run(session, tests, subject, org_id=desk.org_id, now=now())

    return desk.within(work)  # type: ignore[no-any-return]


def end(desk: Desk, test_id: UUID, state: str) -> None:
    """As if the run that waits had come to this."""
    desk.within(
        lambda session: session.connection().execute(
            text("update kept_test_runs set state = :state, finished_at = now() where test_id = :id"),
            {"state": state, "id": test_id},
        )
    )


def standing(desk: Desk) -> list[tuple[str, str]]:
    def work(session: Any) -> list[tuple[str, str]]:
        digest = under_review(session, **desk.where, tools=VOICE_TOOLS).digest
        found = kept_queries.kept_with(session, **desk.where, digest=digest)
        return [(row.name, row.state) for row in found]

    return desk.within(work)  # type: ignore[no-any-return]


def test_one_click_makes_a_test_of_a_call_and_two_make_the_same(desk: Desk, call_id: UUID) -> None:
    assert of_call(desk, call_id) == of_call(desk, call_id)
    (test,) = in_the_table(desk)
    assert test.name.startswith("Booked: ") and test.name.endswith(("AM", "PM"))
    assert (test.origin, test.lines) == ("call", ["A check-up, please.", "Yes."])
    assert test.expectations == [{"kind": "books", "words": "", "arguments": {"service": "Check-up"}}]
    assert test.agent_id == desk.agent_id and test.shows_number
    acts = rows("select * from audit_events where action = 'trials.test_kept'", desk.org_id)
    assert [one.details["origin"] for one in acts] == ["call"]
    assert "Dana" not in str(acts) and "check-up" not in str(acts)


def test_a_call_without_words_or_of_another_clinic_makes_none(
    desk: Desk, call_id: UUID, other_organization: Row[Any]
) -> None:
    silent = factories.make_call(org_id=desk.org_id, agent_id=desk.agent_id, status="ended")
    with pytest.raises(NothingToTest):
        of_call(desk, silent.id)
    with pytest.raises(CallNotFound):
        of_call(Desk(other_organization.id, desk.agent_id), call_id)
    assert in_the_table(desk) == []


def test_a_test_goes_with_the_words_of_its_call_whoever_deletes_them(desk: Desk, call_id: UUID) -> None:
    test_id, by_hand = of_call(desk, call_id), kept(desk)
    ask(desk, test_id)
    delete = text("delete from call_turns where call_id = :id and position >= :from")
    for since, left in ((2, {test_id, by_hand}), (0, {by_hand})):
        desk.within(
            lambda session, since=since: session.connection().execute(delete, {"id": call_id, "from": since})
        )
        assert {test.id for test in in_the_table(desk)} == left
    assert rows("select * from kept_test_runs", desk.org_id) == []


def test_a_test_goes_with_its_call(desk: Desk, call_id: UUID) -> None:
    of_call(desk, call_id)
    desk.within(
        lambda session: session.connection().execute(
            text("delete from call_logs where id = :id"), {"id": call_id}
        )
    )
    assert in_the_table(desk) == []


def test_what_cannot_be_kept_is_refused_in_words(desk: Desk) -> None:
    for wrong, why in (
        (Written(" ", BOOKS.lines, BOOKS.expectations), "name"),
        (Written("A", (" ",), BOOKS.expectations), "at least one line"),
        (Written("A", ("x",) * 26, BOOKS.expectations), "25 lines"),
        (Written("A", ("x" * 1001,), BOOKS.expectations), "1,000"),
        (Written("A", ("x",), ()), "expect"),
        (Written("A", ("x",), BOOKS.expectations, weekday=7), "weekday"),
    ):
        with pytest.raises(CannotKeep, match=why):
            kept(desk, wrong)
    with pytest.raises(AgentUnknown):
        kept(Desk(desk.org_id, desk.org_id))
    for _ in range(agent_tests.MOST_TESTS):
        kept(desk)
    with pytest.raises(CannotKeep, match="all it can have"):
        kept(desk)


def test_another_clinic_neither_changes_nor_removes_a_test(desk: Desk, other_organization: Row[Any]) -> None:
    test_id = kept(desk)
    with transaction(Claims.organization(other_organization.id)) as session:
        for org_id in (desk.org_id, other_organization.id):
            with pytest.raises(KeptTestUnknown):
                agent_tests.change(session, BOOKS, org_id=org_id, test_id=test_id, revision=1, now=now())
            with pytest.raises(KeptTestUnknown):
                agent_tests.remove(session, org_id=org_id, test_id=test_id)
    assert len(in_the_table(desk)) == 1


def test_a_result_counts_for_exactly_that_draft_and_that_test(desk: Desk) -> None:
    test_id = kept(desk)
    assert ask(desk, test_id) == Asked(1, 0)
    assert ask(desk, test_id) == Asked(0, 0), "it waits already"
    end(desk, test_id, "passed")
    assert standing(desk) == [("Books", "passed")]
    desk.save(tools_off=("book_appointment",))
    assert standing(desk) == [("Books", "unrun")]
    desk.save(tools_off=())
    assert standing(desk) == [("Books", "passed")], "it says the same again"
    changed = Written("Books", ("Cleaning.",), BOOKS.expectations)
    desk.within(
        lambda session: agent_tests.change(
            session, changed, org_id=desk.org_id, test_id=test_id, revision=1, now=now()
        )
    )
    assert standing(desk) == [("Books", "unrun")]


def test_a_run_that_waits_for_an_older_draft_makes_room_for_one_of_the_new(desk: Desk) -> None:
    test_id = kept(desk)
    ask(desk, test_id)
    desk.save(prompt="You are brief.")
    assert ask(desk, test_id) == Asked(1, 0)
    runs = rows("select * from kept_test_runs order by asked_at", desk.org_id)
    assert [(run.state, run.trouble) for run in runs] == [
        ("broken", running.DRAFT_CHANGED),
        ("waiting", ""),
    ]


def test_a_clinic_runs_so_many_tests_an_hour_and_no_more(desk: Desk) -> None:
    test_id = kept(desk)
    for number in range(asking.MOST_IN_AN_HOUR):
        factories.make_kept_test_run(
            org_id=desk.org_id, test_id=test_id, state="passed", finished_at=now(),
            asked_at=now() - timedelta(minutes=59 if number else 61),
        )  # fmt: skip
    assert ask(desk, test_id, kept(desk)) == Asked(1, 1)
    left = rows("select asked_at from kept_test_runs where test_id = :id", desk.org_id, id=test_id)
    assert len(left) == asking.MOST_IN_AN_HOUR, "older ones than the last ten are forgotten after the hour"


def test_publishing_with_tests_that_fail_or_did_not_run_takes_a_yes_that_knows_of_it(desk: Desk) -> None:
    failing, unrun = kept(desk), kept(desk)
    ask(desk, failing)
    end(desk, failing, "failed")

    def publish(*, despite: bool) -> None:
        reviewed, revision = desk.review()

        def work(session: Any) -> None:
            found = kept_queries.kept_with(session, **desk.where, digest=reviewed.digest)
            publishing.ask_to_publish(
                session, **desk.where, facts=desk.facts(session), tools=VOICE_TOOLS, now=now(),
                approval=Approval(revision, reviewed.digest, VERA, despite_checks=despite),
                checks=kept_queries.checks_of(found),
            )  # fmt: skip

        desk.within(work)

    with pytest.raises(CannotPublish, match=r"0 of 2 tests pass\. 1 has no result"):
        publish(despite=False)
    publish(despite=True)
    (act,) = rows("select details from audit_events where action = 'agents.published'", desk.org_id)
    assert act.details == {
        "version": 1, "share": 100, "tests_passed": 0, "tests_failed": 1, "tests_not_run": 1,
    }  # fmt: skip
    assert unrun
