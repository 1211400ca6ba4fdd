"""Whether a chain of the audit still is what was written: walked from its first entry to its head.

An edited entry no longer has its hash, a deleted one leaves a gap, swapped ones do both, and when the
newest are cut off the head says so. Whoever changes the head too, or computes a whole chain anew, meets the
anchors: every day each clinic's head goes into the platform's chain, and the platform's head into the logs,
which leave the database (docs/decisions/0015).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# An assistant's entries get their places within a minute or so: whoever waits longer was forgotten.
SEALED_WITHIN = timedelta(minutes=5)

# How the entries of a chain are found; `= null` would find none, and one condition for both no index.
_PLATFORMS, _CLINICS = "{0}.org_id is null", "{0}.org_id = :org_id"

# In one statement, so that an entry which is written meanwhile is either in both, entries and head, or in
# neither.
_WALK = """
    with walked as (
      select e.number, e.hash, e.happened_at,
        case when e.number is null then audit_hash(sha256(''), e) end as own_hash,
        coalesce(lag(e.number) over in_order, h.closed_through, 0) + 1 as due,
        audit_hash(coalesce(lag(e.hash) over in_order, h.closed_hash, sha256('')), e) as right_hash
      from audit_events e left join audit_heads h on {head} where {entry}
      window in_order as (order by e.number)
    )
    select found.*, h.number as head_number, encode(h.hash, 'hex') as head_hash, h.closed_through,
      encode(h.closed_hash, 'hex') as closed_hash
    from (select count(w.number) as entries, coalesce(max(w.number), 0) as last,
        count(*) filter (where w.number is null) as waiting,
        count(*) filter (where w.number is null and w.hash is distinct from w.own_hash) as touched,
        count(*) filter (where w.number is null and w.happened_at < now() - cast(:sealed_in as interval))
          as overdue,
        min(w.number) filter (where w.number <> w.due) as after_gap,
        min(w.number) filter (where w.hash is distinct from w.right_hash) as changed,
        encode((select e.hash from audit_events e where {entry} and e.number is not null
          order by e.number desc limit 1), 'hex') as last_hash
      from walked w) found left join audit_heads h on {head}
"""
_CLOSED = """
    select exists (select from audit_events e where {entry} and e.action = 'audit.closed'
      and e.number > :through and e.details ->> 'through' = cast(:through as text)
      and e.details ->> 'hash' = :hash)
"""
# The first anchor that the chain does not keep: what it told was entry `number` is another or gone.
_ANCHORS = """
    select (a.details ->> 'number')::bigint as number from audit_events a
    left join audit_events e on {entry} and e.number = (a.details ->> 'number')::bigint
    where a.org_id is null and a.action = 'audit.anchored' and a.subject_id = :chain
      and (a.details ->> 'number')::bigint > :through
      and encode(e.hash, 'hex') is distinct from a.details ->> 'hash'
    order by 1 limit 1
"""
_HASH_AT = "select encode(e.hash, 'hex') from audit_events e where {entry} and e.number = :number"


@dataclass(frozen=True)
class Anchor:
    """What the end of a chain was at some time, kept where the chain is not."""

    number: int
    hash: str  # hexadecimal

    def __str__(self) -> str:
        """In groups: what looks like a key is taken out of logs."""
        return ":".join([str(self.number), *(self.hash[at : at + 8] for at in range(0, 64, 8))])

    @classmethod
    def read(cls, written: str) -> "Anchor":
        """Raises ValueError."""
        number, _, digits = written.strip().partition(":")
        digits = digits.replace(":", "").lower()
        if len(bytes.fromhex(digits)) != 32:
            raise ValueError(written)
        return cls(int(number), digits)


@dataclass(frozen=True)
class Verdict:
    """`problem`: a sentence with the first entry that is not as it was written; empty when all are.

    `entries` are those in the chain; `waiting` have no place in it yet.
    """

    entries: int
    head: Anchor | None
    problem: str = ""
    waiting: int = 0

    @property
    def is_unbroken(self) -> bool:
        return not self.problem


def walk(session: Session, org_id: UUID | None, *, anchor: Anchor | None = None) -> Verdict:
    """Walk the chain of an organization, or of the platform; `anchor` is one from the logs.

    `session` must be the platform's: others do not see the anchors.
    """
    found = _ask(session, _WALK, org_id, sealed_in=SEALED_WITHIN).one()
    problem = (
        _in_entries(found)
        or _in_head(found)
        or _in_waiting(found)
        or _in_closing(session, org_id, found)
        or _in_anchors(session, org_id, found, anchor)
    )
    head = Anchor(found.head_number, found.head_hash) if found.head_hash else None
    return Verdict(found.entries, head, problem, found.waiting)


def _in_entries(found: Any) -> str:
    gap, changed = found.after_gap, found.changed
    if gap and (not changed or gap <= changed):
        return f"Entry {gap:,} does not follow on the one before it: entries are missing."
    return f"Entry {changed:,} is not what was written." if changed else ""


def _in_waiting(found: Any) -> str:
    if found.touched:
        return f"Not what was written: {found.touched:,} of the entries that wait to be sealed."
    if found.overdue:
        return f"Waiting to be sealed for more than five minutes: {found.overdue:,} of the entries."
    return ""


def _in_head(found: Any) -> str:
    if found.head_hash is None:
        return "The chain has entries and no head." if found.entries else ""
    if found.last != found.head_number:
        return f"The chain ends with entry {found.last:,}, and its head says {found.head_number:,}."
    if found.last_hash != found.head_hash:
        return f"Entry {found.last:,} is not the one that its head names."
    return ""


def _in_closing(session: Session, org_id: UUID | None, found: Any) -> str:
    if not found.closed_through:
        return ""
    told = {"through": found.closed_through, "hash": found.closed_hash}
    if _ask(session, _CLOSED, org_id, **told).scalar_one():
        return ""
    return f"Entries up to {found.closed_through:,} are gone, and no entry says that they were closed."


def _in_anchors(session: Session, org_id: UUID | None, found: Any, given: Anchor | None) -> str:
    through = found.closed_through or 0
    if given and given.number > through:
        held = _ask(session, _HASH_AT, org_id, number=given.number).scalar_one_or_none()
        if held != given.hash:
            return f"Entry {given.number:,} is not the one that was anchored in the logs."
    lost = _ask(session, _ANCHORS, org_id, chain=str(org_id), through=through).scalar_one_or_none()
    return "" if lost is None else f"Entry {lost:,} is not the one that was anchored in the platform's chain."


def _ask(session: Session, statement: str, org_id: UUID | None, **values: Any) -> Any:
    of = _CLINICS if org_id else _PLATFORMS
    written = statement.format(entry=of.format("e"), head=of.format("h"))
    return session.connection().execute(text(written), values | ({"org_id": org_id} if org_id else {}))
