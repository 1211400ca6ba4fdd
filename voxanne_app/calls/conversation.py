"""What was said and done in a call, a stretch of it at a time, and where in it some words are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.queries import ToolCallView, TurnView, in_order

# About ten minutes of talk: what a screen can draw at once without anybody waiting.
STRETCH = 150
_MOST_FOUND = 100
# A pause longer than this is not the agent's: the line was quiet, or the caller was on hold.
_LONGEST_WAIT = 60

# One turn more than is shown tells where the stretch ends.
_TURNS = text("""
    select speaker, words, said_at, offset_seconds, duration_seconds, waited, position from (
      select position, speaker, words, said_at, offset_seconds, duration_seconds,
        case when speaker = 'agent' and lag(speaker) over w = 'caller'
          then offset_seconds - lag(offset_seconds + coalesce(duration_seconds, 0)) over w end as waited
      from call_turns where org_id = :org_id and call_id = :call_id and position >= :before
      window w as (order by position)
    ) t where position >= :first order by position limit :count
""")
_ABOUT = text("""
    select count(*) as turns, percentile_cont(0.5) within group (order by waited) as usual_wait,
      max(waited) as longest_wait
    from (
      select case when speaker = 'agent' and lag(speaker) over w = 'caller'
          then offset_seconds - lag(offset_seconds + coalesce(duration_seconds, 0)) over w end as waited
      from call_turns where org_id = :org_id and call_id = :call_id window w as (order by position)
    ) t where waited is null or waited between 0 and :longest
""")
_TOOLS = text("""
    select t.name, t.arguments, t.verdict, t.result, t.requested_at,
      coalesce(t.offset_seconds, extract(epoch from t.requested_at - c.started_at)) as offset_seconds,
      t.took_ms
    from call_tool_calls t join call_logs c on c.org_id = t.org_id and c.id = t.call_id
    where t.org_id = :org_id and t.call_id = :call_id
    order by t.requested_at nulls first, t.id
""")
_FIND = text("""
    select position, speaker, words, offset_seconds from call_turns
    where org_id = :org_id and call_id = :call_id and words ilike :pattern
    order by position limit :at_most
""")
_AT = text("""
    select coalesce(max(position), 0) from call_turns
    where org_id = :org_id and call_id = :call_id and offset_seconds <= :seconds
""")


@dataclass(frozen=True)
class Stretch:
    """`first` to `last` are positions of turns, of `total` in all; `tools` are the whole call's."""

    spoken_and_done: tuple[TurnView | ToolCallView, ...]
    tools: tuple[ToolCallView, ...]
    first: int
    last: int
    total: int
    usual_wait: float | None = None
    longest_wait: float | None = None


@dataclass(frozen=True)
class Found:
    position: int
    speaker: str
    words: str
    offset_seconds: Decimal | None


def stretch(
    session: Session, *, org_id: UUID, call_id: UUID, first: int, started_at: datetime, count: int = STRETCH
) -> Stretch:
    """What was said from the turn at `first` on, with what was done meanwhile in its place."""
    of_call: dict[str, Any] = {"org_id": org_id, "call_id": call_id}
    connection = session.connection()
    about = connection.execute(_ABOUT, of_call | {"longest": _LONGEST_WAIT}).one()
    place = {"first": first, "before": max(0, first - 1), "count": count + 1}
    turns = [_turn(row) for row in connection.execute(_TURNS, of_call | place)]
    tools = tuple(ToolCallView(*row) for row in connection.execute(_TOOLS, of_call))
    shown, after = turns[:count], turns[count:]
    here = _of_stretch(tools, shown, after, is_first=first == 0, started_at=started_at)
    return Stretch(
        spoken_and_done=in_order(tuple(shown), here, started_at=started_at),
        tools=tools,
        first=first,
        last=shown[-1].position if shown else first,
        total=max(about.turns, shown[-1].position + 1 if shown else 0),
        usual_wait=about.usual_wait,
        longest_wait=None if about.longest_wait is None else float(about.longest_wait),
    )


def find(session: Session, words: str, *, org_id: UUID, call_id: UUID) -> tuple[Found, ...]:
    """The turns in which `words` occur, whatever their case; the first hundred."""
    literal = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"org_id": org_id, "call_id": call_id, "pattern": f"%{literal}%", "at_most": _MOST_FOUND}
    return tuple(Found(*row) for row in session.connection().execute(_FIND, values))


def position_at(session: Session, seconds: float, *, org_id: UUID, call_id: UUID) -> int:
    """Which turn is heard so many seconds after the beginning."""
    values = {"org_id": org_id, "call_id": call_id, "seconds": seconds}
    return int(session.connection().execute(_AT, values).scalar_one())


def _turn(row: Any) -> TurnView:
    waited = row.waited if row.waited is not None and 0 <= row.waited <= _LONGEST_WAIT else None
    return TurnView(
        row.speaker,
        row.words,
        row.said_at,
        row.offset_seconds,
        row.duration_seconds,
        waited,
        row.position,
    )


def _of_stretch(
    tools: Sequence[ToolCallView],
    shown: Sequence[TurnView],
    after: Sequence[TurnView],
    *,
    is_first: bool,
    started_at: datetime,
) -> tuple[ToolCallView, ...]:
    """The tool calls between the stretch's first turn and the one after it; at the ends, all that is left."""

    def seconds(item: TurnView | ToolCallView) -> float:
        if item.offset_seconds is not None:
            return float(item.offset_seconds)
        moment = item.said_at if isinstance(item, TurnView) else item.requested_at
        return (moment - started_at).total_seconds() if moment else float("inf")

    begin = float("-inf") if is_first or not shown else seconds(shown[0])
    end = seconds(after[0]) if after else float("inf")
    return tuple(
        tool for tool in tools if begin <= seconds(tool) < end or (not after and seconds(tool) == end)
    )
