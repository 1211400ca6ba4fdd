"""One call, and the calls that are on now, as screens show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# A call whose end was never heard of is not on the phone for ever; the longest one Vapi allows is 12 hours,
# ours end after 10 minutes unless an agent says otherwise.
LIVE_FOR = timedelta(hours=2)

_CALL = """
    select c.id, c.vendor_call_id, coalesce(nullif(k.name, ''), c.caller_name, '') as caller, c.caller_number,
      k.created_at as known_since, c.direction, c.status, c.outcome, c.ended_reason, c.summary,
      coalesce(a.name, '') as agent, c.created_at, c.started_at, c.ended_at, c.duration_seconds, c.cost_usd,
      c.has_report, c.recording_url is not null as has_recording, c.success_evaluation, c.agent_version,
      c.agent_id, c.is_test
    from call_logs c
    left join agents a on a.org_id = c.org_id and a.id = c.agent_id
    left join contacts k on k.org_id = c.org_id and k.id = c.contact_id
    where c.org_id = :org_id and
"""
_ONE = text(f"{_CALL} c.id = :call_id")
_LIVE = text(f"{_CALL} c.status <> 'ended' and c.created_at > :since order by c.created_at desc limit 20")
_TURNS = text("""
    select call_id, speaker, words, said_at, offset_seconds from call_turns
    where org_id = :org_id and call_id = any(:call_ids) order by call_id, position
""")
_TOOLS = text("""
    select t.call_id, t.name, t.arguments, t.verdict, t.result, t.requested_at,
      coalesce(t.offset_seconds, extract(epoch from t.requested_at - c.started_at)) as offset_seconds,
      t.took_ms
    from call_tool_calls t join call_logs c on c.org_id = t.org_id and c.id = t.call_id
    where t.org_id = :org_id and t.call_id = any(:call_ids)
    order by t.call_id, t.requested_at nulls first, t.id
""")


class CallNotFound(Exception):
    """There is no such call in this organization."""


@dataclass(frozen=True)
class TurnView:
    speaker: str
    words: str
    said_at: datetime | None
    offset_seconds: Decimal | None
    duration_seconds: Decimal | None = None
    waited_seconds: Decimal | None = None  # by the caller, for the agent to begin
    position: int = 0


@dataclass(frozen=True)
class ToolCallView:
    """`verdict` is done, refused or failed; None when somebody else's server answered."""

    name: str
    arguments: dict[str, Any]
    verdict: str | None
    result: str | None
    requested_at: datetime | None
    offset_seconds: Decimal | None
    took_ms: int | None


@dataclass(frozen=True)
class CallView:
    id: UUID
    vendor_call_id: str
    caller: str
    caller_number: str | None
    known_since: datetime | None
    direction: str
    status: str
    outcome: str | None
    ended_reason: str | None
    summary: str | None
    agent: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: Decimal | None
    cost_usd: Decimal | None
    has_report: bool
    has_recording: bool
    success_evaluation: str | None
    agent_version: int | None = None
    is_test: bool = False
    agent_id: UUID | None = None
    turns: tuple[TurnView, ...] = ()
    tool_calls: tuple[ToolCallView, ...] = ()

    @property
    def conversation(self) -> tuple[TurnView | ToolCallView, ...]:
        """What was said and done, in the order it happened; what has no time keeps its place."""
        return in_order(self.turns, self.tool_calls, started_at=self.started_at or self.created_at)


def in_order(
    turns: tuple[TurnView, ...], tool_calls: tuple[ToolCallView, ...], *, started_at: datetime
) -> tuple[TurnView | ToolCallView, ...]:
    """Each tool call stands before the first turn that was said after it was asked for.

    The vendor's report counts seconds from the start; while a call is on there is only the clock.
    """

    def seconds(item: TurnView | ToolCallView) -> float | None:
        if item.offset_seconds is not None:
            return float(item.offset_seconds)
        moment = item.said_at if isinstance(item, TurnView) else item.requested_at
        return (moment - started_at).total_seconds() if moment else None

    waiting = sorted(tool_calls, key=lambda tool_call: _or_last(seconds(tool_call)))
    merged: list[TurnView | ToolCallView] = []
    for turn in turns:
        said = seconds(turn)
        while waiting and said is not None and _or_last(seconds(waiting[0])) < said:
            merged.append(waiting.pop(0))
        merged.append(turn)
    return (*merged, *waiting)


def _or_last(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds


def call_detail(session: Session, *, org_id: UUID, call_id: UUID) -> CallView:
    """One call, without what was said: that may be long, see calls/conversation.py. Raises CallNotFound."""
    row = session.connection().execute(_ONE, {"org_id": org_id, "call_id": call_id}).one_or_none()
    if row is None:
        raise CallNotFound("This call does not exist.")
    return CallView(**row._mapping)


def live_calls(session: Session, *, org_id: UUID, now: datetime) -> tuple[CallView, ...]:
    """The calls that are on, the newest first, with what was said so far."""
    found = session.connection().execute(_LIVE, {"org_id": org_id, "since": now - LIVE_FOR})
    return _with_conversations(session, org_id, [dict(row._mapping) for row in found])


def _with_conversations(session: Session, org_id: UUID, calls: list[dict[str, Any]]) -> tuple[CallView, ...]:
    """Two queries for all of them together."""
    if not calls:
        return ()
    values = {"org_id": org_id, "call_ids": [call["id"] for call in calls]}
    turns: dict[UUID, list[TurnView]] = {}
    for row in session.connection().execute(_TURNS, values):
        turns.setdefault(row.call_id, []).append(TurnView(*row[1:]))
    tools: dict[UUID, list[ToolCallView]] = {}
    for row in session.connection().execute(_TOOLS, values):
        tools.setdefault(row.call_id, []).append(ToolCallView(*row[1:]))
    return tuple(
        CallView(**call, turns=tuple(turns.get(call["id"], ())), tool_calls=tuple(tools.get(call["id"], ())))
        for call in calls
    )
