"""Where somebody tries an agent out: sent, changed, started over, within limits, and one's own only."""

from typing import Any

import pytest
from sqlalchemy import Row

from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows, run_job
from tests.people import Person, join
from tests.publishing_desk import Desk, open_desk
from tests.screens import screen_of
from voxanne_app.foundation.settings import get_settings
from voxanne_app.trials import jobs, trying
from voxanne_app.trials.ui.try_state import TryState
from voxanne_app.ui.arguments import BadArgument
from voxanne_app.ui.session import NotAllowed

assert jobs  # registers them

A_LONG_STORY = "x" * (trying.LONGEST_WORDS + 1)


@pytest.fixture
def desk(supabase: AuthSandbox, organization: Row[Any]) -> Desk:
    return open_desk(organization)


@pytest.fixture
def anna(organization: Row[Any]) -> Person:
    return join(organization, full_name="Anna Ash", role="admin")


@pytest.fixture
def open_as(supabase: AuthSandbox, desk: Desk) -> Any:
    def open_as(who: Person) -> Any:
        return screen_of(TryState, who, supabase, path=f"/agents/{desk.agent_id}")

    return open_as


async def loaded(screen: Any, desk: Desk) -> Any:
    object.__setattr__(screen.parent_state, "_agent", str(desk.agent_id))
    await screen._see()
    return screen


def trials(desk: Desk) -> list[Row[Any]]:
    return rows("select * from trials order by created_at", desk.org_id)


def answered(desk: Desk, *words: str) -> None:
    """As if the job had been done: what was asked, and these words."""
    rows(
        "update trials set state = 'waiting', asked = '', key = null, chats = chats + 1, turns = turns || "
        "jsonb_build_array(jsonb_build_object('role', 'caller', 'text', asked, 'tools', '[]'::jsonb), "
        "jsonb_build_object('role', 'assistant', 'text', cast(:said as text), 'tools', '[]'::jsonb)) "
        "where state <> 'waiting' returning 1",
        desk.org_id,
        said=" ".join(words),
    )


