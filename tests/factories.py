"""Rows for tests: keyword defaults, saved for real as the app's own role, returned as they were stored.

    call = make_call(org_id=organization.id, status="ended")
    make_booking(org_id=organization.id, call_id=call.id)

What a row needs and was not given is made too. Any column of the table may be given by its name.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text

from voxanne_app.foundation.database import Claims, transaction

_numbers = count(1)


def save(table: str, claims: Claims, **values: Any) -> Row[Any]:
    """Insert one row for `claims`, commit, and return it with the database's own defaults."""
    columns = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    plain = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()}
    with transaction(claims) as session:
        statement = text(f"insert into {table} ({columns}) values ({places}) returning *")
        return session.connection().execute(statement, plain).one()


def make_organization(**values: Any) -> Row[Any]:
    org_id = values.setdefault("id", uuid4())
    defaults = {"name": f"Clinic {next(_numbers)}", "time_zone": "America/New_York"}
    return save("organizations", Claims.organization(org_id), **defaults | values)


def make_person(**values: Any) -> Row[Any]:
    person_id = values.setdefault("id", uuid4())
    defaults = {"email": f"{person_id.hex[:12]}@example.test", "full_name": f"Person {next(_numbers)}"}
    return save("people", Claims.system(), **defaults | values)


def make_membership(*, org_id: UUID, **values: Any) -> Row[Any]:
    person_id = values.pop("person_id", None) or make_person().id
    return _save_in(org_id, "memberships", {"person_id": person_id, "role": "staff"}, values)


