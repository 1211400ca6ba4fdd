"""The views of the list of calls that somebody can choose: every order, every filter, and them together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from voxanne_app.calls.call_list_statement import COUNTED_AT_MOST, TABS, CallFilters, Sort

PAGE_SIZE = 16
_LAST = COUNTED_AT_MOST // PAGE_SIZE
_ORDERS: dict[str, tuple[Sort, bool]] = {
    "newest": ("when", True),
    "oldest": ("when", False),
    "longest": ("length", True),
    "shortest": ("length", False),
    "costliest": ("cost", True),
    "cheapest": ("cost", False),
    "callers Z to A": ("caller", True),
    "callers A to Z": ("caller", False),
}
_OUTCOMES = ("booked", "missed", "moved", "tool_failed", "spam")
# Of everybody, of one call in twenty, of one in five hundred, of few; a beginning; a caller's number.
_WORDS = ("need", "crown", "word10", "need word17", "n", "555-0137")


@dataclass(frozen=True)
class View:
    """`line`: the agent that is chosen, as the ground numbers them."""

    name: str
    filters: CallFilters = field(default_factory=CallFilters)
    sort: Sort = "when"
    descending: bool = True
    page: int = 1
    page_size: int = PAGE_SIZE
    line: int | None = None


def views() -> Iterator[View]:
    for name, (sort, descending) in _ORDERS.items():
        yield View(name, sort=sort, descending=descending)
        yield View(f"{name}, last page", sort=sort, descending=descending, page=_LAST)
    yield View("newest, a hundred", page_size=100)
    for name, filters, line in _filters():
        yield View(name, filters, line=line)
        for order in ("longest", "cheapest", "callers A to Z"):
            yield View(f"{name}, {order}", filters, *_ORDERS[order], line=line)
    for words in _WORDS:
        yield View(f"“{words}”", CallFilters(words=words))
        yield View(f"“{words}”, costliest", CallFilters(words=words), "cost")
        yield View(f"“{words}”, page 20", CallFilters(words=words), page=20)
        yield View(f"“{words}”, missed", CallFilters(words=words, outcome="missed"))
        yield View(f"“{words}”, needs someone", CallFilters(words=words, tab="needs_someone"))
        yield View(f"“{words}”, booked", CallFilters(words=words, tab="booked"))


def _filters() -> Iterator[tuple[str, CallFilters, int | None]]:
    now = datetime.now(UTC)
    for tab in TABS:
        if tab != "all":
            yield tab.replace("_", " "), CallFilters(tab=tab), None
    for days in (1, 7, 30, 90):
        yield f"last {days} days", CallFilters(since=now - timedelta(days=days)), None
    yield "until last month", CallFilters(until=now - timedelta(days=30)), None
    for outcome in _OUTCOMES:
        yield f"outcome {outcome}", CallFilters(outcome=outcome), None
    for direction in ("inbound", "outbound", "web"):
        yield direction, CallFilters(direction=direction), None
    for line in (1, 2, 3):
        yield f"agent {line}", CallFilters(), line
    yield (
        "all filters",
        CallFilters(
            tab="after_hours", since=now - timedelta(days=90), outcome="missed", direction="outbound"
        ),
        2,
    )
