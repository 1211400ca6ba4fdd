"""Reading JSON that follows no one schema: a value is what it can be taken for, or it is not there."""

import math
from datetime import UTC, datetime
from typing import Any

_EARLIEST_MS = 946_684_800_000  # the year 2000: a smaller number is seconds
_LATEST_MS = 4_102_444_800_000  # the year 2100
_LONGEST = 1_000_000


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A text with something in it; booleans and numbers as they are written in JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return None
    return value.strip()[:_LONGEST] or None


def number(value: Any) -> float | None:
    """A finite number, written as one or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) < 1e15 else None


def instant(value: Any) -> datetime | None:
    """A moment: ISO 8601 (UTC when it names no offset), or epoch milliseconds or seconds. To the ms."""
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        value = found.timestamp() * 1000
    milliseconds = number(value)
    if milliseconds is None:
        return None
    if 0 < milliseconds < _EARLIEST_MS:
        milliseconds *= 1000
    if not _EARLIEST_MS <= milliseconds <= _LATEST_MS:
        return None
    return datetime.fromtimestamp(round(milliseconds) / 1000, UTC)
