"""What a call's record asks for as it grows: its recording, a second look at the bill, its hours."""

import random
from datetime import time, timedelta
from typing import Any

from sqlalchemy import Row

from tests.deliveries import connect, deliver, rows, work_off
from tests.factories import make_practitioner, make_working_hours
from tests.payloads import vapi

ASKED = (
    "select name, arguments, due_at - created_at as wait from jobs where name like 'calls.%' order by name"
)


def test_a_report_has_its_recording_copied_at_once_and_the_bill_looked_at_again_later(
    organization: Row[Any],
) -> None:
    call = connect(organization).call()
    deliver(vapi.status_update("in-progress", after=0, call=call))
    work_off()
    assert rows(ASKED, organization.id) == []
    report = vapi.report_of_2026(call=call)
    later = vapi.report_of_2026(call=call, timestamp=vapi.milliseconds(vapi.BEGAN + timedelta(seconds=90)))
    for body in (report, later, report):
        deliver(body)
        work_off()
    (seen,) = rows("select id from call_logs", organization.id)
    (wanted,) = rows("select state, call_id from call_recordings", organization.id)
    assert (wanted.state, wanted.call_id) == ("wanted", seen.id)
    asked = rows(ASKED, organization.id)
    assert [(job.name, job.arguments) for job in asked] == [
        ("calls.copy_recording", {"call_id": str(seen.id)}),
        ("calls.look_again", {"call_id": str(seen.id)}),
    ]
    assert asked[0].wait < timedelta(seconds=1) < timedelta(minutes=4) < asked[1].wait


def test_a_call_that_ends_without_a_report_is_looked_at_too(organization: Row[Any]) -> None:
    call = connect(organization).call()
    deliver(vapi.status_update("ended", after=12, call=call), vapi.conversation_update(2, call=call))
    work_off()
    assert [job.name for job in rows(ASKED, organization.id)] == ["calls.look_again"]
    deliver(vapi.report_of_2026(call=call))
    work_off()
    assert [job.name for job in rows(ASKED, organization.id)] == ["calls.copy_recording", "calls.look_again"]


def test_a_report_without_a_recording_asks_for_none(organization: Row[Any]) -> None:
    deliver(vapi.report_of_2026(call=connect(organization).call(), artifact={"messages": []}))
    work_off()
    assert rows("select * from call_recordings", organization.id) == []
    assert [job.name for job in rows(ASKED, organization.id)] == ["calls.look_again"]


def test_a_summary_of_a_call_in_which_the_caller_said_nothing_is_not_believed(
    organization: Row[Any],
) -> None:
    clinic = connect(organization)
    greeting = vapi.spoken(("bot", "Good morning, how can I help?"))
    made_up = {"summary": "The call discussed the status of the marketing campaign."}
    deliver(
        vapi.report_of_2026(
            call=clinic.call(id="silent"),
            messages=greeting,
            analysis=made_up,
            artifact={"messages": greeting},
        ),
        vapi.report_of_2026(call=clinic.call(id="spoken")),
    )
    work_off()
    seen = rows("select summary, outcome from call_logs order by vendor_call_id", organization.id)
    assert [tuple(row) for row in seen] == [
        (None, "hung_up_early"),
        ("The caller booked a cleaning.", "answered"),
    ]


def test_everything_that_a_price_may_go_by_is_kept(organization: Row[Any]) -> None:
    costs = [{"type": "model", "model": {"provider": "openai", "model": "gpt-4.1"}, "promptTokens": 1200,
              "completionTokens": 80, "cachedPromptTokens": 0, "cost": 0.003}]  # fmt: skip
    deliver(vapi.report_of_2026(call=connect(organization).call(), costs=costs))
    work_off()
    (entry,) = rows("select usage, detail from cost_entries", organization.id)
    assert entry.usage == {"prompt tokens": 1200, "completion tokens": 80, "cached prompt tokens": 0}


def test_a_call_is_after_hours_by_when_it_began_in_whatever_order_that_becomes_known(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    """Made at 8:40, when the clinic in New York was closed; answered at 9:05, when it was open."""
    made, answered = "2026-11-02T13:40:00Z", vapi.milliseconds(vapi.BEGAN - timedelta(hours=2, minutes=55))
    for owner in (organization, other_organization):
        practitioner = make_practitioner(org_id=owner.id)
        make_working_hours(
            org_id=owner.id, practitioner_id=practitioner.id, opens_at=time(9), closes_at=time(17)
        )
        call = connect(owner).call(createdAt=made)
        events = [
            vapi.status_update("ringing", after=0, call=call),
            vapi.status_update("in-progress", after=0, call=call),
        ]
        events[1]["message"]["timestamp"] = answered
        if owner is other_organization:
            events.reverse()
        deliver(events[0])
        work_off()
        after_first = rows("select is_after_hours from call_logs", owner.id)[0].is_after_hours
        deliver(events[1])
        work_off()
        (seen,) = rows("select is_after_hours from call_logs", owner.id)
        assert (after_first, seen.is_after_hours) == (owner is organization, False)


def test_whatever_the_order_one_recording_is_wanted(organization: Row[Any]) -> None:
    call = connect(organization).call()
    events = [
        vapi.report_of_2026(call=call),
        vapi.status_update("ended", after=31, call=call),
        vapi.conversation_update(3, call=call),
    ]
    random.Random(5).shuffle(events)
    deliver(*events, *events)
    work_off()
    assert len(rows("select * from call_recordings", organization.id)) == 1
