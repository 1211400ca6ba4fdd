"""What is known of a call's words and deeds, gathered from its rows."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlmodel import Session

from voxanne_app.bookings.for_calls import STANDING, bookings_of_caller, names_said
from voxanne_app.calls.promises.promise import Appointment, Done, Evidence, Said
from voxanne_app.foundation.time_zones import zone_of

_OURS = frozenset(
    ("find_free_slots", "book_appointment", "move_appointment", "cancel_appointment", "take_message")
)
_TRANSFERRED = re.compile(
    "assistant-forwarded-call|transfer|call.forwarding|returned-forwarding-phone-number"
)

_CALL = text("""
    select c.contact_id, coalesce(c.started_at, c.created_at) as began, c.ended_reason,
      c.metadata ->> 'transferred_to' is not null as was_transferred, o.time_zone,
      exists (select from cases k where k.org_id = c.org_id and k.call_id = c.id and k.kind <> 'failure')
        as has_case
    from call_logs c join organizations o on o.id = c.org_id where c.org_id = :org_id and c.id = :call_id
""")
_TURNS = text("""
    select position, speaker, words, said_at, offset_seconds from call_turns
    where org_id = :org_id and call_id = :call_id order by position
""")
_TOOLS = text("""
    select name, verdict, result_data, requested_at, offset_seconds from call_tool_calls
    where org_id = :org_id and call_id = :call_id order by requested_at nulls last, id
""")


def gathered(session: Session, *, org_id: UUID, call_id: UUID) -> tuple[tuple[Said, ...], Evidence]:
    """The words of a call that exists, and all that can fulfil them."""
    of_call = {"org_id": org_id, "call_id": call_id}
    connection = session.connection()
    call = connection.execute(_CALL, of_call).one()
    zone = zone_of(call.time_zone)
    turns = connection.execute(_TURNS, of_call).all()
    tools = connection.execute(_TOOLS, of_call).all()
    bookings = bookings_of_caller(session, contact_id=call.contact_id, **of_call)
    services, practitioners = names_said(session, org_id=org_id)
    reason = call.ended_reason or ""
    known = Evidence(
        appointments=[
            Appointment(
                id=str(row.id),
                starts=_wall(row.starts_at, zone),
                is_standing=row.status in STANDING,
                is_of_call=row.call_id == call_id,
                service=row.service,
                practitioner=row.practitioner,
            )
            for row in bookings
        ],
        done=[_done(tool, turns, call.began, zone) for tool in tools if tool.verdict == "done"],
        has_case=call.has_case,
        was_transferred=call.was_transferred or bool(_TRANSFERRED.search(reason)),
        caller_left=reason.startswith("customer-"),
        foreign_tools=frozenset(
            tool.name for tool in tools if tool.verdict is None and tool.name not in _OURS
        ),
        services=services,
        practitioners=practitioners,
    )
    return tuple(_said(turn, call.began, zone) for turn in turns), known


def _said(turn: Row[Any], began: datetime, zone: ZoneInfo) -> Said:
    return Said(
        turn.position, turn.speaker == "agent", turn.words, _wall(_moment(turn, began) or began, zone)
    )


def _moment(turn: Row[Any], began: datetime) -> datetime | None:
    if turn.offset_seconds is not None:
        return began + timedelta(seconds=float(turn.offset_seconds))
    said_at: datetime | None = turn.said_at
    return said_at


def _done(tool: Row[Any], turns: Sequence[Row[Any]], began: datetime, zone: ZoneInfo) -> Done:
    """A tool without a time, or with one that says nothing, came after all that was said."""
    asked = tool.requested_at if tool.offset_seconds is None else _moment(tool, began)
    times = [_moment(turn, began) for turn in turns]
    after = sum(time is None or asked is None or time <= asked for time in times)
    booking = (tool.result_data or {}).get("booking") or {}
    starts = booking.get("starts_at")
    return Done(
        tool=tool.name,
        after=after,
        booking_id=str(booking.get("id", "")),
        starts=_wall(datetime.fromisoformat(starts), zone) if starts else None,
    )


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clinic's clock shows, to the minute."""
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
