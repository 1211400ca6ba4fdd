"""Team, settings and the operators' page of a clinic, as their states work for whoever has them open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Row

from tests.clinic_sign_in import PASSWORD, AuthSandbox, signed_in_cookie
from tests.db.test_team import standing
from tests.db.test_team import trail as whole_trail
from tests.factories import (
    make_agent,
    make_booking,
    make_call,
    make_organization,
    make_person,
    make_phone_number,
    make_recording,
)
from tests.people import Person, join
from tests.screens import page_of, screen_of
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity.models import Person as Account
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.sessions import RECENT_SECONDS, halfway_for_cookie, who_for_cookie
from voxanne_app.identity.ui.new_clinic import NewClinicState
from voxanne_app.identity.ui.organization_state import OrganizationState
from voxanne_app.identity.ui.organizations_state import OrganizationsState
from voxanne_app.identity.ui.settings_state import SettingsState
from voxanne_app.identity.ui.team_state import TeamState
from voxanne_app.today.ui.first_steps_state import FirstStepsState
from voxanne_app.ui.arguments import BadArgument
from voxanne_app.ui.session import NotAllowed, SignedOut
from voxanne_app.vendors import sign_in_provider


def trail(claims: Claims) -> list[str]:
    """What was done, without who came and went."""
    return [action for action in whole_trail(claims) if not action.startswith("account.")]


async def call(screen: Any, name: str, *arguments: Any) -> Any:
    """A handler, as the browser calls it."""
    done = type(screen).event_handlers[name].fn(screen, *arguments)
    return await done if hasattr(done, "__await__") else done


@asynccontextmanager
async def operators(supabase: AuthSandbox, state: type[Any], path: str = "/platform") -> AsyncIterator[Any]:
    operator = make_person(full_name="Olga Operator", is_operator=True)
    supabase.register(operator, org_id=None)
    tokens = sign_in_provider().sign_in(email=operator.email, password=PASSWORD)
    with page_of((await start_session(tokens)).cookie_value, path=path) as (root, _):
        yield await root.get_state(state)


async def test_the_team_shows_who_is_in_and_what_may_be_done(
    supabase: AuthSandbox, alice: Person, bob: Person, charlie: Person
) -> None:
    async with screen_of(TeamState, alice, supabase) as screen:
        await call(screen, "load")
        assert [(one.name, one.is_self, one.may_change) for one in screen.members] == [
            ("Alice Alder", True, True),
            ("Bob Brook", False, True),
        ]
        bobs = screen.members[1].id
        await call(screen, "change_role", bobs, "admin")
        assert screen.members[1].role_word == "Administrator"
        await call(screen, "invite", {"email": f"{uuid4().hex[:8]}@example.test", "role": "viewer"})
        assert [one.role_word for one in screen.invitations] == ["Read only"]
        await call(screen, "withdraw", screen.invitations[0].id)
        assert screen.invitations == []
        await call(screen, "ask_to_remove", bobs)
        await call(screen, "remove")
    assert standing(bob) == "out"


async def test_the_front_desk_sees_the_team_and_changes_nothing(
    supabase: AuthSandbox, organization: Row[Any], alice: Person, bob: Person
) -> None:
    async with screen_of(TeamState, bob, supabase) as screen:
        await call(screen, "load")
        assert [one.may_change for one in screen.members] == [False, False]
        hers = screen.members[0].id
        for name, arguments in (
            ("change_role", (hers, "viewer")),
            ("invite", ({"email": "nora@example.test", "role": "viewer"},)),
        ):
            with pytest.raises(NotAllowed):
                await call(screen, name, *arguments)
        # Leaving is for oneself alone, whatever the page is told.
        await call(screen, "ask_to_remove", hers)
        await call(screen, "leave")
    assert (standing(alice), standing(bob)) == ("owner", "staff")


async def test_refusals_are_sentences_and_odd_arguments_do_nothing(
    supabase: AuthSandbox, alice: Person
) -> None:
    async with screen_of(TeamState, alice, supabase) as screen:
        await call(screen, "load")
        await call(screen, "change_role", screen.members[0].id, "viewer")
        assert "A clinic needs an owner" in screen.notice.text
        await call(screen, "invite", {"email": "nobody", "role": "staff"})
        assert "no e-mail address" in screen.invite_problem
        for role in ("platform", "", None, {}):
            with pytest.raises(BadArgument):
                await call(screen, "change_role", screen.members[0].id, role)
        with pytest.raises(BadArgument):
            await call(screen, "invite", None)
    assert trail(alice.claims) == []


async def test_settings_say_what_a_zone_moves_and_notice_another_tab(
    supabase: AuthSandbox, alice: Person
) -> None:
    make_booking(org_id=alice.org_id)
    async with screen_of(SettingsState, alice, supabase) as screen:
        await call(screen, "load")
        await call(screen, "edit", "time_zone", "America/Los_Angeles")
        assert screen.zone_warning.startswith(
            "1 booking ahead keep their moment, so each is shown 3 h earlier"
        )
        async with screen_of(SettingsState, alice, supabase) as other:
            await call(other, "load")
            await call(other, "edit", "address", "12 Elm Street")
            await call(other, "save")
            assert other.draft.address == "12 Elm Street"
        await call(screen, "save")
        assert "Somebody else has changed the settings" in screen.problem
        await call(screen, "discard")
        for name, value in (("name", "x"), ("time_zone", "Mars"), ("phone", "12"), ("keep_days", "9999")):
            await call(screen, "edit", name, value)
            await call(screen, "save")
            assert screen.problem, name
            await call(screen, "discard")
    assert trail(alice.claims) == ["clinic.changed"]


async def test_how_many_recordings_a_shorter_time_deletes_is_said_before_it_is_saved(
    supabase: AuthSandbox, alice: Person
) -> None:
    long_ago, later = datetime.now(UTC) - timedelta(days=40), datetime.now(UTC) + timedelta(days=50)
    kept = {"state": "kept", "storage_key": "k", "sha256": "0", "kept_at": long_ago, "delete_after": later}
    make_recording(org_id=alice.org_id, **kept)
    async with screen_of(SettingsState, alice, supabase) as screen:
        await call(screen, "load")
        await call(screen, "edit", "keep_days", "60")
        assert "No recording is old enough" in screen.keep_warning
        await call(screen, "edit", "keep_days", "30")
        assert screen.keep_warning.startswith("This deletes 1 of 1 recording,")
        await call(screen, "save")
        assert screen.asks_to_delete and trail(alice.claims) == []
        await call(screen, "keep_them")
        assert (screen.asks_to_delete, screen.draft.keep_days) == (False, "30")
        await call(screen, "save")
        await call(screen, "save_and_delete")
        assert (screen.asks_to_delete, screen.is_changed, screen.keep_warning) == (False, False, "")
        await call(screen, "edit", "keep_days", "nine")
        assert screen.keep_warning == ""
        await call(screen, "save")
        assert screen.problem
    assert trail(alice.claims) == ["clinic.changed"]


async def test_who_needs_a_second_factor_is_said_before_it_is_asked_of_them(
    supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    hers = await signed_in_cookie(supabase, bob)
    async with screen_of(SettingsState, alice, supabase) as screen:
        await call(screen, "load")
        with pytest.raises(BadArgument):
            await call(screen, "ask_factor", "platform")
        await call(screen, "ask_factor", "viewer")
        assert (screen.factor_warning, screen.is_changed) == ("", True)  # there is no viewer
        await call(screen, "ask_factor", "staff")
        assert screen.factor_warning.startswith("Bob Brook has no second factor yet.")
        await call(screen, "save")
        assert screen.draft.factor_for == ("staff", "viewer")
        await asyncio.sleep(RECENT_SECONDS)
        assert await who_for_cookie(hers) is None
        assert (await halfway_for_cookie(hers)).step == "enrolment"  # type: ignore[union-attr]
    with transaction(Claims.system()) as session:
        session.get_one(Account, bob.person_id).has_factor = True
    async with screen_of(TeamState, alice, supabase) as screen:
        await call(screen, "load")
        assert [one.has_factor for one in screen.members] == [False, True]
    assert trail(alice.claims) == ["clinic.changed"]


async def test_a_new_clinic_sees_its_first_steps_until_they_are_done_or_put_away(
    supabase: AuthSandbox, alice: Person
) -> None:
    async with screen_of(FirstStepsState, alice, supabase) as screen:
        await call(screen, "load_steps")
        assert [step.is_done for step in screen.steps] == [False, False, False]
        agent = make_agent(org_id=alice.org_id, version=1)
        make_phone_number(org_id=alice.org_id, agent_id=agent.id)
        await call(screen, "load_steps")
        assert [step.is_done for step in screen.steps] == [True, True, False]
        await call(screen, "put_away")
        await call(screen, "put_away")  # in another tab
        await call(screen, "load_steps")
        assert screen.steps == []
    assert trail(alice.claims) == ["clinic.first_steps_put_away"]


async def test_the_front_desk_sees_no_first_steps(supabase: AuthSandbox, alice: Person, bob: Person) -> None:
    for person, shown in ((bob, 0), (alice, 3)):
        async with screen_of(FirstStepsState, person, supabase) as screen:
            await call(screen, "load_steps")
            assert len(screen.steps) == shown


async def test_operators_find_a_clinic_suspend_it_for_a_reason_and_open_it_again(
    supabase: AuthSandbox,
) -> None:
    organization = make_organization(name=f"Yew Lane {uuid4().hex[:8]}")
    alice = join(organization, full_name="Alice Alder", role="owner")
    make_call(org_id=organization.id)
    address = f"/platform/organizations?q={organization.name.lower().replace(' ', '+')}"
    async with operators(supabase, OrganizationsState, address) as screen:
        await call(screen, "load")
        [line] = screen.lines
        assert line.href.endswith(str(organization.id))
        assert (line.name, line.people, line.calls, line.is_suspended) == (organization.name, "1", "1", False)
    async with operators(supabase, OrganizationState) as screen:
        object.__setattr__(screen, "clinic_id", str(organization.id))
        await call(screen, "load")
        assert [one.name for one in screen.team] == ["Alice Alder"]
        await call(screen, "suspend", {"reason": "because"})
        assert "Say why" in screen.notice.text
        await call(screen, "suspend", {"reason": "Two invoices are open since May."})
        assert screen.clinic.suspended_reason == "Two invoices are open since May."
        await call(screen, "resume")
        assert screen.clinic.suspended == ""
        object.__setattr__(screen, "clinic_id", str(uuid4()))
        await call(screen, "load")
        assert not screen.exists
    assert trail(alice.claims) == ["clinic.suspended", "clinic.resumed"]


async def test_operators_make_a_clinic_and_invite_its_owner_or_neither(supabase: AuthSandbox) -> None:
    some = uuid4().hex[:8]
    name, email = f"Elm Street {some}", f"{some}@example.test"
    async with operators(supabase, NewClinicState) as screen:
        form = {"name": name, "time_zone": "America/New_York", "email": "nobody"}
        assert await call(screen, "create", form) is None
        assert "no e-mail address" in screen.problem
        assert await call(screen, "create", form | {"email": email})
        assert "its owner is invited" in screen.notice.text
    address = f"/platform/organizations?q=Elm+Street+{some}"
    async with operators(supabase, OrganizationsState, address) as screen:
        await call(screen, "load")
        assert [(one.name, one.people) for one in screen.lines] == [(name, "0")]


async def test_nobody_of_a_clinic_calls_the_operators_screens(
    supabase: AuthSandbox, organization: Row[Any], alice: Person
) -> None:
    owner = join(organization, full_name="Mallory", role="owner")
    async with screen_of(OrganizationState, owner, supabase) as screen:
        object.__setattr__(screen, "clinic_id", str(organization.id))
        with pytest.raises(SignedOut):
            await call(screen, "suspend", {"reason": "Two invoices are open since May."})
    assert trail(alice.claims) == []
