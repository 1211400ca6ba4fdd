"""The rows of what the assistant asked for: our own answers, and what histories tell of the others."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.ports import AskedTool, Line, digest_of_arguments
from voxanne_app.foundation.database import at_the_end
from voxanne_app.foundation.direct import ask

Verdict = Literal["done", "refused", "failed"]

_BEGIN = b"select * from begin_tool_call($1, $2, $3, $4, $5, $6)"
_ANSWER = b"select answer_tool_call($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
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


Key = tuple[str, str]  # the vendor's id, and what it was given to: the model at times uses one id twice


@dataclass(frozen=True)
class BegunTool:
    """`result` and `data` are there when the same request was answered before."""

    call_id: UUID
    key: Key
    verdict: Verdict | None
    result: str | None
    data: dict[str, Any] | None

    @property
    def is_answered(self) -> bool:
        """A tool that failed is tried again when it is asked for again."""
        return self.verdict in ("done", "refused")


@dataclass(frozen=True)
class GivenAnswer:
    begun: BegunTool
    asked: AskedTool
    verdict: Verdict
    result: str
    data: Mapping[str, Any]
    took_ms: int


def begin(
    session: Session, vendor_call_id: str, asked: Sequence[AskedTool], *, line: Line, now: datetime
) -> list[BegunTool]:
    """Look what was asked for before: an entry per request, in order. A call not heard of before is opened.

    Whoever comes with the same request waits until the commit.
    """
    keys = [(tool.vendor_tool_call_id, digest_of_arguments(tool.name, tool.arguments)) for tool in asked]
    begun = {}
    for key in sorted(set(keys)):  # all in one order: two that ask for the same wait, rather than deadlock
        found = ask(session, _BEGIN, line.org_id, vendor_call_id, line.agent_id, now, *key)
        call_id, verdict, result, data = found[0]
        begun[key] = BegunTool(call_id, key, verdict, result, data)
    return [begun[key] for key in keys]


def record(session: Session, answers: Iterable[GivenAnswer], *, org_id: UUID, now: datetime) -> None:
    """Keep what was asked and answered, for the log and for whoever asks the same again."""
    for given in answers:
        arguments = orjson.dumps(dict(given.asked.arguments)).decode()
        data = orjson.dumps(dict(given.data)).decode()
        request = org_id, given.begun.call_id, now, *given.begun.key, given.asked.name, arguments
        at_the_end(session, _ANSWER, *request, given.verdict, given.result, data, given.took_ms)


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
