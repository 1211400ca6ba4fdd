"""A demo clinic's calls and bookings as rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.bookings.models import Booking
from voxanne_app.calls.models import Call, Case, ToolCall, Turn
from voxanne_app.calls.risk import is_clinical
from voxanne_app.costs.models import CostEntry
from voxanne_app.demo_data.agenda import DemoBooking
from voxanne_app.demo_data.calls import DemoCall, call_id_of
from voxanne_app.demo_data.clinics import DemoClinic, demo_id
from voxanne_app.demo_data.writing import Row, contact_id, practitioner_id, put, service_id
from voxanne_app.foundation.time_zones import zone_of

# Dollars a minute, and per letter spoken: what the voice platform would bill.
_PER_MINUTE = (("vapi", 0.05), ("transcriber", 0.0099), ("transport", 0.0085))
_PER_LETTER = (("voice", 0.00005), ("model", 0.000045))
_ANALYSIS = 0.0006
_ANSWERED_AFTER = timedelta(minutes=38)
_STAYS_OPEN = timedelta(hours=20)
_PAST = text("""
    update bookings set status = 'completed', updated_at = :now
    where org_id = :org_id and request_key like 'demo:%' and status = 'confirmed' and ends_at < :now
""")
_OLD_CASES = text("""
    update cases set resolved_at = :now where org_id = :org_id and request_key like 'demo:%'
      and resolved_at is null and kind <> 'approval' and created_at < :before
