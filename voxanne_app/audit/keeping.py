"""Keeping the audit: sealing what waits, noting how a chain looked, anchoring it, letting go after six years.

All of it is the platform's own work: `session` has the claims of the system.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.chain import Anchor, Verdict

KEPT_YEARS = 6

_NOTE = """
    update audit_heads h set checked_at = now(), checked_through = :entries, problem = nullif(:problem, '')
    where {of}
"""
_CHAINS = text("select org_id from audit_heads order by org_id nulls first")
# A head that has not moved since its last anchor needs no new one.
_ANCHOR = text("""
    insert into audit_events (org_id, actor_kind, action, subject_kind, subject_id, details)
    select null, 'system', 'audit.anchored', 'chain', h.org_id::text,
      jsonb_build_object('number', h.number, 'hash', encode(h.hash, 'hex'))
    from audit_heads h where h.org_id is not null and not exists (select from audit_events a
      where a.org_id is null and a.subject_id = h.org_id::text and a.action = 'audit.anchored'
      and (a.details ->> 'number')::bigint = h.number)
""")
_PLATFORMS_HEAD = text("select number, encode(hash, 'hex') as hash from audit_heads where org_id is null")
_CLOSE = text("""
    select audit_close(cast(:org_id as uuid), now() - make_interval(years => :years)) as closed
""")
_STATE = """
    select coalesce(h.number - h.closed_through, 0) as entries, h.checked_at,
      coalesce(h.problem, '') as problem,
      (select count(*) from audit_events e where {waiting} and e.number is null) as waiting
    from (values (1)) as one left join audit_heads h on {of}
"""
_WAITING = text("select distinct org_id from audit_events where number is null order by org_id nulls first")
_SEAL = text("select audit_seal_chain(cast(:org_id as uuid))")


@dataclass(frozen=True)
class ChainState:
    """A chain as it was when it was last walked; `checked_at` is None when it never was.

    `waiting`: how many entries have no place in it yet.
    """

    entries: int = 0
    checked_at: datetime | None = None
    problem: str = ""
    waiting: int = 0


def chain_state(session: Session, org_id: UUID | None) -> ChainState:
    """Of the organization that asks; None: the platform's, for operators."""
    asked = _STATE.format(of=_of(org_id), waiting=_of(org_id, "e"))
    row = session.connection().execute(text(asked), {"org_id": org_id}).one()
    return ChainState(**row._mapping)


def note_walk(session: Session, org_id: UUID | None, verdict: Verdict) -> None:
    """Write down how a chain looked, for its screen."""
    values = {"org_id": org_id, "entries": verdict.entries, "problem": verdict.problem}
    session.connection().execute(text(_NOTE.format(of=_of(org_id))), values)


def chains(session: Session) -> list[UUID | None]:
    """Every chain there is, the platform's own (None) first."""
    return list(session.connection().execute(_CHAINS).scalars())


def chains_that_wait(session: Session) -> list[UUID | None]:
    """Those with entries that have no place yet."""
    return list(session.connection().execute(_WAITING).scalars())


def seal(session: Session, org_id: UUID | None) -> None:
    """Give every entry that waits its place. Holds the end of the chain until the commit: one at a time."""
    session.connection().execute(_SEAL, {"org_id": org_id})


def anchor_heads(session: Session) -> None:
    """Put every clinic's head into the platform's chain."""
    session.connection().execute(_ANCHOR)


def platforms_anchor(session: Session) -> Anchor | None:
    """For the logs, once the transaction that anchored is committed."""
    row = session.connection().execute(_PLATFORMS_HEAD).one_or_none()
    return Anchor(row.number, row.hash) if row else None


def close_old(session: Session, org_id: UUID | None) -> int:
    """Let go of what is older than six years; an entry says up to where. How many entries that were."""
    closed = session.connection().execute(_CLOSE, {"org_id": org_id, "years": KEPT_YEARS})
    return int(closed.scalar_one())


def _of(org_id: UUID | None, alias: str = "h") -> str:
    return f"{alias}.org_id = :org_id" if org_id else f"{alias}.org_id is null"
