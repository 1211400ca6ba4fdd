"""The platform's clinics, as operators read them: names, states and numbers, no patient's data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

FIGURES_OVER = timedelta(days=7)

_STATES = {"": "true", "active": "o.suspended_at is null", "suspended": "o.suspended_at is not null"}
_ORDERS = {"name": "lower(o.name), o.id", "newest": "o.created_at desc, o.id"}
_WHERE = "(:words = '' or o.name ilike :pattern) and {state}"
_ROWS = """
    select o.*, (select count(*) from memberships m where m.org_id = o.id and m.removed_at is null) as people
    from (
      select o.id, o.name, o.time_zone, o.suspended_at, o.created_at from organizations o
      where {where} order by {order} limit :page_size offset :offset
    ) o order by {order}
"""
_COUNT = "select count(*) from organizations o where {where}"
_FIGURES = text("select * from platform_call_figures(cast(:org_ids as uuid[]), :since)")


@dataclass(frozen=True)
class OrganizationRow:
    """`calls` of the last seven days."""

    id: UUID
    name: str
    time_zone: str
    suspended_at: datetime | None
    created_at: datetime
    people: int
    calls: int
    last_call_at: datetime | None


def organizations_page(
    session: Session,
    *,
    words: str = "",
    state: str = "",
    order: str = "name",
    page: int = 1,
    page_size: int = 25,
    now: datetime,
) -> tuple[list[OrganizationRow], int]:
    """One page, and how many there are in all. `state`: "", active, suspended; `order`: name, newest."""
    where = _WHERE.format(state=_STATES[state])
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values: dict[str, Any] = {"words": words, "pattern": f"%{escaped}%"}
    connection = session.connection()
    total = connection.execute(text(_COUNT.format(where=where)), values).scalar()
    paging = {"page_size": page_size, "offset": (page - 1) * page_size}
    rows = connection.execute(text(_ROWS.format(where=where, order=_ORDERS[order])), values | paging).all()
    figures = _figures(session, [row.id for row in rows], since=now - FIGURES_OVER)
    return [OrganizationRow(**row._mapping, **figures[row.id]) for row in rows], int(total or 0)


def call_figures(session: Session, org_id: UUID, *, now: datetime) -> tuple[int, datetime | None]:
    """One clinic's calls of the last seven days, and when the last one was."""
    found = _figures(session, [org_id], since=now - FIGURES_OVER)[org_id]
    return found["calls"], found["last_call_at"]


def _figures(session: Session, org_ids: list[UUID], *, since: datetime) -> dict[UUID, dict[str, Any]]:
    found = session.connection().execute(_FIGURES, {"org_ids": org_ids, "since": since})
    return {row.org_id: {"calls": row.calls, "last_call_at": row.last_call_at} for row in found}