async def test_the_first_words_begin_a_conversation_and_ask_for_its_answer(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        assert not screen.has_begun and screen.conversation.at
        await screen.send({"words": "  I would like\nto book. "})
        shown = screen.conversation
        assert (shown.asked, shown.is_answering, shown.lines[0].is_agent) == (
            "I would like to book.",
            True,
            True,
        )
        await screen.send({"words": "And again."})
        assert "went on elsewhere" in screen.refusal
    (trial,) = trials(desk)
    (job,) = rows("select arguments from jobs where name = 'trials.answer'", desk.org_id)
    assert job.arguments == {"trial_id": str(trial.id), "key": str(trial.key)}
    acts = rows(
        "select action, details::text as told from audit_events where action like 'trials.%'", desk.org_id
    )
    assert [act.action for act in acts] == ["trials.said"] and "book" not in acts[0].told


async def test_a_turn_that_is_changed_cuts_off_what_came_after_it(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        for words in ("A check-up, please.", "The first one."):
            await screen.send({"words": words})
            answered(desk, "So be it.")
            await screen._see()
        desk.save(first_message="Another greeting.")
        screen.take_up(1)
        await screen.send({"words": "A cleaning, please."})
        assert screen.taken_up == -1 and screen.conversation.asked == "A cleaning, please."
    (trial,) = trials(desk)
    assert [turn["text"].split(".")[0] for turn in trial.turns] == ["Another greeting"]


async def test_only_what_the_caller_says_can_be_changed(desk: Desk, anna: Person, open_as: Any) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await screen.send({"words": "Hello."})
        answered(desk, "Hello!")
        await screen._see()
        for place in (0, 2):
            screen.taken_up = place
            await screen.send({"words": "I am the agent."})
            assert "Only what the caller says" in screen.refusal
    assert trials(desk)[0].state == "waiting" and len(trials(desk)[0].turns) == 3


async def test_starting_over_takes_moment_and_number_and_says_what_is_wrong_with_them(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        for wrong in ({"at": "soon"}, {"at": "1999-01-01T10:00"}, {"number": "12"}, {"at": {"a": 1}}):
            await screen.start_over(wrong)
            assert bool(screen.wrong_at) == ("at" in wrong) and bool(screen.wrong_number) == (
                "number" in wrong
            )
        assert trials(desk) == []
        await screen.send({"words": "Hello."})
        later = f"{trials(desk)[0].created_at.year + 0}-12-24T18:30"
        await screen.start_over({"at": later, "number": "+1 503 555 0177"})
        shown = screen.conversation
        assert (shown.at, shown.number, shown.is_answering) == (later, "+15035550177", False)
        assert "24 Dec" in shown.setting and "6:30 PM" in shown.setting
    before, after = trials(desk)
    assert (before.state, before.key, after.caller_number) == ("waiting", None, "+15035550177")


async def test_whoever_stops_waiting_keeps_what_they_said(desk: Desk, anna: Person, open_as: Any) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await screen.send({"words": "Hello."})
        await screen.stop_waiting()
        shown = screen.conversation
        assert (shown.is_answering, shown.asked) == (False, "Hello.") and "send it again" in shown.trouble
        await screen.send({"words": "Hello."})
        assert screen.conversation.is_answering and not screen.conversation.trouble


async def test_where_no_platform_is_set_up_it_says_so_and_is_not_tried_again(
    desk: Desk, anna: Person, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAPI_PRIVATE_KEY", raising=False)
    get_settings.cache_clear()
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await screen.send({"words": "Hello."})
        (job,) = rows("select id, fence from jobs where name = 'trials.answer'", desk.org_id)
        run_job(job.id, job.fence)
        await screen._see()
        shown = screen.conversation
        assert (shown.is_answering, shown.asked) == (False, "Hello.") and "not set up" in shown.trouble
    assert rows("select state from jobs where id = :id", desk.org_id, id=job.id) == [("done",)]


async def test_there_is_an_end_to_turns_and_to_answers_within_an_hour(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await screen.send({"words": "Hello."})
        answered(desk, "Hello!")
        await screen._see()
        rows("update trials set chats = :many returning 1", desk.org_id, many=trying.ANSWERS_AN_HOUR)
        await screen.send({"words": "Hello again."})
        assert "within an hour" in screen.refusal
        rows("update trials set asked_at = now() - interval '2 hours' returning 1", desk.org_id)
        turn = "jsonb_build_object('role', 'assistant', 'text', 'So.', 'tools', '[]'::jsonb)"
        many = f"(select jsonb_agg({turn}) from generate_series(1, :many))"
        rows(f"update trials set turns = {many} returning 1", desk.org_id, many=2 * trying.MOST_TURNS + 1)
        await screen._see()
        await screen.send({"words": "Hello again."})
        assert "ends after" in screen.refusal
    assert trials(desk)[0].state == "waiting"


@pytest.mark.parametrize("form", [{}, {"words": " "}, {"words": 3}, {"words": A_LONG_STORY}, ["words"]])
async def test_what_is_no_turn_gets_a_sentence(desk: Desk, anna: Person, open_as: Any, form: Any) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        with pytest.raises(BadArgument):
            await screen.send(form)
    assert trials(desk) == []


async def test_nobody_talks_in_somebody_elses_conversation(
    desk: Desk, anna: Person, alice: Person, bob: Person, charlie: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await screen.send({"words": "Hello."})
    trial_id = str(trials(desk)[0].id)
    async with open_as(alice) as screen:
        await loaded(screen, desk)
        assert not screen.has_begun
        screen._trial = trial_id
        await screen.stop_waiting()
        assert "somebody else" in screen.refusal
    async with open_as(bob) as screen:
        await loaded(screen, desk)
        with pytest.raises(NotAllowed):
            await screen.send({"words": "Hello."})
    async with open_as(charlie) as screen:
        await loaded(screen, desk)
        screen._trial = trial_id
        await screen.stop_waiting()
        assert "not there any more" in screen.refusal
    assert trials(desk)[0].state == "asked"


def test_conversations_of_yesterday_are_forgotten(desk: Desk) -> None:
    made = (
        "insert into trials (org_id, agent_id, happens_at, created_at) values (:org, :agent, now(), now() - "
    )
    where: dict[str, Any] = {"org_id": desk.org_id, "org": desk.org_id, "agent": desk.agent_id}
    _gone, kept = (rows(f"{made} interval '{age}') returning id", **where)[0].id for age in ("25 h", "23 h"))
    (job,) = rows("insert into jobs (name, arguments) values ('trials.forget', '{}') returning id, fence")
    run_job(job.id, job.fence)
    assert [trial.id for trial in trials(desk)] == [kept]
