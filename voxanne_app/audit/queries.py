"""The audit as it is read: newest first, by the page, filtered in the database; each filter has its index."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_ROWS = """
    select e.number, e.happened_at, e.actor_kind, e.person_id, e.person_name, e.action, e.subject_kind,
      e.subject_id, e.details, e.outcome, e.address, e.device
    from audit_events e where {where} order by e.number {direction} limit :at_most
"""
# The first entry since a moment bounds the numbers: without it, a page that is not full reads to the end.
# Entries are dated when they are written and numbered at the commit: the orders differ, by less than this.
_SINCE = """e.happened_at >= :since and e.number > (select f.number from audit_events f
    where {first} and f.happened_at >= :since and f.number is not null
    order by f.happened_at limit 1) - 1000"""
# From one value of an index to the next, instead of through all entries.
_ACTIONS = """
    with recursive seen(action) as (
      (select e.action from audit_events e where {of} and e.number is not null order by e.action limit 1)
      union all
      select (select e.action from audit_events e where {of} and e.number is not null and e.action > s.action
        order by e.action limit 1)
      from seen s where s.action is not null)
    select action from seen where action is not null
"""
_PEOPLE = """
    with recursive seen(person_id, person_name) as (
      (select e.person_id, e.person_name from audit_events e
        where {of} and e.number is not null and e.person_id is not null
        order by e.person_id desc, e.number desc limit 1)
      union all
      select n.person_id, n.person_name from seen s cross join lateral (
        select e.person_id, e.person_name from audit_events e
        where {of} and e.number is not null and e.person_id < s.person_id
        order by e.person_id desc, e.number desc limit 1) n)
    select person_id, person_name from seen order by lower(person_name), person_id
"""


@dataclass(frozen=True)
class AuditFilters:
    """`actor_kind` is for acts of nobody: assistant, system. `before` and `after` are numbers of entries.

    `words` finds whom `found_people` and what `found_actions` name, a record by its id, or an address.
    """

    person_id: UUID | None = None
    actor_kind: str = ""
    action: str = ""
    subject_id: str = ""
    since: datetime | None = None
    words: str = ""
    found_people: tuple[UUID, ...] = ()
    found_actions: tuple[str, ...] = ()
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class AuditRow:
    number: int
    happened_at: datetime
    actor_kind: str
    person_id: UUID | None
    person_name: str
    action: str
    subject_kind: str
    subject_id: str
    details: Mapping[str, Any]
    outcome: str
    address: str
    device: str


@dataclass(frozen=True)
class AuditPage:
    rows: tuple[AuditRow, ...]
    has_newer: bool = False
    has_older: bool = False


def audit_page(
    session: Session, filters: AuditFilters, *, org_id: UUID | None, page_size: int = 50
) -> AuditPage:
    """A page of an organization's entries, or of the platform's own, newest first."""
    where, values = _conditions(filters, org_id)
    forwards = filters.after is not None
    statement = _ROWS.format(where=where, direction="asc" if forwards else "desc")
    found = session.connection().execute(text(statement), values | {"at_most": page_size + 1})
    rows = [AuditRow(**row._mapping) for row in found]
    has_more, rows = len(rows) > page_size, rows[:page_size]
    if forwards and not has_more:  # the newest page is a whole one
        return audit_page(session, replace(filters, after=None), org_id=org_id, page_size=page_size)
    if forwards:
        return AuditPage(tuple(reversed(rows)), has_newer=True, has_older=True)
    return AuditPage(tuple(rows), has_newer=filters.before is not None, has_older=has_more)


def actions_seen(session: Session, *, org_id: UUID | None) -> list[str]:
    """Every kind of act that the chain holds, by name."""
    found = session.connection().execute(text(_ACTIONS.format(of=_of(org_id))), {"org_id": org_id})
    return list(found.scalars())


def people_seen(session: Session, *, org_id: UUID | None) -> list[tuple[UUID, str]]:
    """Everybody who ever did something, with the name they had when they last did."""
    found = session.connection().execute(text(_PEOPLE.format(of=_of(org_id))), {"org_id": org_id})
    return [(row.person_id, row.person_name) for row in found]


def _of(org_id: UUID | None, alias: str = "e") -> str:
    """`= null` would find none, and one condition for both kinds no index."""
    return f"{alias}.org_id = :org_id" if org_id else f"{alias}.org_id is null"


def _conditions(filters: AuditFilters, org_id: UUID | None) -> tuple[str, dict[str, Any]]:
    conditions = [_of(org_id), "e.number is not null"]
    values: dict[str, Any] = {"org_id": org_id}
    for condition, name, value in (
        ("e.person_id = :person_id", "person_id", filters.person_id),
        ("e.person_id is null and e.actor_kind = :actor_kind", "actor_kind", filters.actor_kind),
        ("e.action = :action", "action", filters.action),
        ("e.subject_id = :subject_id", "subject_id", filters.subject_id),
        (_SINCE.format(first=_of(org_id, "f")), "since", filters.since),
        ("e.number < :before", "before", filters.before),
        ("e.number > :after", "after", filters.after),
    ):
        if value not in (None, ""):
            conditions.append(condition)
            values[name] = value
    if filters.words:
        conditions.append(
            "(e.subject_id = :words or e.address = :words or e.person_id = any(:found_people) "
            "or e.action = any(:found_actions))"
        )
        values |= {
            "words": filters.words,
            "found_people": list(filters.found_people),
            "found_actions": list(filters.found_actions),
        }
    return " and ".join(conditions), values
