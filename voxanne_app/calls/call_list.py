"""The list of calls as the clinic reads it: filtered, searched, sorted and paged in the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# Beyond this many, a list says "10,000+": nobody pages that far, and counting a million takes too long.
COUNTED_AT_MOST = 10_000

Tab = Literal["all", "needs_someone", "booked", "after_hours", "failed"]
Sort = Literal["when", "length", "cost", "caller"]

_TABS: Mapping[Tab, str] = {
    "all": "true",
    "needs_someone": "c.id in (select k.call_id from cases k where k.org_id = :org_id "
    "and k.resolved_at is null)",
    "booked": "c.has_booking",
    "after_hours": "c.is_after_hours",
    "failed": "c.outcome in ('failed', 'tool_failed')",
}
_ORDERS: Mapping[Sort, str] = {
    "when": "c.created_at {direction}",  # never null, and "nulls last" would keep its index from being used
    "length": "c.duration_seconds {direction} nulls last",
    "cost": "c.cost_usd {direction} nulls last",
    "caller": "c.caller_name {direction} nulls last",
}
# The page is picked with what the index holds; only its own rows are then looked at.
_ROWS = """
    select c.id, coalesce(nullif(k.name, ''), c.caller_name, '') as caller, c.caller_number, c.summary,
      c.outcome, c.ended_reason, c.status, c.direction, coalesce(a.name, '') as agent, c.duration_seconds,
      c.started_at, c.cost_usd, c.created_at
    from (select c.org_id, c.id from call_logs c where {where} order by {order}, c.id {direction}
      limit :page_size offset :offset) picked
    join call_logs c on c.org_id = picked.org_id and c.id = picked.id
    left join agents a on a.org_id = c.org_id and a.id = c.agent_id
    left join contacts k on k.org_id = c.org_id and k.id = c.contact_id
    order by {order}, c.id {direction}
"""
_COUNTS = """
    select {tabs}, count(*) filter (where {tab}) as total,
      sum(c.cost_usd) filter (where {tab}) as cost, avg(c.duration_seconds) filter (where {tab}) as length
    from (select c.id, c.org_id, c.has_booking, c.is_after_hours, c.outcome, c.cost_usd, c.duration_seconds
      from call_logs c where {where} order by c.created_at desc limit {limit}) c
"""
_DAYS = """
    select (c.created_at at time zone :zone)::date as on_day, count(*) as calls,
      count(*) filter (where c.has_booking) as booked
    from call_logs c where {where} and c.created_at >= :first and c.created_at < :last group by 1
"""


@dataclass(frozen=True)
class CallFilters:
    """`words` is what somebody typed; times are instants, `until` is exclusive."""

    tab: Tab = "all"
    words: str = ""
    agent_id: UUID | None = None
    outcome: str = ""
    direction: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class CallRow:
    id: UUID
    caller: str
    caller_number: str | None
    summary: str | None
    outcome: str | None
    ended_reason: str | None
    status: str
    direction: str
    agent: str
    duration_seconds: Decimal | None
    started_at: datetime | None
    cost_usd: Decimal | None
    created_at: datetime


@dataclass(frozen=True)
class DayCount:
    calls: int
    booked: int


@dataclass(frozen=True)
class CallsPage:
    """`tabs` counts what each saved view would show under the same filters; `days` the days on this page."""

    rows: tuple[CallRow, ...]
    total: int
    cost_usd: Decimal
    average_seconds: Decimal
    tabs: Mapping[Tab, int]
    days: Mapping[date, DayCount] = field(default_factory=dict)

    @property
    def is_capped(self) -> bool:
        return self.total > COUNTED_AT_MOST


def calls_page(
    session: Session,
    filters: CallFilters,
    *,
    org_id: UUID,
    zone: str,
    sort: Sort = "when",
    descending: bool = True,
    page: int = 1,
    page_size: int = 16,
) -> CallsPage:
    """One page of the organization's calls, and what the whole of them comes to."""
    where, values = _conditions(filters, org_id)
    tab = _TABS[filters.tab]
    direction = "desc" if descending else "asc"
    order = {"order": _ORDERS[sort].format(direction=direction), "direction": direction}
    paging = {"page_size": page_size, "offset": (page - 1) * page_size}
    connection = session.connection()
    found = connection.execute(text(_ROWS.format(where=f"{where} and {tab}", **order)), values | paging)
    rows = tuple(CallRow(**row._mapping) for row in found)
    counts = connection.execute(text(_counting(where, tab)), values).one()._mapping
    return CallsPage(
        rows=rows,
        total=counts["total"],
        cost_usd=counts["cost"] or Decimal(0),
        average_seconds=counts["length"] or Decimal(0),
        tabs={name: counts[name] for name in _TABS},
        days=_day_counts(session, rows, where=f"{where} and {tab}", values=values, zone=zone)
        if sort == "when"
        else {},
    )


def _counting(where: str, tab: str) -> str:
    tabs = ", ".join(f"count(*) filter (where {condition}) as {name}" for name, condition in _TABS.items())
    return _COUNTS.format(tabs=tabs, tab=tab, where=where, limit=COUNTED_AT_MOST + 1)


def _conditions(filters: CallFilters, org_id: UUID) -> tuple[str, dict[str, Any]]:
    """The conditions of every filter but the tab, and their values."""
    conditions: dict[str, Any] = {"c.org_id = :org_id": ("org_id", org_id)}
    if query := search_query(filters.words):
        limited = f"c.id in (select search_calls(:words, {COUNTED_AT_MOST + 1}))"
        conditions[limited] = ("words", query)
    for column, value in (
        ("agent_id", filters.agent_id),
        ("outcome", filters.outcome),
        ("direction", filters.direction),
    ):
        if value:
            conditions[f"c.{column} = :{column}"] = (column, value)
    if filters.since:
        conditions["c.created_at >= :since"] = ("since", filters.since)
    if filters.until:
        conditions["c.created_at < :until"] = ("until", filters.until)
    return " and ".join(conditions), dict(conditions.values())


def search_query(typed: str) -> str:
    """What somebody typed as a `tsquery`: every word must occur, the last one may go on.

    Digits are one number however it is written, so `(503) 555-01` finds `+15035550137`.
    """
    if re.fullmatch(r"[\d\s().+\-/]{3,}", typed.strip()):
        digits = re.sub(r"\D", "", typed)
        return f"{digits}:*" if digits else ""
    words = re.findall(r"\w+", typed.lower())[:8]
    return " & ".join([*words[:-1], *(f"{word}:*" for word in words[-1:])])


def _day_counts(
    session: Session, rows: tuple[CallRow, ...], *, where: str, values: dict[str, Any], zone: str
) -> dict[date, DayCount]:
    """How many calls the days on this page had in all, the parts on other pages included."""
    if not rows:
        return {}
    moments = [row.created_at for row in rows]
    bounds = text(
        "select (date_trunc('day', :first at time zone :zone) at time zone :zone) as first, "
        "((date_trunc('day', :last at time zone :zone) + interval '1 day') at time zone :zone) as last"
    )
    named = {"first": min(moments), "last": max(moments), "zone": zone}
    days = session.connection().execute(bounds, named).one()._mapping
    found = session.connection().execute(
        text(_DAYS.format(where=where)), values | dict(days) | {"zone": zone}
    )
    return {row.on_day: DayCount(row.calls, row.booked) for row in found}