def make_session(*, person_id: UUID, **values: Any) -> Row[Any]:
    """A signed-in browser's row; its tokens are not ones that anybody could use."""
    defaults = {
        "token_hash": uuid4().bytes,
        "access_token": b"sealed",
        "refresh_token": b"sealed",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return save("sessions", Claims.system(), **{"person_id": person_id} | defaults | values)


def make_invitation(*, org_id: UUID, **values: Any) -> Row[Any]:
    """One that is open for a week, and was not mailed yet."""
    invited_by = values.pop("invited_by", None) or make_membership(org_id=org_id, role="admin").person_id
    defaults = {
        "email": f"{uuid4().hex[:12]}@example.test",
        "role": "staff",
        "invited_by": invited_by,
        "expires_at": datetime.now(UTC) + timedelta(days=7),
    }
    return _save_in(org_id, "invitations", defaults, values)


def make_visit(*, org_id: UUID, **values: Any) -> Row[Any]:
    """An operator in a clinic, since now, for an hour."""
    person_id = values.pop("person_id", None) or make_person(is_operator=True).id
    defaults = {
        "org_id": org_id,
        "person_id": person_id,
        "person_name": "Olga Operator",
        "session_id": values.pop("session_id", None) or make_session(person_id=person_id).id,
        "reason": "A caller was not understood.",
        "started_at": datetime.now(UTC),
        "ends_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return save("visits", Claims.system(), **defaults | values)


def make_welcome_draft(**values: Any) -> Row[Any]:
    person_id = values.pop("person_id", None) or make_person().id
    return save("welcome_drafts", Claims.system(), **{"person_id": person_id} | values)


def make_data_key(**values: Any) -> Row[Any]:
    """One that was replaced; it wraps nothing that anybody could use."""
    wrapped = {"wrapped_key": b"wrapped", "wrapped_by": "test-1", "replaced_at": datetime.now(UTC)}
    return save("data_keys", Claims.system(), **{"id": uuid4()} | wrapped | values)


def make_recovery_code(*, person_id: UUID, **values: Any) -> Row[Any]:
    return save(
        "recovery_codes", Claims.system(), **{"person_id": person_id, "code_hash": uuid4().bytes} | values
    )


def make_agent(*, org_id: UUID, **values: Any) -> Row[Any]:
    return _save_in(org_id, "agents", {"name": "Front desk", "first_message": "How can I help?"}, values)


def make_agent_version(*, org_id: UUID, **values: Any) -> Row[Any]:
    """A draft, unless a number and the rest of what is published is given."""
    agent_id = values.pop("agent_id", None) or make_agent(org_id=org_id).id
    return _save_in(org_id, "agent_versions", {"agent_id": agent_id, "configuration": {}}, values)


def make_trial(*, org_id: UUID, **values: Any) -> Row[Any]:
    agent_id = values.pop("agent_id", None) or make_agent(org_id=org_id).id
    return _save_in(org_id, "trials", {"agent_id": agent_id, "happens_at": datetime.now(UTC)}, values)


def make_kept_test(*, org_id: UUID, **values: Any) -> Row[Any]:
    agent_id = values.pop("agent_id", None) or make_agent(org_id=org_id).id
    return _save_in(org_id, "kept_tests", {"agent_id": agent_id, "name": "Books a check-up"}, values)


def make_kept_test_run(*, org_id: UUID, **values: Any) -> Row[Any]:
    """One that waits."""
    test_id = values.pop("test_id", None) or make_kept_test(org_id=org_id).id
    return _save_in(org_id, "kept_test_runs", {"test_id": test_id}, values)


def make_vendor_address(*, org_id: UUID, **values: Any) -> Row[Any]:
    """By default, a Vapi assistant that leads to `org_id`."""
    defaults = {"vendor": "vapi", "kind": "assistant", "value": str(uuid4())}
    return _save_in(org_id, "vendor_addresses", defaults, values)


def make_phone_number(*, org_id: UUID, **values: Any) -> Row[Any]:
    return _save_in(org_id, "phone_numbers", {"number": a_phone_number()}, values)


def make_contact(*, org_id: UUID, **values: Any) -> Row[Any]:
    return _save_in(org_id, "contacts", {"phone": a_phone_number(), "name": "Dana Doe"}, values)


def make_call(*, org_id: UUID, **values: Any) -> Row[Any]:
    defaults = {"vendor_call_id": str(uuid4()), "created_at": datetime.now(UTC), "status": "in_progress"}
    return _save_in(org_id, "call_logs", defaults, values)


def make_turn(*, org_id: UUID, **values: Any) -> Row[Any]:
    call_id = values.pop("call_id", None) or make_call(org_id=org_id).id
    defaults = {"call_id": call_id, "position": next(_numbers), "speaker": "caller", "words": "Good morning."}
    return _save_in(org_id, "call_turns", defaults, values)


def make_tool_call(*, org_id: UUID, **values: Any) -> Row[Any]:
    call_id = values.pop("call_id", None) or make_call(org_id=org_id).id
    defaults = {"call_id": call_id, "vendor_tool_call_id": str(uuid4()), "name": "find_free_slots"}
    return _save_in(org_id, "call_tool_calls", defaults, values)


def make_cost_entry(*, org_id: UUID, **values: Any) -> Row[Any]:
    defaults = {
        "entry_key": str(uuid4()),
        "vendor": "vapi",
        "component": "transport",
        "amount_usd": "0.12",
        "incurred_at": datetime.now(UTC),
    }
    return _save_in(org_id, "cost_entries", defaults, values)


def make_recording(*, org_id: UUID, **values: Any) -> Row[Any]:
    """One that is still to be copied."""
    call_id = values.pop("call_id", None) or make_call(org_id=org_id).id
    return _save_in(org_id, "call_recordings", {"call_id": call_id}, values)


def make_call_note(*, org_id: UUID, **values: Any) -> Row[Any]:
    call_id = values.pop("call_id", None) or make_call(org_id=org_id).id
    defaults = {"call_id": call_id, "words": "Called back.", "written_by": uuid4(), "author": "Bob Brook"}
    return _save_in(org_id, "call_notes", defaults, values)


def make_call_annotation(*, org_id: UUID, **values: Any) -> Row[Any]:
    call_id = values.pop("call_id", None) or make_call(org_id=org_id).id
    return _save_in(org_id, "call_annotations", {"call_id": call_id}, values)


def make_call_figure(*, org_id: UUID, **values: Any) -> Row[Any]:
    """One call of a morning."""
    defaults = {"on_day": date(2026, 11, 24), "hour": 9, "outcome": "answered", "calls": 1, "booked": 0}
    sums = {"after_hours": 0, "timed": 1, "seconds": 60, "billed": 1, "cost_usd": "0.12"}
    return _save_in(org_id, "call_figures", defaults | sums, values)


def make_call_figure_day(*, org_id: UUID, **values: Any) -> Row[Any]:
    defaults = {"on_day": date(2026, 11, 24), "zone": "America/New_York"}
    return _save_in(org_id, "call_figure_days", defaults, values)


def make_call_figure_mark(*, org_id: UUID, **values: Any) -> Row[Any]:
    return _save_in(org_id, "call_figure_marks", {"at": datetime.now(UTC)}, values)


def make_calling_consent(*, org_id: UUID, **values: Any) -> Row[Any]:
    contact_id = values.pop("contact_id", None) or make_contact(org_id=org_id).id
    return _save_in(org_id, "contact_consents", {"contact_id": contact_id, "is_given": True}, values)


def make_outbound_call(*, org_id: UUID, **values: Any) -> Row[Any]:
    """One that was asked for and waits."""
    agent_id = values.pop("agent_id", None) or make_agent(org_id=org_id, role="outbound").id
    defaults = {"agent_id": agent_id, "number": a_phone_number(), "due_at": datetime.now(UTC)}
    return _save_in(org_id, "outbound_calls", defaults, values)


def make_case(*, org_id: UUID, **values: Any) -> Row[Any]:
    defaults = {"kind": "callback", "title": "Please call back", "request_key": str(uuid4())}
    return _save_in(org_id, "cases", defaults, values)


def make_service(*, org_id: UUID, **values: Any) -> Row[Any]:
    return _save_in(
        org_id, "services", {"name": f"Check-up {next(_numbers)}", "duration_minutes": 30}, values
    )


def make_practitioner(*, org_id: UUID, **values: Any) -> Row[Any]:
    """One practitioner, who offers the services with the ids `offers`."""
    offers = values.pop("offers", ())
    practitioner = _save_in(org_id, "practitioners", {"name": f"Dr. Elm {next(_numbers)}"}, values)
    for service_id in offers:
        offered = {"practitioner_id": practitioner.id, "service_id": service_id}
        _save_in(org_id, "practitioner_services", offered, {})
    return practitioner


def make_working_hours(*, org_id: UUID, practitioner_id: UUID, **values: Any) -> list[Row[Any]]:
    """Hours on each of `weekdays` (0 is Monday; default: Monday to Friday), by default 9 to 17."""
    weekdays = values.pop("weekdays", range(5))
    defaults = {"practitioner_id": practitioner_id, "opens_at": time(9), "closes_at": time(17)}
    return [_save_in(org_id, "working_hours", defaults | {"weekday": day}, values) for day in weekdays]


def make_hour_exception(*, org_id: UUID, **values: Any) -> Row[Any]:
    """Closed on that date for the whole clinic, unless told otherwise."""
    return _save_in(org_id, "hour_exceptions", {"on_date": datetime.now(UTC).date()}, values)


def make_booking(*, org_id: UUID, **values: Any) -> Row[Any]:
    """Half an hour without buffers, in a place of its own on the calendar unless `starts_at` is given."""
    service_id = values.pop("service_id", None) or make_service(org_id=org_id).id
    practitioner_id = (
        values.pop("practitioner_id", None) or make_practitioner(org_id=org_id, offers=[service_id]).id
    )
    starts_at = values.pop("starts_at", None) or datetime(2030, 1, 7, 14, tzinfo=UTC) + timedelta(
        hours=next(_numbers)
    )
    ends_at = values.pop("ends_at", starts_at + timedelta(minutes=30))
    defaults = {
        "service_id": service_id,
        "practitioner_id": practitioner_id,
        "patient_name": "Dana Doe",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "blocks_from": starts_at,
        "blocks_until": ends_at,
        "request_key": str(uuid4()),
    }
    return _save_in(org_id, "bookings", defaults, values)


def make_job(*, org_id: UUID | None = None, **values: Any) -> Row[Any]:
    """Work of an organization, or of the platform when there is no `org_id`."""
    claims = Claims.organization(org_id) if org_id else Claims.system()
    return save("jobs", claims, **{"org_id": org_id, "name": "tests.nothing"} | values)


def make_job_failure(*, job_id: UUID, **values: Any) -> Row[Any]:
    defaults = {"attempt": 1, "started_at": datetime.now(UTC), "error": "It did not work."}
    return save("job_failures", Claims.system(), **{"job_id": job_id} | defaults | values)


def make_cron_run(**values: Any) -> Row[Any]:
    defaults = {"job": f"tests.clock {next(_numbers)}", "fire_at": datetime.now(UTC)}
    return save("cron_runs", Claims.system(), **defaults | values)


def make_heartbeat(**values: Any) -> Row[Any]:
    defaults = {"process": "worker", "instance": str(uuid4()), "beat_at": datetime.now(UTC)}
    return save("heartbeats", Claims.system(), **defaults | values)


def make_alert(**values: Any) -> Row[Any]:
    defaults = {"key": f"tests.{next(_numbers)}", "severity": "warning", "title": "Something is wrong"}
    return save("alerts", Claims.system(), **defaults | values)


def make_isolation_probe(**values: Any) -> Row[Any]:
    return save("isolation_probes", Claims.system(), **{"state": "done"} | values)


def make_reconciliation(**values: Any) -> Row[Any]:
    now = datetime.now(UTC)
    defaults = {"vendor": f"vendor {next(_numbers)}", "reached": now, "ran_at": now}
    return save("reconciliations", Claims.system(), **defaults | values)


def make_webhook(*, org_id: UUID | None = None, **values: Any) -> Row[Any]:
    """An event in the inbox, nobody's as long as it has no `org_id`."""
    defaults = {"provider": "vapi", "event_key": str(uuid4()), "event_type": "status-update", "body": {}}
    return save("webhook_inbox", Claims.system(), **{"org_id": org_id} | defaults | values)


def make_audit_event(*, org_id: UUID | None = None, **values: Any) -> Row[Any]:
    """An act of the organization's own, or of the platform's; the database says who and when."""
    claims = Claims.organization(org_id) if org_id else Claims.system()
    return save("audit_events", claims, **{"org_id": org_id, "action": "tests.acted"} | values)


def a_phone_number() -> str:
    """A number from the range that is set aside for stories, unlike any other in this run."""
    return f"+1212555{next(_numbers) % 10_000:04d}"


def _save_in(org_id: UUID, table: str, defaults: dict[str, Any], values: dict[str, Any]) -> Row[Any]:
    return save(table, Claims.organization(org_id), **{"org_id": org_id} | defaults | values)
