"""The one statement behind a page of the list of calls: its rows, its sums, and what its days had in all.

How many calls it looks at does not grow with the clinic: it counts and sorts among the newest so many of
those that are asked for. A word that many calls hold is looked for call by call, from the newest on; a rare
one is found by its index at once, and what was found is kept and picked, summed and counted from there.
Why: docs/decisions/0032.
"""

# ruff: noqa: S608 - the statement is made of constants

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

# Of the newest so many a list is made: it counts, sorts and turns pages among them, and says so when there
# are more ("10,000+"). Nobody pages that far, and looking at a million takes long.
COUNTED_AT_MOST = 10_000
# So many calls are looked through for a word that most of them hold, to say how many do.
LOOKED_THROUGH = 2_000

Tab = Literal["all", "needs_someone", "booked", "after_hours", "failed", "disputed"]
Sort = Literal["when", "length", "cost", "caller"]
# How often a word occurs in a clinic's calls; without words, everything is asked for.
Words = Literal["", "rare", "frequent"]

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
_CALLER = "coalesce(nullif(k.name, ''), c.caller_name, '')"
_NEWEST_FIRST = "c.created_at desc, c.id desc"
_ORDERS: Mapping[Sort, str] = {
    # Never null, and "nulls last" would keep its index from being used.
    "when": "c.created_at {direction}, c.id {direction}",
    "length": f"c.duration_seconds {{direction}} nulls last, {_NEWEST_FIRST}",
    "cost": f"c.cost_usd {{direction}} nulls last, {_NEWEST_FIRST}",
    "caller": f"lower(nullif({_CALLER}, '')) {{direction}} nulls last, {_NEWEST_FIRST}",
}
_COLUMNS = (
    "c.id, c.created_at, c.agent_id, c.contact_id, c.direction, c.outcome, c.has_booking, c.is_after_hours, "
    "c.cost_usd, c.duration_seconds, c.caller_name"
)
_CONTACT = "left join contacts k on k.org_id = :org_id and k.id = c.contact_id"
_SAID = "c.words @@ to_tsquery('simple', :words)"
_PAGE = """
    with {calls}, waiting as (
      select k.call_id from cases k where k.org_id = :org_id and k.resolved_at is null
        and k.call_id is not null
    ), sums as (
      select {counted} > {limit} as is_beyond, {limit} as looked_at, {tabs},
        ({needs_someone}) as needs_someone, sum(c.cost_usd) filter (where {tab}) as cost,
        avg(c.duration_seconds) filter (where {tab}) as length
      from {newest} c
    ), picked as (
      select c.id, c.created_at from {sorted} order by {order}
      limit :page_size + 1 offset :offset
    )
    select s.*, {days} as days, c.*
    from sums s left join (
      select c.id, {caller} as caller, c.caller_number, c.summary,
        c.outcome, c.ended_reason, c.status, c.direction, coalesce(a.name, '') as agent, c.duration_seconds,
        c.started_at, c.cost_usd, c.created_at, c.is_disputed and exists (select from cases p
          where p.org_id = :org_id and p.request_key = 'promise:' || c.id and p.resolved_at is null
        ) as is_promise_open, c.is_test, row_number() over (order by {order}) as place
      from picked join call_logs c on c.org_id = :org_id and c.id = picked.id
      left join agents a on a.org_id = c.org_id and a.id = c.agent_id
      {contact}
    ) c on true
    order by c.place
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


@dataclass(frozen=True)
class _Source:
    """The parts of the statement that depend on how the calls are found.

    `calls` makes `calls`, all that are asked for; `newest` are those to count and sum; `counted` says how
    many were looked at for it, at most one more than `limit`.
    """

    calls: str
    newest: str
    counted: str
    limit: int


def statement(
    filters: CallFilters, org_id: UUID, sort: Sort, descending: bool, words: Words = ""
) -> tuple[str, dict[str, Any]]:
    """With the values of the filters; `zone`, `page_size`, `offset` and `words` are still to be given.

    It picks one call more than a page has, if there is one.
    """
    conditions, values = _conditions(filters)
    values["org_id"] = org_id
    source = _source(conditions, words)
    shown = TABS[filters.tab]
    made = _PAGE.format(
        calls=source.calls,
        counted=source.counted,
        limit=source.limit,
        newest=source.newest,
        tabs=", ".join(
            f"count(*) filter (where {TABS[tab]}) as {tab}" for tab in TABS if tab != COUNTED_WHOLE
        ),
        needs_someone=_WAITING if conditions or words else _ALL_WAITING,
        tab=shown,
        sorted=_sorted(sort, shown, words),
        days=_DAYS.format(tab=shown) if sort == "when" else "null",
        order=_ORDERS[sort].format(direction="desc" if descending else "asc"),
        caller=_CALLER,
        contact=_CONTACT,
    )
    return made, values


def _source(conditions: list[str], words: Words) -> _Source:
    where = " and ".join(["c.org_id = :org_id", *conditions])
    newest = f"(select c.* from calls c order by c.created_at desc limit {COUNTED_AT_MOST + 1})"
    if words == "rare":
        found = f"found as materialized (select * from calls_saying(:words, {COUNTED_AT_MOST + 1}))"
        narrowed = " and ".join(conditions) or "true"
        calls = f"calls as not materialized (select {_COLUMNS} from found c where {narrowed})"
        counted = "greatest(count(*), (select count(*) from found))"
        return _Source(f"{found}, {calls}", newest, counted, COUNTED_AT_MOST)
    if words == "frequent":
        looked = (
            f"looked as materialized (select {_COLUMNS}, {_SAID} as is_said from call_logs c where {where} "
            f"order by c.created_at desc limit {LOOKED_THROUGH + 1})"
        )
        calls = f"calls as not materialized (select {_COLUMNS} from call_logs c where {where} and {_SAID})"
        said = "(select c.* from looked c where c.is_said)"
        return _Source(f"{looked}, {calls}", said, "(select count(*) from looked)", LOOKED_THROUGH)
    calls = f"calls as not materialized (select {_COLUMNS} from call_logs c where {where})"
    return _Source(calls, newest, "count(*)", COUNTED_AT_MOST)


def _sorted(sort: Sort, shown: str, words: Words) -> str:
    """What a page is picked from: in order of time all calls, which an index has in that order already."""
    if sort == "when":
        return f"calls c where {shown}"
    newest = f"(select c.* from calls c where {shown} order by c.created_at desc limit {COUNTED_AT_MOST})"
    if words == "frequent":
        newest = f"(select c.* from looked c where c.is_said and {shown})"
    return f"{newest} c {_CONTACT if sort == 'caller' else ''}"


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
