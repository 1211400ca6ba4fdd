"""The rows of what was said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.ports import SpokenTurn

# Rows that stay the same are not written again: a live call sends its history with each sentence.
_WRITE = text("""
    insert into call_turns as known (org_id, call_id, position, speaker, words, said_at, offset_seconds,
      duration_seconds)
    select :org_id, :call_id, turn.* from unnest(cast(:positions as int[]), cast(:speakers as text[]),
      cast(:words as text[]), cast(:said_at as timestamptz[]), cast(:offsets as numeric[]),
      cast(:durations as numeric[])) as turn
    on conflict (org_id, call_id, position) do update set speaker = excluded.speaker, words = excluded.words,
      said_at = excluded.said_at, offset_seconds = excluded.offset_seconds,
      duration_seconds = excluded.duration_seconds
    where (known.speaker, known.words, known.said_at, known.offset_seconds, known.duration_seconds)
      is distinct from (excluded.speaker, excluded.words, excluded.said_at, excluded.offset_seconds,
        excluded.duration_seconds)
""")
_CUT = text("delete from call_turns where org_id = :org_id and call_id = :call_id and position >= :count")
_READ = text("""
    select speaker, words, said_at, offset_seconds, duration_seconds from call_turns
    where org_id = :org_id and call_id = :call_id order by position limit :count
""")


def write_turns(session: Session, turns: Sequence[SpokenTurn], *, org_id: UUID, call_id: UUID) -> None:
    """Make `turns` all that was said in this call."""
    of_call: dict[str, Any] = {"org_id": org_id, "call_id": call_id}
    columns = {
        "positions": list(range(len(turns))),
        "speakers": [turn.speaker for turn in turns],
        "words": [turn.words for turn in turns],
        "said_at": [turn.said_at for turn in turns],
        "offsets": [turn.offset_seconds for turn in turns],
        "durations": [turn.duration_seconds for turn in turns],
    }
    session.connection().execute(_WRITE, of_call | columns)
    session.connection().execute(_CUT, of_call | {"count": len(turns)})


def read_turns(session: Session, *, org_id: UUID, call_id: UUID, count: int) -> tuple[SpokenTurn, ...]:
    """The first `count` turns."""
    rows = session.connection().execute(_READ, {"org_id": org_id, "call_id": call_id, "count": count})
    return tuple(
        SpokenTurn(
            row.speaker,
            row.words,
            row.said_at,
            None if row.offset_seconds is None else float(row.offset_seconds),
            None if row.duration_seconds is None else float(row.duration_seconds),
        )
        for row in rows
    )
