"""The editor as two people have it open: nothing typed gets lost, nothing odd gets in, others see nothing."""

from typing import Any

import pytest
from sqlalchemy import Row

from tests.clinic_sign_in import AuthSandbox
from tests.people import Person, join
from tests.publishing_desk import Desk, open_desk
from tests.screens import screen_of
from voxanne_app.agents.ui.agents_state import AgentsState
from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.ui.review_state import ReviewState
from voxanne_app.agents.ui.versions_state import VersionsState
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
    def open_as(who: Person, state: Any = EditorState) -> Any:
        return screen_of(state, who, supabase, path=f"/agents/{desk.agent_id}")

    return open_as


async def loaded(screen: Any, desk: Desk) -> Any:
    """As the route gives the id."""
    parent = screen.parent_state if isinstance(screen, ReviewState | VersionsState) else screen
    object.__setattr__(parent, "_agent", str(desk.agent_id))
    await screen._look()
    return screen


async def test_what_is_typed_is_saved_reviewed_and_asked_to_be_published(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna, ReviewState) as screen:
        await loaded(screen, desk)
        screen.change("first_message", "Good day.")
        assert screen.is_changed
        await screen.open_review()
        assert screen.is_open and screen.review.greeting.startswith("Good day.")
        await screen.publish()
        assert screen.shown.publishing == 1 and not screen.is_open
        with pytest.raises(BadArgument):
            await screen.publish()
    (version,) = desk.versions()
    assert (version.state, version.published_by_name) == ("publishing", "Anna Ash")
    assert version.first_message.startswith("Good day.")


async def test_somebody_who_saved_meanwhile_is_named_and_nothing_typed_is_lost(
    desk: Desk, anna: Person, open_as: Any
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        screen.change("prompt", "Anna was here.")
        desk.save(prompt="Vera was here.")
        await screen.save()
        assert "Vera Alder" in screen.meanwhile
        assert (screen.typed.prompt, screen.is_changed) == ("Anna was here.", True)
        await screen.save_over()
        assert (screen.meanwhile, screen.is_changed) == ("", False)
    assert desk.versions()[0].configuration["prompt"] == "Anna was here."


async def test_problems_are_said_at_their_fields(desk: Desk, anna: Person, open_as: Any) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        screen.change("max_minutes", "many")
        screen.change("prompt", "{{now}}")
        screen.add_person()
        assert {"max_minutes", "prompt", "destinations.0.name", "destinations.0.number"} <= set(
            screen.problems
        )
        screen.remove_person(0)
        assert "destinations.0.name" not in screen.problems


@pytest.mark.parametrize("field", ["_saved", "nothing", 3, None])
async def test_a_field_that_there_is_not_is_refused(
    desk: Desk, anna: Person, open_as: Any, field: object
) -> None:
    async with open_as(anna) as screen:
        await loaded(screen, desk)
        with pytest.raises(BadArgument):
            screen.change(field, "x")
        with pytest.raises(BadArgument):
            screen.change_person(7, "name", "x")
        with pytest.raises(BadArgument):
            screen.switch_tool("fly")


async def test_who_may_only_read_saves_nothing(desk: Desk, organization: Row[Any], open_as: Any) -> None:
    viewer = join(organization, full_name="Will Willow", role="viewer")
    async with open_as(viewer) as screen:
        await loaded(screen, desk)
        with pytest.raises(NotAllowed):
            await screen.save()
    assert desk.versions()[0].revision == 1


async def test_the_other_clinic_sees_no_such_agent(
    desk: Desk, charlie: Person, open_as: Any, supabase: AuthSandbox
) -> None:
    async with open_as(charlie) as screen:
        await loaded(screen, desk)
        assert (screen.is_loaded, screen.exists, screen.typed.prompt) == (True, False, "")
    async with screen_of(AgentsState, charlie, supabase, path="/agents") as screen:
        await screen.load()
        assert screen.rows == []


async def test_a_new_agent_starts_from_a_template(
    supabase: AuthSandbox, anna: Person, organization: Row[Any]
) -> None:
    async with screen_of(AgentsState, anna, supabase, path="/agents") as screen:
        await screen.create({"name": "", "template": "dental"})
        assert screen.name_problem
        await screen.create({"name": "Evenings", "template": "dental"})
        await screen.load()
        assert [(row.name, row.state) for row in screen.rows] == [("Evenings", "Never published")]
        with pytest.raises(BadArgument):
            await screen.create({"name": "Evil", "template": "../dental"})
