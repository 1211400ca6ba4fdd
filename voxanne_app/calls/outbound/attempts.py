"""Calls that were asked for, as screens show them: what each waits for, how it goes, and what came of it."""

# ruff: noqa: S608 - the statements are made of constants

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# What is over is shown for a while: whoever asked wants to know.
SHOWN_FOR = timedelta(hours=2)
_OF_A_CALL_FOR = timedelta(days=7)

_SELECT = """
    select o.id, o.kind, o.state, o.number, o.callee, o.about, o.due_at, o.note, o.asked_at, o.asked_by_name,
      o.settled_at, o.call_id, o.about_call_id, o.case_id, a.name as agent, c.status as call_status,
      c.outcome as call_outcome
    from outbound_calls o
    join agents a on a.org_id = o.org_id and a.id = o.agent_id
    left join call_logs c on c.org_id = o.org_id and c.id = o.call_id
    where o.org_id = :org_id
"""
_LATELY = text(f"""{_SELECT} and o.kind = 'callback' and o.asked_at > :day_ago
    and (o.state in ('asked', 'dialling', 'dialled') or o.settled_at > :since)
    order by o.settled_at is not null, o.due_at, o.id limit 20
""")
_ABOUT_CALL = text(f"""{_SELECT} and o.kind = 'callback' and (o.call_id = :call_id
      or o.number = (select caller_number from call_logs where org_id = :org_id and id = :call_id)
        and o.asked_at > :since)
    order by o.asked_at desc, o.id limit 5
""")
_TEST = text(f"""{_SELECT} and o.kind = 'test' and o.agent_id = :agent_id and o.asked_by = :person_id
    and o.asked_at > :day_ago order by o.asked_at desc, o.id limit 1
""")


@dataclass(frozen=True)
class AttemptRow:
    """`call_status` and `call_outcome` are of the call that was made, once there is one."""

    id: UUID
    kind: str
    state: str
    number: str
    callee: str
    about: str
    due_at: datetime
    note: str
    asked_at: datetime
    asked_by_name: str
    settled_at: datetime | None
    call_id: UUID | None
    about_call_id: UUID | None
    case_id: UUID | None
    agent: str
    call_status: str | None
    call_outcome: str | None


def lately(session: Session, *, org_id: UUID, now: datetime) -> tuple[AttemptRow, ...]:
    """What waits and what is on, the next one first; then what has come of others within two hours."""
    values = {"org_id": org_id, "since": now - SHOWN_FOR, "day_ago": now - timedelta(days=2)}
    return tuple(AttemptRow(*row) for row in session.connection().execute(_LATELY, values))


def around_call(session: Session, *, org_id: UUID, call_id: UUID, now: datetime) -> tuple[AttemptRow, ...]:
    """The attempt that made this call, and those of a week to the number that was on its other end."""
    values = {"org_id": org_id, "call_id": call_id, "since": now - _OF_A_CALL_FOR}
    return tuple(AttemptRow(*row) for row in session.connection().execute(_ABOUT_CALL, values))


def newest_test(
    session: Session, *, org_id: UUID, agent_id: UUID, person_id: UUID, now: datetime
) -> AttemptRow | None:
    """The last call that this person had an agent make to their own phone, within a day."""
    values = {"org_id": org_id, "agent_id": agent_id, "person_id": person_id}
    found = session.connection().execute(_TEST, values | {"day_ago": now - timedelta(days=1)})
    row = found.one_or_none()
    return AttemptRow(*row) if row else None
