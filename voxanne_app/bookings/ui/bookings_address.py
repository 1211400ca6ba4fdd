"""The calendar in the address bar: which days, whose, as a week, a day or a list, and what is selected."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from voxanne_app.bookings.models import STATUSES
from voxanne_app.bookings.queries import BookingFilters, Sort

VIEWS = ("week", "day", "list")
SORTS: tuple[Sort, ...] = ("when", "-when", "patient", "-patient", "made", "-made")
SOURCES = ("phone", "staff")
PAGE_SIZE = 25
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
_LAST_PAGE = 10_000
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class BookingsAddress:
    """The query of `/bookings`; every value is one that exists, whatever somebody typed into the address."""

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

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "BookingsAddress":
        """From a query; what is unknown or cannot be meant falls back to the default."""
        given = {name: str(query.get(name, "")) for name in (field.name for field in fields(cls))}
        choices: dict[str, tuple[str, ...]] = {
            "view": VIEWS,
            "status": STATUSES,
            "source": SOURCES,
            "sort": SORTS,
            "new": ("1",),
        }
        kept = {name: given[name] for name, known in choices.items() if given[name] in known}
        kept |= {name: given[name] for name in ("who", "booking") if _is_id(given[name])}
        if _day(given["on"]):
            kept["on"] = given["on"]
        if given["page"].isascii() and given["page"].isdigit() and 1 <= int(given["page"][:6]) <= _LAST_PAGE:
            kept["page"] = str(int(given["page"][:6]))
        words = "".join(letter for letter in given["q"] if letter.isprintable())
        return cls(**kept, q=words.strip()[:_LONGEST_SEARCH])

    def but(self, **changes: str) -> "BookingsAddress":
        """The same with something else; a changed filter starts at its first page, and a form opens once."""
        return replace(self, **{"page": "1", "new": ""} | changes)

    def showing(self, booking: str, practitioner: str = "") -> "BookingsAddress":
        """With a booking selected that may lie on other days, and be another person's than those shown."""
        if self.view == "list":
            return self.but(booking=booking, page=self.page)
        return self.but(booking=booking, on="", who=self.who if self.who == practitioner else "")

    @property
    def href(self) -> str:
        defaults = asdict(BookingsAddress())
        said = {name: value for name, value in asdict(self).items() if value != defaults[name]}
        return f"/bookings?{urlencode(said)}" if said else "/bookings"

    def day(self, today: date) -> date:
        return _day(self.on) or today

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.who or self.status or self.source)

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


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
