"""The dialog that calls somebody back: who may, what it says, and that it dials nothing by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Row

from tests import factories
from tests.calling_desk import somebody_awake
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows
from tests.people import Person, join
from tests.screens import screen_of
from voxanne_app.calls.ui.attempts_state import AttemptsState
from voxanne_app.calls.ui.call_back_state import NO_AGENT, CallBackState
from voxanne_app.ui.arguments import BadArgument
from voxanne_app.ui.session import NotAllowed

ASKED = "select state, about, asked_by_name from outbound_calls"
ACTS = "select action from audit_events where action like 'calls.callback%' or action like 'contacts.%'"


@asynccontextmanager
async def dialog(person: Person, supabase: AuthSandbox, case_id: Any) -> AsyncIterator[CallBackState]:
    async with screen_of(CallBackState, person, supabase) as screen:
        await screen.open_for_case(str(case_id))
        yield screen


def waiting_case(org_id: Any, number: str, **values: Any) -> Row[Any]:
    return factories.make_case(org_id=org_id, callback_number=number, body="Is my crown there?", **values)


def agent_that_calls(org_id: Any, prompt: str = "You call. {{about}}") -> Row[Any]:
    factories.make_vendor_address(org_id=org_id, kind="phone_number")
    return factories.make_agent(org_id=org_id, name="Caller", role="outbound", system_prompt=prompt)


async def test_consent_is_recorded_then_it_is_asked_for_once_and_stopped(
    supabase: AuthSandbox, bob: Person
) -> None:
    agent_that_calls(bob.org_id)
    case = waiting_case(bob.org_id, somebody_awake())
    async with dialog(bob, supabase, case.id) as screen:
        assert screen.is_open and screen.about == "They asked: Is my crown there?"
        assert not screen.shown.may_ask and "Nobody has recorded" in str(screen.shown.checks)
        await screen.record_consent({"how": "on_the_phone"})
        assert screen.shown.may_ask and screen.shown.has_consent and "Bob Brook" in screen.shown.consent
        await screen.ask({"about": "It has come."})
        assert not screen.is_open
        await screen.open_for_case(str(case.id))
        await screen.ask({"about": "Once more."})
        assert "asked for already" in screen.problem and screen.about == "Once more."
    (asked,) = rows(ASKED, bob.org_id)
    assert tuple(asked) == ("asked", "It has come.", "Bob Brook")
    async with screen_of(AttemptsState, bob, supabase) as list_:
        await list_.load()
        (line,) = list_.attempts
        assert (line.word, line.can_stop, line.about) == ("Waits", True, "It has come.")
        await list_.stop(line.id)
        assert list_.attempts[0].word == "Stopped"
    acts = [row.action for row in rows(ACTS, bob.org_id)]
    assert sorted(acts) == ["calls.callback_asked", "calls.callback_stopped", "contacts.consent_given"]


async def test_consent_is_taken_back_there_too(supabase: AuthSandbox, bob: Person) -> None:
    agent_that_calls(bob.org_id)
    case = waiting_case(bob.org_id, somebody_awake())
    async with dialog(bob, supabase, case.id) as screen:
        await screen.record_consent({"how": "in_person"})
        await screen.withdraw_consent()
        assert not screen.shown.may_ask and "took back" in str(screen.shown.checks)
        await screen.ask({"about": "All the same?"})
        assert "took back" in screen.problem and screen.is_open
    assert rows(ASKED, bob.org_id) == []


async def test_without_an_agent_that_knows_what_a_call_is_about_it_says_what_to_do(
    supabase: AuthSandbox, bob: Person
) -> None:
    case = waiting_case(bob.org_id, somebody_awake())
    async with dialog(bob, supabase, case.id) as screen:
        assert screen.advice == NO_AGENT and not screen.shown.may_ask
        agent_that_calls(bob.org_id, prompt="You call, and know nothing.")
        await screen.open_for_case(str(case.id))
        assert "must be published once more" in screen.advice and not screen.shown.may_ask


async def test_nobody_reaches_another_clinics_people_or_calls_without_the_right(
    supabase: AuthSandbox, bob: Person, charlie: Person, organization: Row[Any]
) -> None:
    agent_that_calls(bob.org_id)
    case = waiting_case(bob.org_id, somebody_awake())
    async with screen_of(CallBackState, charlie, supabase) as screen:
        await screen.open_for_case(str(case.id))
        assert not screen.is_open and "does not exist" in screen.notice.text
        for wrong in ("", "1", None, {"a": 1}):
            with pytest.raises(BadArgument):
                await screen.open_for_case(wrong)  # type: ignore[arg-type]
        await screen.record_consent({"how": "in_person"})
        await screen.withdraw_consent()
        assert rows("select 1 from contact_consents", charlie.org_id) == []
    viewer = join(organization, full_name="Vic Vale", role="viewer")
    async with screen_of(CallBackState, viewer, supabase) as screen:
        with pytest.raises(NotAllowed):
            await screen.open_for_case(str(case.id))
