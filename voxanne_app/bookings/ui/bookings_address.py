"""The calendar in the address bar: which days, whose, as a week, a day or a list, and what is selected."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from voxanne_app.bookings.models import STATUSES
from voxanne_app.bookings.queries import BookingFilters, Sort
from voxanne_app.ui.address import Address, is_id, is_page, is_search

VIEWS = ("week", "day", "list")
SORTS: tuple[Sort, ...] = ("when", "-when", "patient", "-patient", "made", "-made")
SOURCES = ("phone", "staff")
PAGE_SIZE = 25
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class BookingsAddress(Address):
    """The query of `/bookings`."""

    ROUTE = "/bookings"
    MEANT = MappingProxyType(
        {
            "view": VIEWS,
            "on": lambda value: _day(value) is not None,
            "who": is_id,
            "booking": is_id,
            "new": ("1",),
            "q": is_search,
            "status": STATUSES,
            "source": SOURCES,
            "sort": SORTS,
            "page": is_page,
        }
    )

    view: str = "week"
    on: str = ""
    who: str = ""
    booking: str = ""
    new: str = ""
    q: str = ""
    status: str = ""
    source: str = ""
    sort: str = "when"
    page: str = "1"

    def but(self, **changes: str) -> "BookingsAddress":
        """The same with something else; a changed filter starts at its first page, and a form opens once."""
        return replace(self, **{"page": "1", "new": ""} | changes)

    def showing(self, booking: str, practitioner: str = "") -> "BookingsAddress":
        """With a booking selected that may lie on other days, and be another person's than those shown."""
        if self.view == "list":
            return self.but(booking=booking, page=self.page)
        return self.but(booking=booking, on="", who=self.who if self.who == practitioner else "")

    def day(self, today: date) -> date:
        return _day(self.on) or today

    def moved(self, steps: int, *, since: date) -> "BookingsAddress":
        """A day (or, but for the day, a week) on or back from what is shown."""
        days = 1 if self.view == "day" else 7
        on = min(max(since + timedelta(days=days * steps), _EARLIEST), _LATEST)
        return self.but(on=on.isoformat(), booking="")

    def filters(self, today: date) -> BookingFilters:
        """What the list shows: from the chosen day on, or everything that a search finds."""
        return BookingFilters(
            words=self.q,
            practitioner_id=UUID(self.who) if self.who else None,
            status=self.status,
            source=self.source,
            first=_EARLIEST if self.q else self.day(today),
            last=_LATEST,
        )


def _day(value: str) -> date | None:
    try:
        on = date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None
    return on if on and _EARLIEST <= on <= _LATEST else None
