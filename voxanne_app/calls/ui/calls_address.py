"""The list of calls in the address bar: what one sees can be bookmarked and sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from voxanne_app.calls.call_list import CallFilters
from voxanne_app.calls.ui.wording import OUTCOMES

TABS = {
    "all": "All",
    "needs_someone": "Needs someone",
    "booked": "Booked",
    "after_hours": "After hours",
    "failed": "Something failed",
}
TIMES = {"": "Any time", "today": "Today", "7": "Last 7 days", "30": "Last 30 days", "90": "Last 90 days"}
DIRECTIONS = {"": "In and out", "inbound": "In", "outbound": "Out", "web": "From the web"}
SORTS = ("when", "length", "cost", "caller")
PAGE_SIZES = ("16", "50", "100")
_LAST_PAGE = 10_000
_LONGEST_SEARCH = 200


@dataclass(frozen=True)
class CallsAddress:
    """The query of `/calls`; every value is one that exists, whatever somebody typed into the address."""

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

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "CallsAddress":
        """From a query; what is unknown or cannot be meant falls back to the default."""
        given = {name: str(query.get(name, "")) for name in (field.name for field in fields(cls))}
        choices = {
            "tab": TABS,
            "time": TIMES,
            "outcome": OUTCOMES,
            "direction": DIRECTIONS,
            "sort": SORTS,
            "order": ("down", "up"),
            "rows": PAGE_SIZES,
        }
        kept = {name: given[name] for name, known in choices.items() if given[name] in known}
        if given["page"].isascii() and given["page"].isdigit() and 1 <= int(given["page"][:6]) <= _LAST_PAGE:
            kept["page"] = str(int(given["page"][:6]))
        if _is_id(given["agent"]):
            kept["agent"] = given["agent"]
        words = "".join(letter for letter in given["q"] if letter.isprintable())
        return cls(**kept, q=words.strip()[:_LONGEST_SEARCH])

    def but(self, **changes: str) -> "CallsAddress":
        """The same view with something else; a changed filter starts at its first page."""
        return replace(self, **{"page": "1"} | changes)

    @property
    def href(self) -> str:
        defaults = asdict(CallsAddress())
        said = {name: value for name, value in asdict(self).items() if value != defaults[name]}
        return f"/calls?{urlencode(said)}" if said else "/calls"

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.time or self.agent or self.outcome or self.direction)

    def filters(self, *, zone: ZoneInfo, now: datetime) -> CallFilters:
        return CallFilters(
            tab=self.tab,  # type: ignore[arg-type]
            words=self.q,
            agent_id=UUID(self.agent) if self.agent else None,
            outcome=self.outcome,
            direction=self.direction,
            since=_since(self.time, zone, now),
        )


def _since(choice: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The start of a day in the clinic's zone: seven days are today and the six before."""
    if not choice:
        return None
    days = 0 if choice == "today" else int(choice) - 1
    first = now.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(first, time.min, zone)


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
