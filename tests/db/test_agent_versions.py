"""Drafts and versions: nobody overwrites anybody, and what callers heard never changes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from tests import deliveries
from tests.deliveries import rows
from tests.payloads import vapi
from tests.publishing_desk import START, VERA, Desk, now, open_desk
from voxanne_app.agents import publishing, rollout, versions
from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.agents.ports import Published
from voxanne_app.agents.publishing import Approval, CannotPublish
from voxanne_app.agents.versions import AgentUnknown, Author, ChangedMeanwhile, VersionUnknown

BORIS = Author(uuid4(), "Boris Beech")


@pytest.fixture
def desk(organization: Row[Any]) -> Desk:
    return open_desk(organization)


def publish(desk: Desk) -> publishing.Review:
    """The whole way, with a platform that says yes."""
    reviewed = desk.ask()
    number = desk.agent().version + 1
    given = Published("assistant", {"name": f"as version {number}"})
    assert desk.within(lambda s: publishing.confirm(s, given, **desk.where, number=number, now=now()))
    return reviewed


def acts(desk: Desk) -> list[str]:
    return [row.action for row in rows("select action from audit_events order by number", desk.org_id)]


def test_a_new_agent_is_a_draft_that_nobody_hears(desk: Desk) -> None:
    assert desk.agent().version == 0
    (draft,) = desk.versions()
    assert (draft.state, draft.number, draft.saved_by_name) == ("draft", None, "Vera Alder")


def test_who_saves_over_somebody_elses_change_hears_whose_it_was(desk: Desk) -> None:
    desk.save(prompt="Boris was here.", by=BORIS)
    with pytest.raises(ChangedMeanwhile, match="Boris Beech"):
        desk.save(prompt="Vera was here.", revision=1)
    assert desk.versions()[0].configuration["prompt"] == "Boris was here."


def test_of_eight_who_save_at_once_on_the_same_draft_one_does(desk: Desk) -> None:
    def save(number: int) -> bool:
        try:
            desk.save(prompt=f"Number {number}.", revision=1)
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(save, range(8))).count(True) == 1
    assert desk.versions()[0].revision == 2


def test_of_two_who_publish_at_once_one_does(desk: Desk) -> None:
    reviewed, revision = desk.review()

    def say_yes(by: Author) -> str:
        try:
            return f"version {desk.say_yes(Approval(revision, reviewed.digest, by))}"
        except (CannotPublish, ChangedMeanwhile) as no:
            return type(no).__name__

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(say_yes, (VERA, BORIS)))
    assert said == ["CannotPublish", "version 1"]
    jobs = rows("select 1 from jobs where name = 'agents.publish' and state = 'waiting'", desk.org_id)
    assert len(jobs) == 1


def test_only_what_was_reviewed_is_published(desk: Desk) -> None:
    reviewed, revision = desk.review()
    rows("update organizations set address = '12 Cedar Lane' returning 1", desk.org_id)
    with pytest.raises(ChangedMeanwhile, match="changed since you looked"):
        desk.say_yes(Approval(revision, reviewed.digest, VERA))
    desk.save(prompt="Something else.")
    with pytest.raises(ChangedMeanwhile):
        desk.say_yes(Approval(revision, desk.review()[0].digest, VERA))


def test_what_cannot_be_published_says_why(desk: Desk) -> None:
    desk.save(first_message="")
    with pytest.raises(CannotPublish, match="hear first"):
        desk.ask()


def test_a_published_version_tells_everybody_who_reads_the_agent(desk: Desk) -> None:
    reviewed = publish(desk)
    agent = desk.agent()
    assert (agent.version, agent.system_prompt, agent.voice_id) == (1, reviewed.prompt, "sarah")


@pytest.mark.parametrize(
    "statement",
    ["update agent_versions set prompt = 'Be rude.'", "delete from agent_versions"],
)
def test_a_published_version_never_changes(desk: Desk, statement: str) -> None:
    publish(desk)
    with pytest.raises(DBAPIError, match="never changes"):
        desk.within(lambda session: session.connection().execute(text(statement)))


def test_an_older_version_comes_back_as_a_draft(desk: Desk) -> None:
    publish(desk)
    desk.save(prompt="Something else.")
    publish(desk)
    desk.within(
        lambda session: versions.restore(session, **desk.where, number=1, revision=0, by=BORIS, now=now())
    )
    draft = desk.versions()[-1]
    assert (draft.state, draft.restored_from, draft.configuration) == ("draft", 1, START.as_json())
    assert desk.agent().version == 2
    with pytest.raises(VersionUnknown):
        desk.within(
            lambda session: versions.restore(session, **desk.where, number=9, revision=1, by=VERA, now=now())
        )


def test_a_platform_that_answers_after_it_was_stopped_changes_nothing(desk: Desk) -> None:
    desk.ask()
    desk.within(lambda session: publishing.stop(session, **desk.where))
    given = Published("assistant", {})
    assert not desk.within(lambda s: publishing.confirm(s, given, **desk.where, number=1, now=now()))
    assert (desk.agent().version, desk.versions()[0].state) == (0, "draft")


def test_each_act_leaves_one_line_in_the_audit(desk: Desk) -> None:
    desk.save(prompt="Something else.")
    publish(desk)
    desk.within(
        lambda session: versions.restore(session, **desk.where, number=1, revision=0, by=BORIS, now=now())
    )
    assert acts(desk) == ["agents.created", "agents.draft_saved", "agents.published", "agents.restored"]


def test_another_clinic_has_no_such_agent(desk: Desk, other_organization: Row[Any]) -> None:
    other = Desk(other_organization.id, desk.agent_id)
    for act in (lambda: other.save(prompt="Mine."), other.ask):
        with pytest.raises(AgentUnknown):
            act()


def test_only_a_version_that_the_platform_knows_is_tried(desk: Desk) -> None:
    publish(desk)
    desk.save(prompt="Something else.")
    publish(desk)
    for version in (2, 9):
        with pytest.raises(VersionUnknown):
            desk.within(lambda s, v=version: rollout.try_candidate(s, **desk.where, version=v, share=10))
    desk.within(lambda s: rollout.try_candidate(s, **desk.where, version=1, share=10))
    assert (desk.agent().candidate_version, desk.agent().candidate_share) == (1, 10)


def test_what_an_old_version_did_not_know_has_its_default() -> None:
    assert versions.read_configuration({"name": "Old", "unknown": 1}) == AgentConfiguration(name="Old")


def test_an_urgent_word_opens_a_case_while_the_caller_still_speaks(organization: Row[Any]) -> None:
    """And only one, however often it is said, and whatever is published later."""
    clinic = deliveries.connect(organization)
    desk = Desk(clinic.org_id, clinic.agent_id)
    desk.save(**START.model_dump(include={"prompt", "first_message"}), escalation=START.escalation)
    publish(desk)
    call = clinic.call()
    for words in ("There is swelling since Friday.", "The swelling is hot."):
        said = vapi.message("transcript", role="user", transcriptType="final", transcript=words, call=call)
        deliveries.deliver(said)
        deliveries.work_off()
    (case,) = rows("select * from cases", desk.org_id)
    assert (case.kind, case.is_urgent, case.title) == (
        "callback",
        True,
        "Urgent: the caller spoke of swelling",
    )
    assert case.callback_number == "+15035550137"


def test_facts_that_change_after_publishing_are_noticed(desk: Desk) -> None:
    publish(desk)

    def is_out_of_date(session: Any) -> bool:
        agent = versions.find_agent(session, **desk.where)
        heard, draft = versions.published_of(session, agent), versions.draft_of(session, agent)
        return publishing.is_out_of_date(heard, draft, desk.facts(session))

    assert not desk.within(is_out_of_date)
    rows("update organizations set address = '12 Cedar Lane' returning 1", desk.org_id)
    assert desk.within(is_out_of_date)
