"""The log of calls: news goes in, in whatever order; each call's row shows the best that is known.

A call's row is locked while news is folded in: two pieces of news about one call wait for each other, those
of different calls do not.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls import projection, recordings, tool_log, turns
from voxanne_app.calls.escalation import EscalatedCall, tell_people
from voxanne_app.calls.evidence import CallRecord, as_json, changed, fold, from_json, has_whole_history
from voxanne_app.calls.opening import is_after_hours
from voxanne_app.calls.outbound import following
from voxanne_app.calls.ports import CallNews, CostItem, Line
from voxanne_app.calls.promises.comparing import compare, compare_others_of_caller
from voxanne_app.calls.transcript import text_of_turns, with_finals
from voxanne_app.contacts.contacts import remember
from voxanne_app.costs.ledger import Charge, record_costs_of_call
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

_OPEN = text("""
    insert into call_logs (org_id, vendor_call_id, agent_id, created_at, last_event_at)
    values (:org_id, :vendor_call_id, :agent_id, :now, :now)
    on conflict (org_id, vendor_call_id) do nothing returning id
""")
_FIND = text("select id from call_logs where org_id = :org_id and vendor_call_id = :vendor_call_id")
_LOCK = text("""
    select id, agent_id, contact_id, evidence, created_at, hours_judged_at, said_and_done from call_logs
    where org_id = :org_id and id = :id for no key update
""")
# The carrier's part of the bill was seen to come some seconds after the report; minutes are safe.
LOOKED_AT_AGAIN = timedelta(minutes=5)
_COLUMNS = [
    "agent_id",
    "agent_version",
    "contact_id",
    "direction",
    "status",
    "caller_number",
    "caller_name",
    "our_number",
    "created_at",
    "started_at",
    "ended_at",
    "duration_seconds",
    "ended_reason",
    "outcome",
    "summary",
    "success_evaluation",
    "structured_data",
    "recording_url",
    "stereo_recording_url",
    "cost_usd",
    "has_report",
    "has_booking",
    "metadata",
    "evidence",
    "last_event_at",
]
_JSON = frozenset(("structured_data", "metadata", "evidence"))
_SHOW = text(
    "update call_logs set "  # noqa: S608 - names of columns, from above
    + ", ".join(
        f"{name} = " + (f"cast(:{name} as jsonb)" if name in _JSON else f":{name}") for name in _COLUMNS
    )
    + ", updated_at = now() where org_id = :org_id and id = :id"
)
_OPENING = text("""
    update call_logs set is_after_hours = :closed, hours_judged_at = :at where org_id = :org_id and id = :id
""")
_TRANSCRIBE = text("update call_logs set transcript = :words where org_id = :org_id and id = :id")


def open_call(session: Session, vendor_call_id: str, *, line: Line, now: datetime) -> UUID:
    """The id of this call's row, which is made when nothing was heard of the call before."""
    of_call = {"org_id": line.org_id, "vendor_call_id": vendor_call_id}
    found = session.connection().execute(_FIND, of_call).scalar_one_or_none()
    if found is None:
        values = of_call | {"agent_id": line.agent_id, "now": now}
        found = session.connection().execute(_OPEN, values).scalar_one_or_none()
    if found is None:  # somebody else has just made it
        found = session.connection().execute(_FIND, of_call).scalar_one()
    return UUID(str(found))


def take_in(session: Session, news: CallNews, *, line: Line, now: datetime) -> UUID:
    """Fold `news` into its call and show what is known now; returns the call's id."""
    org_id = line.org_id
    call_id = open_call(session, news.vendor_call_id, line=line, now=now)
    held = session.connection().execute(_LOCK, {"org_id": org_id, "id": call_id}).one()
    before = from_json(held.evidence)
    after = fold(before, news)
    tool_log.remember_asked(session, news.tools, org_id=org_id, call_id=call_id)
    answers = tool_log.answers_of(session, org_id=org_id, call_id=call_id)
    attempt = following.attempt_of(session, after, org_id=org_id, call_id=call_id, now=now)
    is_test = attempt is not None and attempt.is_test
    columns = projection.columns_of(after, answers, first_heard_at=held.created_at)
    columns |= {
        "agent_id": held.agent_id or line.agent_id,
        "contact_id": held.contact_id or (None if is_test else _contact_of(session, after, org_id)),
        "evidence": as_json(after),
    }
    began_at = columns["started_at"] or columns["created_at"]
    if line.time_zone and began_at != held.hours_judged_at:
        _show_opening(session, call_id, line.time_zone, org_id=org_id, at=began_at)
    plain = {name: json.dumps(columns[name]) if name in _JSON else columns[name] for name in _COLUMNS}
    session.connection().execute(_SHOW, plain | {"org_id": org_id, "id": call_id})
    _show_words(session, before, after, org_id=org_id, call_id=call_id)
    if "costs" in changed(before, after):
        _show_costs(session, after, org_id=org_id, call_id=call_id, incurred_at=columns["created_at"])
    if attempt:
        following.follow(session, attempt, after, columns, org_id=org_id, now=now)
    if not is_test:
        _escalate(session, before, after, columns, answers, org_id=org_id, call_id=call_id, now=now)
    _follow_up(session, before, after, org_id=org_id, call_id=call_id, now=now)
    has_news = changed(before, after) or news.tools or held.said_and_done is None
    if columns["status"] == "ended" and has_news and not is_test:
        compare(session, org_id=org_id, call_id=call_id, now=now)
        compare_others_of_caller(session, org_id=org_id, call_id=call_id, contact_id=columns["contact_id"])
    announce(session, org_id=org_id, topic="calls")
    if news.is_tool_request:  # callers' own transactions announce nothing: it is news only now
        announce(session, org_id=org_id, topic="bookings")
        announce(session, org_id=org_id, topic="cases")
    return call_id


