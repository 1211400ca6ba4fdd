"""A draft calls one's own phone: a real call, whose tools lead into a trial, and which is counted nowhere."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Row

from tests import factories, people
from tests.calling_desk import CallingDesk, connected_desk, somebody_awake
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows
from tests.payloads import vapi
from tests.people import Person
from tests.publishing_desk import START, Desk
from tests.publishing_desk import open_desk as draft_of
from tests.screens import screen_of
from tests.wire.sandbox_process import running_sandbox
from voxanne_app import vendors
from voxanne_app.calls import call_log
from voxanne_app.calls.call_list import calls_page
from voxanne_app.calls.call_list_statement import CallFilters
from voxanne_app.calls.figures import week_figures
from voxanne_app.calls.insights import counting
from voxanne_app.calls.ports import Line
from voxanne_app.calls.queries import call_detail
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.integrations.vapi.webhooks import read_event
from voxanne_app.trials.ui.phone_state import PhoneState
from voxanne_app.webhooks import trial_calls

COUNTED = (
    "select (select count(*) from bookings) as bookings, (select count(*) from contacts) as contacts, "
    "(select count(*) from cases) as cases, (select count(*) from call_figures) as figures"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[httpx.Client]:
    with running_sandbox() as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def desk(
    sandbox: httpx.Client, organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[CallingDesk]:
    with connected_desk(sandbox, organization, monkeypatch) as desk:
        yield desk


@pytest.fixture
def draft(desk: CallingDesk, organization: Row[Any]) -> Desk:
    return draft_of(organization, START)


@pytest.fixture
async def admin(
    organization: Row[Any], supabase: AuthSandbox, draft: Desk
) -> AsyncIterator[tuple[PhoneState, Person]]:
    person = people.join(organization, full_name="Anna Ash", role="admin")
    async with screen_of(PhoneState, person, supabase) as screen:
        object.__setattr__(screen.parent_state, "_agent", str(draft.agent_id))
        await screen._watch()
        yield screen, person


def posted(desk: CallingDesk, call_name: UUID) -> dict[str, Any]:
    entries = desk.sandbox.get("/_sandbox/journal?vendor=vapi&limit=5000").json()["entries"]
    bodies = [one["body"] for one in entries if one["method"] == "POST" and one["path"].endswith("/call")]
    read = [json.loads(body) if isinstance(body, str) else body for body in bodies]
    return next(body for body in read if body["name"] == str(call_name))


async def test_the_draft_rings_its_tools_do_nothing_and_nothing_is_counted(
    desk: CallingDesk, draft: Desk, admin: tuple[PhoneState, Person]
) -> None:
    screen, _ = admin
    before = rows(COUNTED, desk.org_id)
    number = somebody_awake("0161")
    await screen.call_my_phone({"phone": number})
    assert screen.no == "" and screen.calls[0].word == "Waits"
    attempt = UUID(screen.calls[0].id)
    dialled = desk.work_off(attempt)
    assert dialled.state == "dialled" and dialled.kind == "test"
    assistant = posted(desk, dialled.call_name)["assistant"]
    assert assistant["firstMessage"] == draft.review()[0].first_message
    assert "transfer-destination-request" not in assistant["serverMessages"]
    (trial,) = rows("select key from trials where id = :id", desk.org_id, id=dialled.trial_id)
    tools = assistant["model"]["tools"]
    assert {tool["function"]["name"] for tool in tools} >= {"book_appointment", "take_message"}
    assert {tool["server"]["headers"]["x-voxanne-trial"] for tool in tools} == {str(trial.key)}
    assert "x-voxanne-trial" not in assistant["server"]["headers"]

    used = vapi.tool_calls(vapi.asked_for("take_message", {"message": "Call me", "callback_number": number}))
    said = await trial_calls.answer(read_event(json.dumps(used).encode()), str(trial.key).encode())
    assert "passed on your message" in str(said["results"][0])

    over = desk.when_over(number)
    news = vendors.call_archive().call(over["id"])
    assert news
    with transaction(Claims.organization(desk.org_id)) as session:
        call_id = call_log.take_in(session, news, line=Line(desk.org_id, draft.agent_id), now=clock.now())
    (call,) = rows("select * from call_logs where id = :id", desk.org_id, id=call_id)
    assert (call.is_test, call.direction, call.contact_id) == (True, "outbound", None)
    assert call.cost_usd and rows("select 1 from cost_entries where call_id = :id", desk.org_id, id=call_id)
    with transaction(Claims.organization(desk.org_id)) as session:
        counting.count_changes(session, org_id=desk.org_id, now=clock.now())
        week = week_figures(session, org_id=desk.org_id, zone="UTC", now=clock.now())
    assert sum(week.answered.since) == 0
    assert rows(COUNTED, desk.org_id) == before
    with transaction(Claims.organization(desk.org_id)) as session:
        listed = calls_page(session, CallFilters(), org_id=desk.org_id, zone="UTC").rows
        assert [row.is_test for row in listed] == [True]
        assert call_detail(session, org_id=desk.org_id, call_id=call_id).is_test
    await screen._watch()
    assert screen.calls[0].word == "They talked" and screen.calls[0].href == f"/calls/{call_id}"


async def test_what_cannot_be_called_now_is_said_and_not_kept_for_later(
    desk: CallingDesk, admin: tuple[PhoneState, Person]
) -> None:
    screen, _ = admin
    own = factories.make_phone_number(org_id=desk.org_id).number
    for written, sentence in (
        ("12", "not a phone number"),
        ("+19005551234", "never called"),
        (own, "itself"),
    ):
        await screen.call_my_phone({"phone": written})
        assert sentence in screen.no and screen.calls == []
    await screen.call_my_phone({"phone": somebody_awake("0162")})
    await screen.call_my_phone({"phone": somebody_awake("0162")})
    assert "asked for already" in screen.no
    await screen.stop_call(screen.calls[0].id)
    assert screen.calls[0].word == "Stopped" and desk.work_off(UUID(screen.calls[0].id)).state == "stopped"
    assert [row.kind for row in rows("select kind from outbound_calls", desk.org_id)] == ["test"]
