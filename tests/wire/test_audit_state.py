"""The audit's screen as an administrator has it open, and what handlers leave in it."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from reflex.state import State
from sqlalchemy import Row, text
from sqlmodel import Session

from tests import audited, factories
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows
from tests.people import Person, join
from tests.screens import screen_of
from voxanne_app.audit import jobs
from voxanne_app.audit.trail import record
from voxanne_app.audit.ui.audit_address import AuditAddress
from voxanne_app.audit.ui.audit_state import AuditState
from voxanne_app.audit.ui.platform_audit_state import PlatformAuditState
from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.calls.ui.calls_state import CallsState
from voxanne_app.foundation.database import transaction
from voxanne_app.today.ui.today_state import TodayState
from voxanne_app.ui.session import NotAllowed

assert jobs


def acts_of(person: Person) -> list[tuple[str, str]]:
    """But for how they came in."""
    found = rows(
        "select action, subject_id from audit_events where action not like 'account.%' order by number",
        person.org_id,
    )
    return [(row.action, row.subject_id) for row in found]


def shown(screen: AuditState) -> list[str]:
    return [line.what for line in screen.lines if not line.heading]


@pytest.mark.parametrize(
    ("state", "route"), [(AuditState, "/audit"), (PlatformAuditState, "/platform/audit")]
)
async def test_each_audit_stays_at_its_own_address(state: type[Any], route: str) -> None:
    screen = await State(_reflex_internal_init=True).get_state(state)  # type: ignore[call-arg]
    handlers = state.event_handlers
    for leads, to in (
        (handlers["clear"].fn(screen), route),
        (handlers["choose"].fn(screen, "time", "7"), f"{route}?time=7"),
        (handlers["search"].fn(screen, "moved"), f"{route}?q=moved"),
    ):
        assert f"'{to}'" in str(leads).replace('"', "'")


@pytest.fixture
def busy(alice: Person, bob: Person) -> Person:
    """A hundred and twenty entries: Bob's, but for two of Alice's."""
    for number in range(120):
        who, act = (alice, "calls.exported") if number in (7, 77) else (bob, "bookings.moved")
        with transaction(who.claims) as session:
            told = {"from": "2026-11-24T17:30:00+00:00", "to": "2026-11-25T18:00:00+00:00"}
            record(session, act, subject=("booking", uuid4()), details={} if who is alice else told)
    return alice


async def look(screen: AuditState, **query: str) -> AuditState:
    screen.address = AuditAddress.read(query)
    await screen._look()
    return screen


async def test_the_newest_come_first_and_pages_lead_on_and_back(supabase: AuthSandbox, busy: Person) -> None:
    async with screen_of(AuditState, busy, supabase) as screen:
        for query, newest, oldest, newer, older in (
            ({}, "120", "70", False, True),
            ({"before": "70"}, "69", "20", True, True),
            ({"before": "20"}, "19", "1", True, False),
            ({"after": "19"}, "69", "20", True, True),
            ({"after": "100"}, "120", "70", False, True),
            ({"before": "nonsense"}, "120", "70", False, True),
        ):
            await look(screen, act="bookings.moved", **query)
            assert (screen.newest, screen.oldest) == (newest, oldest), query
            assert (screen.has_newer, screen.has_older) == (newer, older), query


async def test_filters_narrow_the_list_down(supabase: AuthSandbox, busy: Person, bob: Person) -> None:
    alice_id, bob_id = str(busy.person_id), str(bob.person_id)
    async with screen_of(AuditState, busy, supabase) as screen:
        record_id = (await look(screen, act="calls.exported")).lines[-1].record_id
        for query, count in (
            ({"act": "calls.exported"}, 2),
            ({"who": alice_id, "act": "calls.exported"}, 2),
            ({"who": bob_id, "act": "calls.exported"}, 0),
            ({"q": "exported CALLS"}, 2),
            ({"q": "bob"}, 50),
            ({"q": "nobody at all"}, 0),
            ({"q": record_id}, 1),
            ({"record": record_id}, 1),
            ({"time": "today", "act": "calls.exported"}, 2),
            ({"who": "assistant"}, 0),
            ({"act": "' or true --"}, 50),
        ):
            assert len(shown(await look(screen, **query))) == count, query


async def test_a_line_says_in_words_what_was_done_and_leads_to_it(
    supabase: AuthSandbox, busy: Person
) -> None:
    async with screen_of(AuditState, busy, supabase, path="/audit") as screen:
        await look(screen, act="bookings.moved")
        line = screen.lines[1]
        assert screen.lines[0].heading == "Today"
        assert (line.who, line.what, line.record) == ("Bob Brook", "Moved a booking", "Booking")
        assert line.more == "from Tue 24 Nov, 12:30 PM to Wed 25 Nov, 1:00 PM"
        assert line.href == f"/bookings?booking={line.record_id}"


async def test_another_clinic_and_whoever_may_not_see_nothing(
    supabase: AuthSandbox, busy: Person, charlie: Person, bob: Person
) -> None:
    async with screen_of(AuditState, charlie, supabase, path="/audit") as screen:
        await screen._look()
        assert {line.who for line in screen.lines if not line.heading} <= {"Charlie Birch"}
        assert not {"Alice Alder", "Bob Brook"} & {name for _, name in screen.people}
    async with screen_of(AuditState, bob, supabase, path="/audit") as screen:
        with pytest.raises(NotAllowed):
            await screen._look()


async def test_an_export_disarms_cells_and_is_itself_written_down(
    supabase: AuthSandbox, organization: Row[Any]
) -> None:
    mallory = join(organization, full_name="=cmd|' /C calc'!A0", role="admin")
    async with screen_of(AuditState, mallory, supabase, path="/audit") as screen:
        await AuditState.export.fn(screen)  # type: ignore[attr-defined]
        download = await AuditState.export.fn(screen)  # type: ignore[attr-defined]
    told = " ".join(str(argument) for pair in download.args for argument in pair)
    written = base64.b64decode(told.partition("base64,")[2].partition('"')[0]).decode()
    assert ",'=cmd" in written and ",=cmd" not in written
    assert [act for act, _ in acts_of(mallory)] == ["audit.exported"] * 2


async def test_having_the_chain_walked_is_a_job(supabase: AuthSandbox, alice: Person) -> None:
    async with screen_of(AuditState, alice, supabase, path="/audit") as screen:
        await AuditState.verify.fn(screen)  # type: ignore[attr-defined]
        assert screen.is_walking
    waiting = rows("select name from jobs where name = 'audit.walk' and state = 'waiting'", alice.org_id)
    assert len(waiting) == 1


async def test_a_conversation_that_is_opened_twice_in_a_row_leaves_one_row(
    supabase: AuthSandbox, alice: Person
) -> None:
    call = factories.make_call(org_id=alice.org_id, status="ended")
    async with screen_of(CallState, alice, supabase, path=f"/calls/{call.id}") as screen:
        object.__setattr__(screen, "call_id", str(call.id))
        for _ in range(2):
            await CallState.load.fn(screen)  # type: ignore[attr-defined]
    assert acts_of(alice) == [("calls.transcript_opened", str(call.id))]


async def test_settling_a_case_and_taking_it_back_leave_a_row_each(
    supabase: AuthSandbox, bob: Person
) -> None:
    case = factories.make_case(org_id=bob.org_id)
    async with screen_of(TodayState, bob, supabase) as screen:
        await TodayState.settle.fn(screen, str(case.id))  # type: ignore[attr-defined]
        await TodayState.take_back.fn(screen)  # type: ignore[attr-defined]
    assert acts_of(bob) == [("cases.resolved", str(case.id)), ("cases.reopened", str(case.id))]


async def test_exporting_calls_leaves_a_row(supabase: AuthSandbox, bob: Person) -> None:
    async with screen_of(CallsState, bob, supabase, path="/calls") as screen:
        await CallsState.export.fn(screen)  # type: ignore[attr-defined]
    assert acts_of(bob) == [("calls.exported", "")]


async def test_an_act_without_a_row_or_with_two_is_noticed(supabase: AuthSandbox, bob: Person) -> None:
    def without(session: Session) -> None:
        session.connection().execute(text("update organizations set phone = '+15035550100'"))

    def twice(session: Session) -> None:
        record(session, "tests.one")
        record(session, "tests.two")

    async with screen_of(TodayState, bob, supabase) as screen:
        with pytest.raises(audited.NotAudited, match=r"\['organizations'\] were changed with 0"):
            await screen.in_transaction("today.read", without)
        with pytest.raises(audited.NotAudited, match="with 2"):
            await screen.in_transaction("today.read", twice)
    assert acts_of(bob) == []
