"""What a screen shows, in the address bar, so that it can be bookmarked and sent: read from anything that
somebody may have typed there, written with what is not usual.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

LAST_PAGE = 10_000
LONGEST_SEARCH = 200

# What a value may be: one of these, or whatever this accepts.
Meant = Collection[str] | Callable[[str], bool]


class Address:
    """For frozen dataclasses whose fields are the names of the query, all text, each with its usual value.

    `MEANT` says for each field what its value may be; `ROUTE` whose query it is.
    """

    ROUTE: ClassVar[str]
    MEANT: ClassVar[Mapping[str, Meant]]

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Self:
        """From a query; what is unknown or cannot be meant falls back to the usual value."""
        given = {name: value for name, value in query.items() if name in cls.MEANT and isinstance(value, str)}
        if "q" in given:
            given["q"] = _printable(given["q"])
        return cls(**{name: value for name, value in given.items() if _is_meant(value, cls.MEANT[name])})

    @property
    def href(self: Any) -> str:
        usual = asdict(type(self)())
        said = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return f"{self.ROUTE}?{urlencode(said)}" if said else str(self.ROUTE)


def is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def is_page(value: str) -> bool:
    """From 1 on, without leading zeros, signs or digits of other scripts."""
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(LAST_PAGE))
    return digits and not value.startswith("0") and int(value) <= LAST_PAGE


def is_search(value: str) -> bool:
    return len(value) <= LONGEST_SEARCH


def first_moment(days: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Where a span begins that an address names: `today`, or `7` for today and the six days before, as days
    are in the zone; None for all times, which is the empty one.
    """
    if not days:
        return None
    before = 0 if days == "today" else int(days) - 1
    return datetime.combine(now.astimezone(zone).date() - timedelta(days=before), time.min, zone)


def _printable(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable()).strip()[:LONGEST_SEARCH]


def _is_meant(value: str, meant: Meant) -> bool:
    return meant(value) if callable(meant) else value in meant
