"""From stored events to the log of calls, on the database."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Row

from tests.deliveries import connect, deliver, rows, work_off
from tests.factories import make_contact, make_hour_exception, make_practitioner, make_working_hours
from tests.payloads import vapi

CALL = """
    select c.*, (select count(*) from call_turns t where t.call_id = c.id) as turns,
      (select sum(amount_usd) from cost_entries e where e.call_id = c.id) as costs
    from call_logs c order by vendor_call_id
"""


def events_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    tool = vapi.asked_tool("t1", "find_free_slots", '{"service": "cleaning"}', "Tuesday at ten", after=11)
    with_tool = vapi.spoken(*vapi.CONVERSATION) + tool
    return [
        vapi.status_update("in-progress", after=0, call=call),
        vapi.conversation_update(2, call=call),
        vapi.final_transcript("assistant", "Tuesday at ten is free.", after=13, call=call),
        vapi.conversation_update(3, call=call),
        vapi.status_update("ended", after=31, endedReason="customer-ended-call", call=call),
        vapi.report_of_2026(call=call, messages=with_tool, artifact={"messages": with_tool}),
    ]


def visible(organization: Row[Any]) -> list[Any]:
    """Everything about its calls that a screen could show; ids and the time of writing differ by nature."""
    calls = [dict(row._mapping) for row in rows(CALL, organization.id)]
    hidden = ("id", "org_id", "agent_id", "contact_id", "updated_at", "vendor_call_id", "evidence", "words")
    for call in calls:
        for name in hidden:
            call.pop(name)
        call["metadata"].pop("assistant_id")
    said = "select position, speaker, words, said_at, offset_seconds, duration_seconds from call_turns"
    done = "select vendor_tool_call_id, name, arguments, result, requested_at, offset_seconds "
    done += "from call_tool_calls"
    paid = "select component, detail, quantity, unit, amount_usd from cost_entries"
    return [calls, *(sorted(map(str, rows(query, organization.id))) for query in (said, done, paid))]


def test_a_call_in_order_is_logged_with_everything_its_events_hold(organization: Row[Any]) -> None:
    clinic = connect(organization)
    deliver(*events_of(clinic.call()))
    work_off()
    (call,) = rows(CALL, organization.id)
    assert (call.status, call.outcome, call.agent_id) == ("ended", "answered", clinic.agent_id)
    assert call.duration_seconds == Decimal("30.500")
    assert call.cost_usd == call.costs == Decimal("0.055200")
    assert call.turns == 4
    assert call.transcript == vapi.TRANSCRIPT
    assert call.metadata["provider_call_id"] == "CA00000000000000000000000000000001"
    (tool,) = rows("select * from call_tool_calls", organization.id)
    assert (tool.name, tool.arguments, tool.result) == (
        "find_free_slots",
        {"service": "cleaning"},
        "Tuesday at ten",
    )
    (contact,) = rows("select * from contacts", organization.id)
    assert (contact.id, contact.phone) == (call.contact_id, "+15035550137")


def test_eight_at_a_time_shuffled_and_twice_ends_as_in_order_once(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    in_order, shuffled = connect(organization), connect(other_organization)
    ids = [f"call-{number}" for number in range(4)]
    for call_id in ids:
        deliver(*events_of(in_order.call(id=f"a-{call_id}")))
    work_off()
    bodies = [body for call_id in ids for body in events_of(shuffled.call(id=f"b-{call_id}"))] * 2
    random.Random(20261123).shuffle(bodies)

    def deliver_and_work(body: dict[str, Any]) -> None:
        deliver(body)
        work_off()

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(deliver_and_work, bodies))
    work_off()
    assert len(rows(CALL, other_organization.id)) == 4
    assert visible(other_organization) == visible(organization)


def test_a_live_call_shows_what_was_said_so_far_and_loses_nothing_to_a_late_history(
    organization: Row[Any],
) -> None:
    call = connect(organization).call()
    said = "select words from call_turns order by position"
    deliver(vapi.final_transcript("assistant", "Good morning, how can I help?", after=4, call=call))
    work_off()
    assert [row.words for row in rows(said, organization.id)] == ["Good morning, how can I help?"]
    deliver(vapi.conversation_update(3, call=call))
    work_off()
    deliver(vapi.conversation_update(1, call=call))
    work_off()
    assert [row.words for row in rows(said, organization.id)] == [words for _, words in vapi.CONVERSATION[:3]]
    (seen,) = rows(CALL, organization.id)
    assert (seen.status, seen.outcome, seen.transcript) == ("in_progress", None, None)


def test_a_call_that_ends_without_a_report_gets_its_transcript_from_its_turns(organization: Row[Any]) -> None:
    call = connect(organization).call()
    deliver(vapi.conversation_update(2, call=call), vapi.status_update("ended", after=12, call=call))
    work_off()
    (seen,) = rows(CALL, organization.id)
    assert seen.transcript == "AI: Good morning, how can I help?\nUser: I need a cleaning.\n"
    assert (seen.status, seen.outcome, seen.has_report) == ("ended", "answered", False)


def test_the_costs_of_a_second_report_replace_those_of_the_first(organization: Row[Any]) -> None:
    call = connect(organization).call()
    final = [
        {"type": "vapi", "minutes": 0.5, "cost": 0.025},
        {"type": "transport", "minutes": 0.5, "cost": 0.01},
    ]
    deliver(
        vapi.report_of_2026(call=call), vapi.report_of_2026(call=call, timestamp=1793642400000, costs=final)
    )
    work_off()
    paid = rows("select component, amount_usd from cost_entries order by 1", organization.id)
    assert [tuple(row) for row in paid] == [("transport", Decimal("0.010000")), ("vapi", Decimal("0.025000"))]


def test_a_caller_who_is_known_keeps_their_name(organization: Row[Any]) -> None:
    known = make_contact(org_id=organization.id, phone="+15035550137", name="Nadia Okafor")
    deliver(vapi.status_update("ringing", after=0, call=connect(organization).call()))
    work_off()
    assert rows(CALL, organization.id)[0].contact_id == known.id


def test_a_withheld_number_makes_no_contact(organization: Row[Any]) -> None:
    call = connect(organization).call(customer={"number": "anonymous"})
    deliver(vapi.status_update("ringing", after=0, call=call))
    work_off()
    assert rows(CALL, organization.id)[0].caller_number == "anonymous"
    assert rows("select id from contacts", organization.id) == []


def test_one_call_id_at_two_clinics_is_two_calls(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    for owner in (organization, other_organization):
        body = vapi.status_update("ringing", after=0, call=connect(owner).call(id=f"same-{organization.id}"))
        body["message"]["timestamp"] += 1
        body["message"]["status"] = "ringing" if owner is organization else "in-progress"
        deliver(body)
    work_off()
    seen = [rows(CALL, owner.id)[0].status for owner in (organization, other_organization)]
    assert seen == ["ringing", "in_progress"]


@pytest.mark.parametrize(
    ("called_at", "expected"),
    [
        ("2026-11-02T13:59:00Z", True),  # 8:59 on a Monday in New York, after the clocks changed
        ("2026-11-02T14:00:00Z", False),
        ("2026-11-02T17:30:00Z", False),  # lunch
        ("2026-11-02T22:00:00Z", True),
        ("2026-11-03T17:00:00Z", True),  # closed on that date
        ("2026-11-07T17:00:00Z", True),  # a Saturday
    ],
)
def test_a_call_outside_the_clinics_hours_is_marked_so(
    organization: Row[Any], called_at: str, expected: bool
) -> None:
    clinic, practitioner = connect(organization), make_practitioner(org_id=organization.id)
    for opens, closes in ((time(9), time(12)), (time(13), time(17))):
        make_working_hours(
            org_id=organization.id, practitioner_id=practitioner.id, opens_at=opens, closes_at=closes
        )
    make_hour_exception(org_id=organization.id, on_date=date(2026, 11, 3))
    deliver(vapi.status_update("ringing", after=0, call=clinic.call(createdAt=called_at)))
    work_off()
    assert rows(CALL, organization.id)[0].is_after_hours is expected


def test_a_clinic_that_has_not_said_its_hours_is_never_closed(organization: Row[Any]) -> None:
    deliver(vapi.status_update("ringing", after=0, call=connect(organization).call()))
    work_off()
    assert rows(CALL, organization.id)[0].is_after_hours is False
