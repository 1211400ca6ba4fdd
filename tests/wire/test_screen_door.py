"""The door from screens to the database, and the guard before every event."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import reflex as rx
from reflex.state import OnLoadInternalState, State, StateUpdate, UpdateVarsInternalState
from reflex_base.event import Event
from reflex_base.utils.format import format_event_handler
from sqlalchemy import text

from tests.clinic_sign_in import AuthSandbox, signed_in_cookie
from tests.people import Person, join
from tests.screens import page_of, screen_of
from voxanne_app.identity.sessions import end_session
from voxanne_app.ui.event_guard import EventGuard
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, NotAllowed, Screen, SignedOut, guarded


class DoorTrialState(Screen):
    """Handlers as good and bad screens have them."""

    @guarded("bookings.edit")
    def edit(self) -> None: ...

    @guarded(ANYBODY_SIGNED_IN)
    def look(self) -> None: ...

    @rx.event
    def unmarked(self) -> None: ...

    def plain(self) -> None: ...


def claims(session: Any) -> str:
    return str(session.connection().execute(text("select current_setting('request.jwt.claims')")).scalar())


async def test_work_runs_with_the_claims_of_whoever_is_at_the_screen(
    supabase: AuthSandbox, alice: Person
) -> None:
    async with screen_of(DoorTrialState, alice, supabase) as screen:
        said = await screen.in_transaction("calls.read", claims)
    assert str(alice.org_id) in said
    assert str(alice.person_id) in said


async def test_the_door_asks_for_the_permission_again(
    supabase: AuthSandbox, organization: Any, alice: Person
) -> None:
    viewer = join(organization, full_name="Vera View", role="viewer")
    async with screen_of(DoorTrialState, viewer, supabase) as screen:
        with pytest.raises(NotAllowed):
            await screen.in_transaction("bookings.edit", claims)
        assert await screen.in_transaction("bookings.read", claims)
    async with screen_of(DoorTrialState, alice, supabase) as screen:
        assert await screen.in_transaction("bookings.edit", claims)


async def test_nobody_is_let_through_once_the_socket_or_the_session_is_gone(
    supabase: AuthSandbox, alice: Person
) -> None:
    async with screen_of(DoorTrialState, alice, supabase) as screen:
        pass
    with pytest.raises(SignedOut):
        await screen.in_transaction("calls.read", claims)
    cookie = await signed_in_cookie(supabase, alice)
    with page_of(cookie) as (root, _):
        screen = await root.get_state(DoorTrialState)
        await end_session(cookie)
        with pytest.raises(SignedOut):
            await screen.in_transaction("calls.read", claims)


def named(state: type[Any], handler: str) -> Event:
    return Event(name=format_event_handler(state.event_handlers[handler]), payload={})


@asynccontextmanager
async def guarded_page(supabase: AuthSandbox, person: Person) -> AsyncIterator[Any]:
    with page_of(await signed_in_cookie(supabase, person)) as (root, connection):

        async def passes(event: Event) -> bool:
            update = await EventGuard().preprocess(None, root, event)
            assert update is None or isinstance(update, StateUpdate)
            return update is None

        passes.root, passes.connection = root, connection  # type: ignore[attr-defined]
        yield passes


async def test_marked_handlers_pass_for_those_who_may(
    supabase: AuthSandbox, organization: Any, alice: Person
) -> None:
    viewer = join(organization, full_name="Vera View", role="viewer")
    async with guarded_page(supabase, alice) as passes:
        assert await passes(named(DoorTrialState, "edit"))
        assert await passes(named(DoorTrialState, "look"))
    async with guarded_page(supabase, viewer) as passes:
        assert not await passes(named(DoorTrialState, "edit"))
        assert await passes(named(DoorTrialState, "look"))


@pytest.mark.parametrize("handler", ["unmarked", "plain", "setvar"])
async def test_what_nobody_marked_is_refused_to_everybody(
    supabase: AuthSandbox, alice: Person, handler: str
) -> None:
    async with guarded_page(supabase, alice) as passes:
        assert not await passes(named(DoorTrialState, handler))


async def test_of_reflexs_own_handlers_those_pass_that_pages_need(
    supabase: AuthSandbox, alice: Person
) -> None:
    async with guarded_page(supabase, alice) as passes:
        assert await passes(named(State, "hydrate_and_load"))
        assert await passes(named(OnLoadInternalState, "on_load_internal"))
        assert not await passes(named(State, "setvar"))
        assert not await passes(named(UpdateVarsInternalState, "update_vars_internal"))


async def test_the_frame_shows_who_asks_before_the_page_is_given_anything(
    supabase: AuthSandbox, alice: Person
) -> None:
    async with guarded_page(supabase, alice) as passes:
        assert await passes(named(State, "hydrate"))
        frame = await passes.root.get_state(Screen)
    assert (frame.person.name, frame.person.initials, frame.person.role) == ("Alice Alder", "AA", "Owner")
    assert frame.person.clinic == "Alder Street Dental"
    assert "bookings.edit" in frame.permissions


async def test_an_event_after_the_session_ended_runs_nothing_and_ends_the_socket(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    with page_of(cookie) as (root, connection):
        await end_session(cookie)
        update = await EventGuard().preprocess(None, root, named(State, "hydrate"))
        assert update == StateUpdate()
        assert connection.ended.is_set()
        assert (await root.get_state(Screen)).person.name == ""


async def test_what_is_sent_to_the_browser_holds_no_name_of_the_socket_and_no_cookie(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    with page_of(cookie) as (root, _):
        await EventGuard().preprocess(None, root, named(State, "hydrate"))
        assert cookie not in str(root.dict())
