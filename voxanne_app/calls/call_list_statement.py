"""The one statement behind a page of the list of calls: its rows, its sums, and what its days had in all.

One, because a search is the dear part of it: the calls that were found are kept and picked, summed and
counted from there. Without a search nothing is kept, and each part reads the index that suits it.
"""

# ruff: noqa: S608 - the statement is made of constants

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from voxanne_app.calls.searching import search_query

# Beyond this many, a list says "10,000+": nobody pages that far, and counting a million takes too long.
COUNTED_AT_MOST = 10_000

Tab = Literal["all", "needs_someone", "booked", "after_hours", "failed", "disputed"]
Sort = Literal["when", "length", "cost", "caller"]

TABS: Mapping[Tab, str] = {
    "all": "true",
    "needs_someone": "c.id in (select w.call_id from waiting w)",
    "booked": "c.has_booking",
    "after_hours": "c.is_after_hours",
    "failed": "c.outcome in ('failed', 'tool_failed')",
    # By the small index of those alone.
    "disputed": "c.id in (select d.id from call_logs d where d.org_id = :org_id and d.is_disputed)",
}
# Whoever waits is found by the open cases, however old: that number is exact when others are at least.
COUNTED_WHOLE: Tab = "needs_someone"
_ORDERS: Mapping[Sort, str] = {
    "when": "c.created_at {direction}",  # never null, and "nulls last" would keep its index from being used
    "length": "c.duration_seconds {direction} nulls last",
    "cost": "c.cost_usd {direction} nulls last",
    "caller": "c.caller_name {direction} nulls last",
}
_COLUMNS = (
    "c.id, c.created_at, c.agent_id, c.direction, c.outcome, c.has_booking, c.is_after_hours, c.cost_usd, "
    "c.duration_seconds, c.caller_name"
)
_PAGE = """
    with {source}, waiting as (
      select k.call_id from cases k where k.org_id = :org_id and k.resolved_at is null
        and k.call_id is not null
    ), sums as (
      select {counted} as counted, {tabs}, ({needs_someone}) as needs_someone,
        sum(c.cost_usd) filter (where {tab}) as cost, avg(c.duration_seconds) filter (where {tab}) as length
      from (select c.* from calls c order by c.created_at desc limit {limit}) c
    ), picked as (
      select c.id, c.created_at from calls c where {tab} order by {order}, c.id {direction}
      limit :page_size + 1 offset :offset
    )
    select s.*, {days} as days, c.*
    from sums s left join (
      select c.id, coalesce(nullif(k.name, ''), c.caller_name, '') as caller, c.caller_number, c.summary,
        c.outcome, c.ended_reason, c.status, c.direction, coalesce(a.name, '') as agent, c.duration_seconds,
        c.started_at, c.cost_usd, c.created_at, c.caller_name, c.is_disputed and exists (select from cases p
          where p.org_id = :org_id and p.request_key = 'promise:' || c.id and p.resolved_at is null
        ) as is_promise_open
      from picked join call_logs c on c.org_id = :org_id and c.id = picked.id
      left join agents a on a.org_id = c.org_id and a.id = c.agent_id
      left join contacts k on k.org_id = c.org_id and k.id = c.contact_id
    ) c on true
    order by {order}, c.id {direction}
"""
_ALL_WAITING = "select count(distinct w.call_id) from waiting w"
_WAITING = f"select count(*) from calls c where {TABS['needs_someone']}"
# The parts of the days that are on other pages are counted too.
_DAYS = """
    (select json_agg(json_build_array(d.on_day, d.calls, d.booked)) from (
      select (c.created_at at time zone :zone)::date as on_day, count(*) as calls,
        count(*) filter (where c.has_booking) as booked
      from calls c where {tab}
        and c.created_at >= (select date_trunc('day', min(p.created_at) at time zone :zone) at time zone :zone
          from picked p)
        and c.created_at < (select (date_trunc('day', max(p.created_at) at time zone :zone)
          + interval '1 day') at time zone :zone from picked p)
      group by 1) d)
"""


@dataclass(frozen=True)
class CallFilters:
    """`words` is what somebody typed; times are instants, `until` is exclusive. `with_costs`: whoever asks
    may know what calls cost.
    """

    tab: Tab = "all"
    words: str = ""
    agent_id: UUID | None = None
    outcome: str = ""
    direction: str = ""
    since: datetime | None = None
    until: datetime | None = None
    with_costs: bool = False


def statement(filters: CallFilters, org_id: UUID, sort: Sort, descending: bool) -> tuple[str, dict[str, Any]]:
    """With the values of the filters; `zone`, `page_size` and `offset` are still to be given.

    It picks one call more than a page has, if there is one.
    """
    conditions, values = _conditions(filters)
    values["org_id"] = org_id
    source, counted = _everything(conditions), "count(*)"
    if query := search_query(filters.words):
        source, counted = _searched(conditions), "greatest(count(*), (select count(*) from found))"
        values["words"] = query
    is_narrowed = bool(conditions) or "words" in values
    direction = "desc" if descending else "asc"
    shown = TABS[filters.tab]
    made = _PAGE.format(
        source=source,
        counted=counted,
        tabs=", ".join(
            f"count(*) filter (where {TABS[tab]}) as {tab}" for tab in TABS if tab != COUNTED_WHOLE
        ),
        needs_someone=_WAITING if is_narrowed else _ALL_WAITING,
        tab=shown,
        limit=COUNTED_AT_MOST + 1,
        days=_DAYS.format(tab=shown) if sort == "when" else "null",
        order=_ORDERS[sort].format(direction=direction),
        direction=direction,
    )
    return made, values


def _everything(conditions: list[str]) -> str:
    where = " and ".join(["c.org_id = :org_id", *conditions])
    return f"calls as not materialized (select {_COLUMNS} from call_logs c where {where})"


def _searched(conditions: list[str]) -> str:
    where = " and ".join(conditions) or "true"
    return (
        f"found as materialized (select * from find_calls(:words, {COUNTED_AT_MOST + 1})), "
        f"calls as not materialized (select {_COLUMNS} from found c where {where})"
    )


def _conditions(filters: CallFilters) -> tuple[list[str], dict[str, Any]]:
    """Those of every filter but the tab and the words, and their values."""
    given = {
        "c.agent_id = :agent_id": ("agent_id", filters.agent_id),
        "c.outcome = :outcome": ("outcome", filters.outcome),
        "c.direction = :direction": ("direction", filters.direction),
        "c.created_at >= :since": ("since", filters.since),
        "c.created_at < :until": ("until", filters.until),
    }
    kept = {condition: of for condition, of in given.items() if of[1]}
    return list(kept), dict(kept.values())
