"""The rows of what the assistant asked for: our own answers, and what histories tell of the others."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.ports import AskedTool, Line, digest_of_arguments
from voxanne_app.foundation.direct import ask

Verdict = Literal["done", "refused", "failed"]

_BEGIN = b"select * from begin_tool_call($1, $2, $3, $4, $5, $6, $7, $8)"
_ANSWER = b"select answer_tool_call($1, $2, $3, $4, $5, $6)"
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
    """Note what is asked for: an entry per request, in order. Their rows stay locked until the commit.

    A call that nothing was heard of before is opened.
    """
    keys = [(tool.vendor_tool_call_id, digest_of_arguments(tool.name, tool.arguments)) for tool in asked]
    different = dict(zip(keys, asked, strict=True))
    logged = {}
    for (tool_id, digest), tool in sorted(different.items(), key=itemgetter(0)):  # in one order: no deadlock
        arguments = orjson.dumps(dict(tool.arguments)).decode()
        who = line.org_id, vendor_call_id, line.agent_id, now
        ((*found,),) = ask(session, _BEGIN, *who, tool_id, digest, tool.name, arguments)
        logged[tool_id, digest] = LoggedTool(*found)
    return [logged[key] for key in keys]


def record(session: Session, answers: Sequence[GivenAnswer], *, org_id: UUID) -> None:
    """Keep what was answered, for the log and for whoever asks the same again."""
    for answer in answers:
        data = orjson.dumps(dict(answer.data)).decode()
        ask(session, _ANSWER, org_id, answer.tool_id, answer.verdict, answer.result, data, answer.took_ms)


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