def _escalate(
    session: Session,
    before: CallRecord,
    after: CallRecord,
    columns: dict[str, Any],
    answers: Sequence[tuple[str, str | None]],
    *,
    org_id: UUID,
    call_id: UUID,
    now: datetime,
) -> None:
    """By the agent's rules: at once what is urgent, the rest when all is known that was said."""
    just_said = [turn for turn in after.finals - before.finals if turn.speaker == "caller"]
    is_whole = "has_report" in after.registers and bool(changed(before, after) & {"turns", "has_report"})
    if columns["agent_id"] is None or not (just_said or is_whole):
        return
    handed_over = columns["outcome"] == "transferred" or ("take_message", "done") in list(map(tuple, answers))
    number = str(columns["caller_number"] or "")
    call = EscalatedCall(
        org_id=org_id,
        agent_id=columns["agent_id"],
        call_id=call_id,
        number=number if number.startswith("+") else None,
        contact_id=columns["contact_id"],
        was_handed_over=handed_over,
    )
    whole = (after.value("turns") or ()) if is_whole else ()
    analysed = after.value("structured_data") or {}
    tell_people(session, call, just_said=just_said, whole=whole, analysed=analysed, now=now)


def _follow_up(
    session: Session, before: CallRecord, after: CallRecord, *, org_id: UUID, call_id: UUID, now: datetime
) -> None:
    """What the end of a call asks for: its recording is copied at once, and what the platform itself has is
    looked at later, for what is billed late, and in case the report never comes.
    """
    news = changed(before, after)
    if "recording_url" in news and after.value("recording_url"):
        recordings.want(session, org_id=org_id, call_id=call_id, now=now)
    if "has_report" in news or ("status" in news and after.value("status") == "ended"):
        enqueue(
            session,
            "calls.look_again",
            {"call_id": str(call_id)},
            org_id=org_id,
            unique_key=str(call_id),
            due_at=now + LOOKED_AT_AGAIN,
        )


def _show_opening(session: Session, call_id: UUID, zone: str, *, org_id: UUID, at: datetime) -> None:
    """Asked whenever the call's beginning turns out to be another, by the hours of that day as they stand."""
    closed = is_after_hours(session, org_id=org_id, zone=zone, at=at)
    session.connection().execute(_OPENING, {"closed": closed, "at": at, "org_id": org_id, "id": call_id})


def _contact_of(session: Session, record: CallRecord, org_id: UUID) -> UUID | None:
    number: str = record.value("caller_number") or ""
    if not number.startswith("+") or not number[1:].isdigit():
        return None  # a withheld number, or a SIP name, is nobody's in particular
    return remember(session, org_id=org_id, phone=number, name=record.value("caller_name") or "").id


def _show_words(
    session: Session, before: CallRecord, after: CallRecord, *, org_id: UUID, call_id: UUID
) -> None:
    """The turns, and the transcript: as the platform wrote it, or made of the turns once the call is over."""
    news = changed(before, after)
    heard_more = "turns" in news or before.finals != after.finals
    is_over_now = "status" in news and after.value("status") == "ended"
    if not (heard_more or is_over_now or "transcript" in news):
        return
    known = after.registers.get("turns")
    history = after.value("turns") or turns.read_turns(
        session, org_id=org_id, call_id=call_id, count=int(known.strength[0]) if known else 0
    )
    said = history if has_whole_history(after) else with_finals(history, after.finals)
    if heard_more:
        turns.write_turns(session, said, org_id=org_id, call_id=call_id)
    words: Any = after.value("transcript")
    if words is None and "transcript" not in after.registers and after.value("status") == "ended":
        words = text_of_turns(said) or None
    if words is not None:
        session.connection().execute(_TRANSCRIBE, {"words": words, "org_id": org_id, "id": call_id})


def _show_costs(
    session: Session, record: CallRecord, *, org_id: UUID, call_id: UUID, incurred_at: datetime
) -> None:
    charges: list[Charge] = []
    item: CostItem
    for item in record.value("costs"):
        same = sum(charge.component == item.component and charge.detail == item.detail for charge in charges)
        key = f"call:{call_id}:{item.component}:{item.detail}:{same}"
        charges.append(
            Charge(
                key,
                "vapi",
                item.component,
                item.amount_usd,
                item.detail,
                item.quantity,
                item.unit,
                item.usage,
            )
        )
    record_costs_of_call(session, charges, org_id=org_id, call_id=call_id, incurred_at=incurred_at)
