"""The rows of what the assistant asked for: our own answers, and what histories tell of the others."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.ports import AskedTool, digest_of_arguments

Verdict = Literal["done", "refused", "failed"]

# Whoever comes second with the same request waits here for the first one's commit, and then sees its answer.
_BEGIN = text("""
    insert into call_tool_calls as known (org_id, call_id, vendor_tool_call_id, arguments_digest, name,
    arguments, requested_at) values (:org_id, :call_id, :vendor_tool_call_id, :digest, :name, cast(:arguments
    as jsonb), :requested_at) on conflict (org_id, call_id, vendor_tool_call_id, arguments_digest) do update
    set requested_at = least(known.requested_at, excluded.requested_at) returning id, verdict, result,
    result_data
""")
_ANSWER = text("""
    update call_tool_calls set verdict = :verdict, result = :result, result_data = cast(:data as jsonb),
      took_ms = :took_ms where org_id = :org_id and id = :id
""")
# Only ever grows, so that histories may come in any order; what we answered ourselves is not overwritten.
_REMEMBER = text("""
    insert into call_tool_calls as known (org_id, call_id, vendor_tool_call_id, arguments_digest, name,
    arguments, result, requested_at, offset_seconds) values (:org_id, :call_id, :vendor_tool_call_id, :digest,
    :name, cast(:arguments as jsonb), :result, :requested_at, :offset_seconds) on conflict (org_id, call_id,
    vendor_tool_call_id, arguments_digest) do update set result = case when known.verdict is null then
    greatest(known.result, excluded.result) else known.result end, requested_at = least(known.requested_at,
    excluded.requested_at), offset_seconds = least(known.offset_seconds, excluded.offset_seconds)
""")
_ANSWERS = text("""
    select name, verdict from call_tool_calls
    where org_id = :org_id and call_id = :call_id and verdict is not null order by requested_at, id
""")


@dataclass(frozen=True)
class LoggedTool:
    """`result` and `data` are there when the same request was answered before."""

    id: UUID
    verdict: Verdict | None
    result: str | None
    data: dict[str, Any] | None


def begin(
    session: Session,
    *,
    org_id: UUID,
    call_id: UUID,
    vendor_tool_call_id: str,
    name: str,
    arguments: Mapping[str, Any],
    requested_at: datetime,
) -> LoggedTool:
    """Note that a tool is asked for. The row stays locked until the transaction ends."""
    values = {
        "org_id": org_id,
        "call_id": call_id,
        "vendor_tool_call_id": vendor_tool_call_id,
        "digest": digest_of_arguments(name, arguments),
        "name": name,
        "arguments": json.dumps(dict(arguments)),
        "requested_at": requested_at,
    }
    row = session.connection().execute(_BEGIN, values).one()
    return LoggedTool(row.id, row.verdict, row.result, row.result_data)


def answer(
    session: Session,
    tool_id: UUID,
    *,
    org_id: UUID,
    verdict: Verdict,
    result: str,
    data: Mapping[str, Any],
    took_ms: int,
) -> None:
    values = {"verdict": verdict, "result": result, "data": json.dumps(dict(data)), "took_ms": took_ms}
    session.connection().execute(_ANSWER, {"org_id": org_id, "id": tool_id, **values})


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
