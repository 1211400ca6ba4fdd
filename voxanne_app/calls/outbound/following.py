"""What is heard of a call that the clinic made itself, and what that means for the attempt and its case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.cases import settle_itself
from voxanne_app.calls.evidence import CallRecord
from voxanne_app.calls.outbound.asking import enqueue_dialling
from voxanne_app.calls.outbound.dialling import NO_LINE, unknown_key
from voxanne_app.foundation.changes import announce

# Ended before it began, because all lines were taken: nobody was rung.
_NEVER_RANG = "concurrency-limit-reached"
_NOT_A_TALK = frozenset(("missed", "voicemail", "failed"))
_AGAIN = timedelta(seconds=15)

# By the call once that is known, before by the name that was given to it. An attempt that was given up as
# unknown has been dialled after all.
_LINK = text("""
    update outbound_calls set call_id = :call_id, line_until = null,
      state = case when state in ('dialling', 'unknown') then 'dialled' else state end,
      note = case when state = 'unknown' then '' else note end
    where org_id = :org_id and call_name = :call_name and (call_id is null or call_id = :call_id)
      and state in ('dialling', 'dialled', 'unknown', 'ended')
    returning id, kind, state, case_id, talked_at
""")
_OF_CALL = text("""
    select id, kind, state, case_id, talked_at from outbound_calls
    where org_id = :org_id and call_id = :call_id for no key update
""")
_IS_TEST = text(
    "update call_logs set is_test = true where org_id = :org_id and id = :call_id and not is_test"
)
_END = text("""
    update outbound_calls set state = 'ended', settled_at = :now where org_id = :org_id and id = :id
""")
_AGAIN_LATER = text("""
    update outbound_calls set state = 'asked', call_id = null, dialling_at = null, due_at = :due_at,
      note = :note, call_name = gen_random_uuid()  -- the call that never rang keeps the old one
    where org_id = :org_id and id = :id
""")
_TALKED = text("update outbound_calls set talked_at = :now where org_id = :org_id and id = :id")
_KEY_OF_CASE = text("select request_key from cases where org_id = :org_id and id = :case_id")


@dataclass(frozen=True)
class Attempt:
    """The attempt that a call was made by."""

    id: UUID
    kind: str
    state: str
    case_id: UUID | None
    talked_at: datetime | None

    @property
    def is_test(self) -> bool:
        return self.kind == "test"


def linked(session: Session, call_name: Any, *, org_id: UUID, call_id: UUID, now: datetime) -> Attempt | None:
    """Whose call this is; None for one that nobody here asked for. `call_name` is the name it bears."""
    connection = session.connection()
    where = {"org_id": org_id, "call_id": call_id}
    row = connection.execute(_OF_CALL, where).one_or_none()
    named = _identifier(call_name)
    if row is None and named:
        row = connection.execute(_LINK, where | {"call_name": named}).one_or_none()
        if row:
            settle_itself(session, unknown_key(row.id), org_id=org_id, resolved_at=now)
    if row is None:
        return None
    attempt = Attempt(*row)
    if attempt.is_test:
        connection.execute(_IS_TEST, where)
    return attempt


def attempt_of(
    session: Session, record: CallRecord, *, org_id: UUID, call_id: UUID, now: datetime
) -> Attempt | None:
    """The attempt that made this call; None for all that came in, and for what others had dialled."""
    if record.value("direction") != "outbound":
        return None
    return linked(session, record.value("metadata.call_name"), org_id=org_id, call_id=call_id, now=now)


def follow(
    session: Session,
    attempt: Attempt,
    record: CallRecord,
    call: Mapping[str, Any],
    *,
    org_id: UUID,
    now: datetime,
) -> None:
    """Bring the attempt up to date with its call. `call`: the call's columns as they are now."""
    if call["status"] != "ended":
        return
    if attempt.state == "dialled" and _NEVER_RANG in (call["ended_reason"] or ""):
        _try_again(session, attempt, org_id=org_id, now=now)
        return
    where = {"org_id": org_id, "id": attempt.id, "now": now}
    if attempt.state != "ended":
        session.connection().execute(_END, where)
    has_talked = record.value("caller_spoke") and call["outcome"] not in _NOT_A_TALK
    if has_talked and attempt.talked_at is None:
        session.connection().execute(_TALKED, where)
        _settle_case(session, attempt, org_id=org_id, now=now)


def _try_again(session: Session, attempt: Attempt, *, org_id: UUID, now: datetime) -> None:
    due_at = now + _AGAIN
    values = {"org_id": org_id, "id": attempt.id, "due_at": due_at, "note": NO_LINE}
    session.connection().execute(_AGAIN_LATER, values)
    enqueue_dialling(session, attempt.id, org_id=org_id, due_at=due_at)
    announce(session, org_id=org_id, topic="calls")


def _settle_case(session: Session, attempt: Attempt, *, org_id: UUID, now: datetime) -> None:
    """They have talked: whoever waited to be called back waits no more. A person may open it again."""
    if attempt.case_id:
        values = {"org_id": org_id, "case_id": attempt.case_id}
        key = session.connection().execute(_KEY_OF_CASE, values).scalar_one()
        settle_itself(session, key, org_id=org_id, resolved_at=now)


def _identifier(call_name: Any) -> UUID | None:
    try:
        return UUID(str(call_name)) if call_name and len(str(call_name)) == 36 else None
    except ValueError:
        return None
