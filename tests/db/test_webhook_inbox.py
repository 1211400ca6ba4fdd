"""The inbox: stored once, for the right organization, with its job, and forgotten in time."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

from sqlalchemy import Row

from tests.deliveries import connect, deliver, rows, run_job, work_off
from tests.factories import make_job, make_vendor_address, make_webhook
from tests.payloads import vapi
from voxanne_app.integrations.vapi.webhooks import read_event
from voxanne_app.webhooks import inbox, tenants


def inbox_of(call_id: str) -> list[Row[Any]]:
    found = "select * from webhook_inbox where event_key like :key order by received_at, event_key"
    return rows(found, key=f"vapi:{call_id}:%")


def test_an_event_that_comes_eight_times_at_once_is_stored_and_asked_for_once(organization: Row[Any]) -> None:
    call = connect(organization).call()
    body = vapi.status_update("ringing", after=0, call=call)
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(deliver, [body] * 8))
    (event,) = inbox_of(call["id"])
    assert (event.org_id, event.verdict) == (organization.id, "waiting")
    asked = rows(
        "select id from jobs where arguments ->> 'inbox_id' = :id", organization.id, id=str(event.id)
    )
    assert len(asked) == 1


def test_batches_with_the_same_events_in_opposite_order_do_not_deadlock(organization: Row[Any]) -> None:
    clinic, together = connect(organization), Barrier(2)

    def store(events: list[inbox.ArrivedEvent]) -> bool:
        together.wait()
        return all(inbox.store(events))

    with ThreadPoolExecutor(2) as senders:
        for _ in range(4):
            bodies = [vapi.status_update("ringing", after=0, call=clinic.call()) for _ in range(500)]
            events = [inbox.arrived(read_event(json.dumps(body).encode())) for body in bodies]
            assert all(senders.map(store, [events, events[::-1]]))
    (stored,) = rows("select count(*) from webhook_inbox where org_id = :id", id=organization.id)
    assert stored[0] == 2000
    # Whoever works off what waits need not do these, too.
    assert len(rows("delete from jobs where org_id = :id returning id", id=organization.id)) == 2000


def test_what_leads_to_no_organization_is_kept_for_the_operator_alone(organization: Row[Any]) -> None:
    call = vapi.call(assistantId=f"unknown-{uuid4()}", metadata={"org_id": str(organization.id)})
    deliver(vapi.report_of_2026(call=call))
    (event,) = inbox_of(call["id"])
    assert (event.org_id, event.verdict) == (None, "nobodys")
    assert rows("select id from jobs where arguments ->> 'inbox_id' = :id", id=str(event.id)) == []
    assert rows("select id from call_logs", organization.id) == []


def test_an_assistant_and_a_number_of_two_clinics_lead_nowhere(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    number = make_vendor_address(org_id=other_organization.id, kind="phone_number")
    call = connect(organization).call(phoneNumberId=number.value)
    deliver(vapi.status_update("ringing", after=0, call=call))
    assert inbox_of(call["id"])[0].org_id is None


def test_a_number_belongs_to_whoever_had_it_when_the_call_was_made(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    moved_at, number = vapi.BEGAN, f"number-{uuid4()}"
    kept = {"kind": "phone_number", "value": number}
    make_vendor_address(org_id=organization.id, valid_until=moved_at, **kept)
    make_vendor_address(org_id=other_organization.id, valid_from=moved_at, **kept)
    owners = [
        tenants.find("vapi", [("phone_number", number)], moved_at + timedelta(minutes=minutes))
        for minutes in (-1, 0, 1)
    ]
    assert [owner and owner.org_id for owner in owners] == [
        organization.id,
        other_organization.id,
        other_organization.id,
    ]


def test_of_high_volume_types_the_first_leaves_a_row_without_a_body(organization: Row[Any]) -> None:
    call = connect(organization).call()
    for second in range(3):
        deliver(vapi.message("speech-update", status="started", role="user", turn=second, call=call))
        deliver(
            vapi.message("transcript", transcriptType="partial", transcript="I ne", role="user", call=call)
        )
    kept = inbox_of(call["id"])
    assert [(event.event_type, event.verdict, event.body) for event in kept] == [
        ("speech-update", "counted", None),
        ("transcript", "counted", None),
    ]


def test_a_type_that_does_not_exist_yet_is_stored_and_handled(organization: Row[Any]) -> None:
    call = connect(organization).call()
    deliver(vapi.message("unknown-future-type", call=call, something={"new": 1}))
    work_off()
    (event,) = inbox_of(call["id"])
    assert (event.verdict, event.body["message"]["something"]) == ("handled", {"new": 1})


def test_bodies_go_after_a_day_and_keys_after_thirty(organization: Row[Any]) -> None:
    now = datetime.now(UTC)
    ages = {"fresh": timedelta(hours=23), "handled": timedelta(hours=25), "old": timedelta(days=31)}
    made = {
        name: make_webhook(
            org_id=organization.id,
            verdict="handled",
            body={"message": {}},
            received_at=now - age,
            handled_at=now - age,
        ).id
        for name, age in ages.items()
    }
    waiting = make_webhook(org_id=organization.id, received_at=now - timedelta(days=2), body={"message": {}})
    job = make_job(name="webhooks.forget_bodies")
    run_job(job.id, job.fence)
    left = {row.id: row.body for row in rows("select id, body from webhook_inbox", organization.id)}
    assert left == {made["fresh"]: {"message": {}}, made["handled"]: None, waiting.id: {"message": {}}}
