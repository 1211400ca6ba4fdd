"""What was compared in a call, with the words it is about, for its screen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_FOUND = text("select said_and_done from call_logs where org_id = :org_id and id = :call_id")
_WORDS = text("""
    select position, words from call_turns
    where org_id = :org_id and call_id = :call_id and position = any(:positions)
""")


@dataclass(frozen=True)
class PromiseView:
    """`words` as they were said, in the turn at `position`; `verdict` and `missing`: see promise.py."""

    kind: str
    position: int
    words: str
    verdict: str
    missing: str
    booking_id: str


@dataclass(frozen=True)
class DeedView:
    """`starts`: the clinic's wall time. `heard` is None when it cannot be told; `stands`: it is still so."""

    tool: str
    booking_id: str
    starts: datetime | None
    heard: bool | None
    position: int | None
    words: str
    stands: bool


@dataclass(frozen=True)
class SaidAndDone:
    promises: tuple[PromiseView, ...] = ()
    deeds: tuple[DeedView, ...] = ()


def said_and_done(session: Session, *, org_id: UUID, call_id: UUID) -> SaidAndDone:
    of_call = {"org_id": org_id, "call_id": call_id}
    connection = session.connection()
    found: dict[str, Any] = connection.execute(_FOUND, of_call).scalar_one_or_none() or {}
    promises, deeds = found.get("promises", ()), found.get("deeds", ())
    positions = [told["turn"] for told in (*promises, *deeds) if told["turn"] is not None]
    if not (promises or deeds):
        return SaidAndDone()
    words = {
        row.position: row.words for row in connection.execute(_WORDS, of_call | {"positions": positions})
    }
    return SaidAndDone(
        tuple(_promise(told, words.get(told["turn"], "")) for told in promises),
        tuple(_deed(told, words.get(told["turn"], "")) for told in deeds),
    )


def _promise(told: dict[str, Any], words: str) -> PromiseView:
    first, last = told["span"]
    return PromiseView(
        told["kind"],
        told["turn"],
        words[first:last].strip(" ,"),
        told["verdict"],
        told["missing"],
        told["booking"],
    )


def _deed(told: dict[str, Any], words: str) -> DeedView:
    starts = datetime.fromisoformat(told["starts"]) if told["starts"] else None
    return DeedView(told["tool"], told["booking"], starts, told["heard"], told["turn"], words, told["stands"])
