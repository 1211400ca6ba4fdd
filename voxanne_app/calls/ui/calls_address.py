"""The list of calls in the address bar: what one sees can be bookmarked and sent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from voxanne_app.calls.call_list_statement import COUNTED_AT_MOST, CallFilters
from voxanne_app.calls.ui.wording import OUTCOMES
from voxanne_app.ui.address import Address, first_moment, is_id, is_page, is_search

TABS = {
    "all": "All",
    "needs_someone": "Needs someone",
    "booked": "Booked",
    "after_hours": "After hours",
    "failed": "Something failed",
    "disputed": "Said, not done",
}
TIMES = {"": "Any time", "today": "Today", "7": "Last 7 days", "30": "Last 30 days", "90": "Last 90 days"}
DIRECTIONS = {"": "In and out", "inbound": "In", "outbound": "Out", "web": "From the web"}
SORTS = ("when", "length", "cost", "caller")
PAGE_SIZES = ("16", "50", "100")


def is_day(value: str) -> bool:
    """A date of this century: while somebody types a year, others go by."""
    try:
        return date.fromisoformat(value).isoformat() == value and 2000 <= int(value[:4]) < 2100
    except ValueError:
        return False


@dataclass(frozen=True)
class CallsAddress(Address):
    """The query of `/calls`."""

    ROUTE = "/calls"
    MEANT = MappingProxyType(
        {
            "tab": TABS,
            "q": is_search,
            "time": TIMES,
            "until": is_day,
            "agent": is_id,
            "outcome": OUTCOMES,
            "direction": DIRECTIONS,
            "sort": SORTS,
            "order": ("down", "up"),
            "page": is_page,
            "rows": PAGE_SIZES,
        }
    )

    tab: str = "all"
    q: str = ""
    time: str = ""
    until: str = ""
    agent: str = ""
    outcome: str = ""
    direction: str = ""
    sort: str = "when"
    order: str = "down"
    page: str = "1"
    rows: str = "16"

    def but(self, **changes: str) -> "CallsAddress":
        """The same view with something else; a changed filter starts at its first page."""
        return replace(self, **{"page": "1"} | changes)

    @property
    def number(self) -> int:
        """The page; the last one there is, when a later one is asked for."""
        return min(int(self.page), COUNTED_AT_MOST // int(self.rows))

    def filters(self, *, zone: ZoneInfo, now: datetime, with_costs: bool = False) -> CallFilters:
        return CallFilters(
            tab=self.tab,  # type: ignore[arg-type]
            words=self.q,
            agent_id=UUID(self.agent) if self.agent else None,
            outcome=self.outcome,
            direction=self.direction,
            since=first_moment(self.time, zone, now),
            until=_after(self.until, zone),
            with_costs=with_costs,
        )


def _after(day: str, zone: ZoneInfo) -> datetime | None:
    """The end of that day in the clinic's zone."""
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min, zone)
