"""The rows of what the assistant asked for: our own answers, and what histories tell of the others."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.ports import AskedTool, Line, digest_of_arguments

Verdict = Literal["done", "refused", "failed"]

# One round trip: the call, when nothing was heard of it before, and what is asked for in it. Whoever comes
# second with the same request waits here for the first one's commit, and then sees its answer.
_BEGIN = text("""
    with opened as (
      insert into call_logs (org_id, vendor_call_id, agent_id, created_at, last_event_at)
      select :org_id, :vendor_call_id, :agent_id, :now, :now
      where not exists (select from call_logs where org_id = :org_id and vendor_call_id = :vendor_call_id)
      on conflict (org_id, vendor_call_id) do nothing returning id
    ), this_call as (
      select id from opened
      union all select id from call_logs where org_id = :org_id and vendor_call_id = :vendor_call_id
    )
    insert into call_tool_calls as known
      (org_id, call_id, requested_at, vendor_tool_call_id, arguments_digest, name, arguments)
    select :org_id, this_call.id, :now, asked.id, asked.digest, asked.name,
      cast(asked.arguments as jsonb)
    from this_call, unnest(cast(:ids as text[]), cast(:digests as text[]), cast(:names as text[]),
      cast(:arguments as text[])) as asked (id, digest, name, arguments)
    order by asked.id, asked.digest
    on conflict (org_id, call_id, vendor_tool_call_id, arguments_digest)
    do update set requested_at = least(known.requested_at, excluded.requested_at)
    returning id, call_id, vendor_tool_call_id, arguments_digest, verdict, result, result_data
""")
_ANSWER = text("""
    update call_tool_calls t set verdict = given.verdict, result = given.result,
      result_data = cast(given.data as jsonb), took_ms = given.took_ms
    from unnest(cast(:ids as uuid[]), cast(:verdicts as text[]), cast(:results as text[]),
      cast(:data as text[]), cast(:took_ms as int[])) as given (id, verdict, result, data, took_ms)
    where t.org_id = :org_id and t.id = given.id
""")
# Only ever grows, so that histories may come in any order; what we answered ourselves is not overwritten.
_REMEMBER = text("""
    insert into call_tool_calls as known
      (org_id, call_id, vendor_tool_call_id, arguments_digest, name, arguments, result, requested_at,
       offset_seconds)
    values (:org_id, :call_id, :vendor_tool_call_id, :digest, :name, cast(:arguments as jsonb), :result,
      :requested_at, :offset_seconds)
    on conflict (org_id, call_id, vendor_tool_call_id, arguments_digest) do update set
      result = case when known.verdict is null then greatest(known.result, excluded.result)
        else known.result end,
      requested_at = least(known.requested_at, excluded.requested_at),
      offset_seconds = least(known.offset_seconds, excluded.offset_seconds)
""")
_ANSWERS = text("""
    select name, verdict from call_tool_calls
    where org_id = :org_id and call_id = :call_id and verdict is not null order by requested_at, id
""")


class NotYetVisible(Exception):
    """Somebody else has opened this call in the same moment; asked again, it is there."""


@dataclass(frozen=True)
class LoggedTool:
    """`result` and `data` are there when the same request was answered before."""

    id: UUID
    call_id: UUID
    verdict: Verdict | None
    result: str | None
    data: dict[str, Any] | None

    @property
    def is_answered(self) -> bool:
        """A tool that failed is tried again when it is asked for again."""
        return self.verdict in ("done", "refused")


@dataclass(frozen=True)
class GivenAnswer:
    tool_id: UUID
    verdict: Verdict
    result: str
    data: Mapping[str, Any]
    took_ms: int


def begin(
    session: Session, vendor_call_id: str, asked: Sequence[AskedTool], *, line: Line, now: datetime
) -> list[LoggedTool]:
    """Note what is asked for: an entry per request, in order. Their rows stay locked until the commit."""
    keys = [(tool.vendor_tool_call_id, digest_of_arguments(tool.name, tool.arguments)) for tool in asked]
    different = list({key: (key, tool) for key, tool in zip(keys, asked, strict=True)}.values())
    values = {
        "org_id": line.org_id,
        "vendor_call_id": vendor_call_id,
        "agent_id": line.agent_id,
        "now": now,
        "ids": [key[0] for key, _ in different],
        "digests": [key[1] for key, _ in different],
        "names": [tool.name for _, tool in different],
        "arguments": [json.dumps(dict(tool.arguments)) for _, tool in different],
    }
    logged = {
        (row.vendor_tool_call_id, row.arguments_digest): LoggedTool(
            row.id, row.call_id, row.verdict, row.result, row.result_data
        )
        for row in session.connection().execute(_BEGIN, values)
    }
    if asked and not logged:
        raise NotYetVisible
    return [logged[key] for key in keys]


def record(session: Session, answers: Sequence[GivenAnswer], *, org_id: UUID) -> None:
    """Keep what was answered, for the log and for whoever asks the same again."""
    if not answers:
        return
    values = {
        "org_id": org_id,
        "ids": [answer.tool_id for answer in answers],
        "verdicts": [answer.verdict for answer in answers],
        "results": [answer.result for answer in answers],
        "data": [json.dumps(dict(answer.data)) for answer in answers],
        "took_ms": [answer.took_ms for answer in answers],
    }
    session.connection().execute(_ANSWER, values)


def remember_asked(session: Session, asked: Sequence[AskedTool], *, org_id: UUID, call_id: UUID) -> None:
    """Add what a history shows."""
    rows = [
        {
            "org_id": org_id,
            "call_id": call_id,
            "vendor_tool_call_id": tool.vendor_tool_call_id,
            "digest": digest_of_arguments(tool.name, tool.arguments),
            "name": tool.name,
            "arguments": json.dumps(dict(tool.arguments)),
            "result": tool.result,
            "requested_at": tool.requested_at,
            "offset_seconds": tool.offset_seconds,
        }
        for tool in asked
    ]
    if rows:
        session.connection().execute(_REMEMBER, rows)


def answers_of(session: Session, *, org_id: UUID, call_id: UUID) -> list[tuple[str, str | None]]:
    """The (name, verdict) of what we answered in this call, in the order it was asked."""
    rows = session.connection().execute(_ANSWERS, {"org_id": org_id, "call_id": call_id})
    return [(row.name, row.verdict) for row in rows]
