"""The list of calls in the address bar: what one sees can be bookmarked and sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from voxanne_app.calls.call_list_statement import CallFilters
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


@dataclass(frozen=True)
class CallsAddress(Address):
    """The query of `/calls`."""

    ROUTE = "/calls"
    MEANT = MappingProxyType(
        {
            "tab": TABS,
            "q": is_search,
            "time": TIMES,
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

    def filters(self, *, zone: ZoneInfo, now: datetime, with_costs: bool = False) -> CallFilters:
        return CallFilters(
            tab=self.tab,  # type: ignore[arg-type]
            words=self.q,
            agent_id=UUID(self.agent) if self.agent else None,
            outcome=self.outcome,
            direction=self.direction,
            since=first_moment(self.time, zone, now),
            with_costs=with_costs,
        )
