"""Tests as screens have them: written, refused in words, run, and in a review that needs a yes."""

import json
from typing import Any

import pytest
from sqlalchemy import Row, text

from tests import factories
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows
from tests.people import Person, join
from tests.publishing_desk import Desk, open_desk
from tests.screens import screen_of
from voxanne_app.agents.ui.review_state import ReviewState
from voxanne_app.trials.ui.keep_call_state import KeepCallState
from voxanne_app.trials.ui.kept_form_state import KeptTestFormState
from voxanne_app.ui.arguments import BadArgument
from voxanne_app.ui.session import NotAllowed


@pytest.fixture
def desk(supabase: AuthSandbox, organization: Row[Any]) -> Desk:
    return open_desk(organization)


@pytest.fixture
def anna(organization: Row[Any]) -> Person:
    return join(organization, full_name="Anna Ash", role="admin")


@pytest.fixture
def open_as(supabase: AuthSandbox, desk: Desk) -> Any:
    def open_as(who: Person, state: Any = KeptTestFormState) -> Any:
        return screen_of(state, who, supabase, path=f"/agents/{desk.agent_id}")

    return open_as


async def loaded(screen: Any, desk: Desk) -> None:
    """As the route gives the id."""
    editor = screen
    while type(editor).__name__ != "EditorState":
        editor = editor.parent_state
    object.__setattr__(editor, "_agent", str(desk.agent_id))
    await editor._look()


async def write(screen: Any, name: str = "Takes a message") -> None:
    screen.open_new()
    screen.type_test("name", name)
    screen.type_test("lines", "Could you take a message?\n\n  My crown came loose. ")
    screen.choose_kind(0, "takes_message")
    await screen.save_test()


def in_the_table(desk: Desk) -> list[Row[Any]]:
    return rows("select * from kept_tests order by created_at", desk.org_id)


async def test_a_test_is_written_changed_run_and_removed(desk: Desk, anna: Person, open_as: Any) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await write(screen)
        (test,) = in_the_table(desk)
        assert test.lines == ["Could you take a message?", "My crown came loose."]
        await screen.open_form(str(test.id))
        screen.add_expected()
        screen.choose_kind(1, "books")
        screen.type_expected(1, "Check-up")
        screen.type_test("clock", "17:45")
        screen.type_test("weekday", "4")
        await screen.save_test()
        (test,) = in_the_table(desk)
        assert (test.weekday, test.minute, test.revision, test.author) == (4, 17 * 60 + 45, 2, "Anna Ash")
        assert test.expectations[1] == {
            "kind": "books", "words": "", "arguments": {"service": "Check-up"},
        }  # fmt: skip
        async with open_as(anna) as elsewhere:
            await loaded(elsewhere, desk)
            await screen.open_form(str(test.id))
            await elsewhere.open_form(str(test.id))
            await elsewhere.save_test()
        await screen.save_test()
        assert "Somebody else changed this test" in screen.refusal
        await screen.run_all()
        (run,) = rows("select * from kept_test_runs", desk.org_id)
        assert (run.state, run.revision, run.version) == ("waiting", 3, None)
        await screen.load_tests()
        assert [(one.name, one.is_running) for one in screen.tests] == [("Takes a message", True)]
        await screen.remove_test(str(test.id))
    assert in_the_table(desk) == []


async def test_what_cannot_be_kept_stays_in_the_form_with_a_sentence(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        screen.open_new()
        await screen.save_test()
        assert "name" in screen.refusal and screen.written == "new"
        screen.type_test("name", "Books")
        screen.type_test("lines", "A check-up, please.")
        screen.choose_kind(0, "books")
        screen.type_expected(0, "service: Check-up, patient_name: Dana")
        await screen.save_test()
        assert "“patient_name: Dana” is not understood" in screen.refusal
        for odd in (("_saved", "x"), ("lines", 3), (None, "")):
            with pytest.raises(BadArgument):
                screen.type_test(*odd)
        for odd in ((1, "books"), (-1, "books"), (0, "sings"), ("", None)):
            with pytest.raises(BadArgument):
                screen.choose_kind(*odd)
    assert in_the_table(desk) == []


async def test_a_call_is_kept_once_by_whoever_may_and_nobody_else(
    desk: Desk, anna: Person, organization: Row[Any], charlie: Person, supabase: AuthSandbox
) -> None:
    call = factories.make_call(org_id=desk.org_id, agent_id=desk.agent_id, status="ended", outcome="answered")
    factories.make_turn(org_id=desk.org_id, call_id=call.id, position=0, words="Is there parking?")
    viewer = join(organization, full_name="Will Willow", role="viewer")
    for who, may in ((viewer, NotAllowed), (charlie, None), (anna, None), (anna, None)):
        async with screen_of(KeepCallState, who, supabase, path=f"/calls/{call.id}") as screen:
            object.__setattr__(screen, "call_id", str(call.id))
            if may:
                with pytest.raises(may):
                    await screen.keep()
            else:
                await screen.keep()
            assert bool(screen.test_href) == (who is anna)
    (test,) = in_the_table(desk)
    assert (test.origin, test.lines) == ("call", ["Is there parking?"])


async def test_a_review_runs_the_tests_and_takes_a_yes_that_holds_for_what_was_known(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        await write(screen, "First")
        await write(screen, "Second")
    states = {"First": "passed", "Second": "failed"}
    async with open_as(anna, ReviewState) as screen:
        await loaded(screen, desk)
        await screen.open_review()
        assert (screen.checks.total, screen.checks.words) == (2, "0 of 2 tests pass")
        assert "2 tests running" in screen.checks.progress
        screen.mean_it(True)
        for name, state in states.items():
            desk.within(
                lambda session, name=name, state=state: session.connection().execute(
                    text(
                        "update kept_test_runs r set state = :state, finished_at = now(), "
                        """findings = '["It never tried to."]' from kept_tests t """
                        "where t.id = r.test_id and t.name = :name"
                    ),
                    {"state": state, "name": name},
                )
            )
        await screen._look_at_checks()
        assert [(one.name, one.why) for one in screen.checks.not_passing] == [
            ("Second", "It never tried to.")
        ]
        assert not screen.despite_checks, "one more fails than when the yes was given"
        await screen.publish()
        assert screen.is_open and "1 of 2 tests pass" in screen.refusal
        screen.mean_it(True)
        await screen.publish()
        assert not screen.is_open
    (act,) = rows("select details from audit_events where action = 'agents.published'", desk.org_id)
    assert act.details["tests_failed"] == 1 and act.details["tests_passed"] == 1


async def test_ones_own_conversation_with_the_draft_becomes_a_test(
    desk: Desk, anna: Person, organization: Row[Any], open_as: Any
) -> None:
    turns = [
        {"role": "assistant", "text": "Hello.", "tools": []},
        {"role": "caller", "text": "Is there parking?", "tools": []},
    ]
    factories.make_trial(
        org_id=desk.org_id, agent_id=desk.agent_id, person_id=anna.person_id, turns=json.dumps(turns)
    )
    boris = join(organization, full_name="Boris Beech", role="admin")
    for who, kept in ((boris, 0), (anna, 1)):
        async with open_as(who) as screen:
            await loaded(screen, desk)
            await screen.keep_conversation()
        assert len(in_the_table(desk)) == kept
    (test,) = in_the_table(desk)
    assert (test.origin, test.lines, test.shows_number) == ("trial", ["Is there parking?"], False)