""")


def write_past(
    session: Session,
    clinic: DemoClinic,
    calls: Sequence[DemoCall],
    bookings: Sequence[DemoBooking],
    now: datetime,
) -> None:
    """Calls with all that belongs to them, and the bookings; then time moves on for what was there before."""
    known = _known_calls(session, clinic, calls)
    new = [call for call in calls if call.id not in known]
    put(session, Call, [_call(clinic, call) for call in new])
    put(session, Turn, [row for call in new for row in _turns(clinic, call)])
    put(session, ToolCall, [row for call in new for row in _tools(clinic, call)])
    put(session, CostEntry, [row for call in new for row in _costs(clinic, call)])
    put(session, Case, [_case(clinic, call, now) for call in new if call.scene.case])
    made = {call.id for call in calls}
    put(session, Booking, [_booking(clinic, booking, made) for booking in bookings])
    put(session, Case, [_approval(clinic, booking) for booking in bookings if booking.status == "pending"])
    session.connection().execute(_PAST, {"org_id": clinic.id, "now": now})
    session.connection().execute(
        _OLD_CASES, {"org_id": clinic.id, "now": now, "before": now - timedelta(days=1)}
    )


def _known_calls(session: Session, clinic: DemoClinic, calls: Sequence[DemoCall]) -> set[UUID]:
    statement = text("select id from call_logs where org_id = :org_id and id = any(:ids)")
    ids = [call.id for call in calls]
    return set(session.connection().execute(statement, {"org_id": clinic.id, "ids": ids}).scalars())


def _call(clinic: DemoClinic, call: DemoCall) -> Row:
    ended_at = call.at + timedelta(seconds=call.seconds)
    spoke = len(call.turns) > 1
    return {
        "id": call.id,
        "org_id": clinic.id,
        "vendor_call_id": str(call.id),
        "agent_id": clinic.agent_id,
        "contact_id": contact_id(clinic, call.patient) if call.patient else None,
        "status": "ended",
        "caller_number": call.number,
        "caller_name": call.patient,
        "our_number": clinic.number,
        "created_at": call.at,
        "started_at": call.at,
        "ended_at": ended_at,
        "last_event_at": ended_at,
        "duration_seconds": call.seconds,
        "ended_reason": call.scene.ended_reason,
        "outcome": call.scene.outcome,
        "summary": f"{call.reason}." if spoke else None,
        "success_evaluation": "true" if call.scene.outcome not in ("failed", "tool_failed") else "false",
        "transcript": _transcript(call),
        "cost_usd": round(sum(amount for _, amount in _amounts(call)), 4),
        "has_report": True,
        "has_booking": call.scene.outcome == "booked" or bool(call.scene.extra.get("has_booking")),
        "is_after_hours": call.is_after_hours,
    }


def _transcript(call: DemoCall) -> str:
    return "".join(f"{'AI' if one.speaker == 'agent' else 'User'}: {one.words}\n" for one in call.turns)


def _turns(clinic: DemoClinic, call: DemoCall) -> Iterator[Row]:
    for position, said in enumerate(call.turns):
        yield {
            "id": demo_id(call.id, "turn", position),
            "org_id": clinic.id,
            "call_id": call.id,
            "position": position,
            "speaker": said.speaker,
            "words": said.words,
            "said_at": call.at + timedelta(seconds=said.offset),
            "offset_seconds": said.offset,
            "duration_seconds": said.seconds,
        }


def _tools(clinic: DemoClinic, call: DemoCall) -> Iterator[Row]:
    for position, tool in enumerate(call.tools):
        yield {
            "id": demo_id(call.id, "tool", position),
            "org_id": clinic.id,
            "call_id": call.id,
            "vendor_tool_call_id": f"call_{demo_id(call.id, position).hex[:24]}",
            "name": tool.name,
            "arguments": tool.arguments,
            "verdict": tool.verdict,
            "result": tool.result,
            "requested_at": call.at + timedelta(seconds=tool.offset),
            "offset_seconds": tool.offset,
            "took_ms": tool.took_ms,
        }


def _amounts(call: DemoCall) -> list[tuple[str, float]]:
    minutes = call.seconds / 60
    letters = sum(len(said.words) for said in call.turns if said.speaker == "agent")
    amounts = [(component, minutes * price) for component, price in _PER_MINUTE]
    amounts += [(component, letters * price) for component, price in _PER_LETTER]
    return [(component, round(amount, 4)) for component, amount in (*amounts, ("analysis", _ANALYSIS))]


def _costs(clinic: DemoClinic, call: DemoCall) -> Iterator[Row]:
    for component, amount in _amounts(call):
        yield {
            "id": demo_id(call.id, "cost", component),
            "org_id": clinic.id,
            "call_id": call.id,
            "entry_key": f"call:{call.id}:{component}::0",
            "vendor": "vapi",
            "component": component,
            "amount_usd": amount,
            "incurred_at": call.at + timedelta(seconds=call.seconds),
        }


def _case(clinic: DemoClinic, call: DemoCall, now: datetime) -> Row:
    assert call.scene.case
    is_urgent = bool(call.scene.extra.get("is_urgent"))
    is_open = call.at > now - _STAYS_OPEN
    message = next(
        (tool.arguments["message"] for tool in call.tools if "message" in tool.arguments), call.reason
    )
    return {
        "id": demo_id(call.id, "case"),
        "org_id": clinic.id,
        "kind": call.scene.case[0],
        "title": call.case_title,
        "body": message,
        "is_urgent": is_urgent,
        "is_clinical": is_clinical(message),
        "callback_number": call.number,
        "call_id": call.id,
        "contact_id": contact_id(clinic, call.patient) if call.patient else None,
        "request_key": f"demo:{call.id}",
        "created_at": call.at,
        "due_at": call.at + timedelta(minutes=15 if is_urgent else 240),
        "resolved_at": None if is_open else call.at + _ANSWERED_AFTER,
    }


def _approval(clinic: DemoClinic, booking: DemoBooking) -> Row:
    wall = booking.starts_at.astimezone(zone_of(clinic.time_zone))
    return {
        "id": demo_id(booking.id, "approval"),
        "org_id": clinic.id,
        "kind": "approval",
        "title": f"Approve a {booking.service.lower()} for {booking.patient}",
        "body": f"{wall:%a} {wall.day} {wall:%b}, {wall.hour % 12 or 12}:{wall:%M %p} "
        f"with {booking.practitioner}. Long, so somebody approves it.",
        "callback_number": clinic.phone_of(booking.patient),
        "contact_id": contact_id(clinic, booking.patient),
        "request_key": f"demo:{booking.id}",
        "created_at": booking.made_at,
        "due_at": booking.starts_at,
    }


def _booking(clinic: DemoClinic, booking: DemoBooking, calls: set[UUID]) -> Row:
    call_id = call_id_of(booking)
    return {
        "id": booking.id,
        "org_id": clinic.id,
        "practitioner_id": practitioner_id(clinic, booking.practitioner),
        "service_id": service_id(clinic, booking.service),
        "contact_id": contact_id(clinic, booking.patient),
        "call_id": call_id if call_id in calls else None,
        "patient_name": booking.patient,
        "patient_phone": clinic.phone_of(booking.patient),
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "blocks_from": booking.starts_at,
        "blocks_until": booking.blocks_until,
        "status": booking.status,
        "source": "phone" if booking.by_phone else "staff",
        "request_key": f"demo:{booking.id}",
        "created_at": booking.made_at,
        "updated_at": booking.made_at,
        "created_by": None if booking.by_phone else clinic.person_id(clinic.people[0]),
    }
