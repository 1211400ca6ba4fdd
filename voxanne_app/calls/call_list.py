"""The list of calls as the clinic reads it: filtered, searched, sorted and paged in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlmodel import Session

from voxanne_app.calls.call_list_statement import (
    COUNTED_AT_MOST,
    COUNTED_WHOLE,
    TABS,
    CallFilters,
    Sort,
    Tab,
    Words,
    statement,
)
from voxanne_app.calls.searching import is_frequent, search_query


@dataclass(frozen=True)
class CallRow:
    """`is_promise_open`: something was said and not done, and nobody has settled that. `cost_usd` is None
    also for whoever may not know it."""

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
    is_promise_open: bool = False
    is_test: bool = False


_ROW = tuple(column.name for column in fields(CallRow))


@dataclass(frozen=True)
class DayCount:
    calls: int
    booked: int


@dataclass(frozen=True)
class CallsPage:
    """`tabs` counts what each saved view would show under the same filters; `days` the days on this page.

    The newest `looked_at` calls are counted, and sorted if not by time. When there are more, `total` and the
    numbers of the tabs in `at_least` may be larger, and there are no sums. `is_cut`: older ones follow, which
    no page shows. `cost_usd` is 0 for whoever may not know it.
    """

    rows: tuple[CallRow, ...]
    total: int
    cost_usd: Decimal
    average_seconds: Decimal
    tabs: Mapping[Tab, int]
    days: Mapping[date, DayCount] = field(default_factory=dict)
    at_least: frozenset[Tab] = frozenset()
    is_capped: bool = False
    has_more: bool = False
    is_cut: bool = False
    looked_at: int = COUNTED_AT_MOST


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
    """One page of the organization's calls, and what the whole of them comes to.

    Without costs nothing tells of them, their order neither: sorted by cost, the newest come first.
    """
    if sort == "cost" and not filters.with_costs:
        sort, descending = "when", True
    query = search_query(filters.words)
    asked, values = statement(filters, org_id, sort, descending, _how_said(session, query, org_id))
    paging = {"zone": zone, "page_size": page_size, "offset": (page - 1) * page_size, "words": query}
    found = [row._mapping for row in session.connection().execute(text(asked), values | paging)]
    return _page(found, filters, page=page, page_size=page_size)


def _page(found: Sequence[RowMapping], filters: CallFilters, *, page: int, page_size: int) -> CallsPage:
    """`found` has a row too many when there are more, and one without a call when there is none."""
    sums, is_beyond, with_costs = found[0], found[0]["is_beyond"], filters.with_costs
    tabs: dict[Tab, int] = {
        tab: sums[tab] if tab == COUNTED_WHOLE else min(sums[tab], COUNTED_AT_MOST) for tab in TABS
    }
    at_least: frozenset[Tab] = frozenset(TABS) - {COUNTED_WHOLE} if is_beyond else frozenset()
    goes_on, is_end = len(found) > page_size, page * page_size >= COUNTED_AT_MOST
    return CallsPage(
        rows=tuple(_row(row, with_costs=with_costs) for row in found[:page_size] if row["id"]),
        total=tabs[filters.tab],
        cost_usd=Decimal(0) if is_beyond or not with_costs else sums["cost"] or Decimal(0),
        average_seconds=Decimal(0) if is_beyond else sums["length"] or Decimal(0),
        tabs=tabs,
        days={date.fromisoformat(day): DayCount(*counts) for day, *counts in sums["days"] or ()},
        at_least=at_least,
        is_capped=filters.tab in at_least,
        has_more=goes_on and not is_end,
        is_cut=goes_on and is_end,
        looked_at=sums["looked_at"],
    )


def _how_said(session: Session, query: str, org_id: UUID) -> Words:
    if not query:
        return ""
    return "frequent" if is_frequent(session, query, org_id=org_id) else "rare"


def _row(found: RowMapping, *, with_costs: bool) -> CallRow:
    known = {name: found[name] for name in _ROW}
    return CallRow(**known if with_costs else known | {"cost_usd": None})
