"""What a handler was given, read as what it should be.

Handlers are public endpoints and Reflex does not enforce their annotations: a `str` may arrive as a dict.
Each function returns the value in its type or raises BadArgument with a sentence for the person.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID


class BadArgument(Exception):
    """Something came in that cannot be meant; the message is shown."""


def text(value: object, *, at_most: int, name: str = "This") -> str:
    """A line or paragraph without control characters, trimmed; may be empty."""
    if not isinstance(value, str):
        raise BadArgument(f"{name} is not text.")
    cleaned = "".join(c for c in value if c.isprintable() or c in "\n\t").strip()
    if len(cleaned) > at_most:
        raise BadArgument(f"{name} is too long: {at_most:,} characters at most.")
    return cleaned


def one_of(value: object, choices: Collection[str], *, name: str = "This") -> str:
    if not isinstance(value, str) or value not in choices:
        raise BadArgument(f"{name} is none of the choices.")
    return value


def whole_number(value: object, *, low: int, high: int, name: str = "This") -> int:
    """An integer, also when it was typed: `"12"`."""
    if isinstance(value, str) and len(value) <= 12:
        try:
            value = int(value)
        except ValueError:
            raise BadArgument(f"{name} is not a number.") from None
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadArgument(f"{name} is not a number.")
    if not low <= value <= high:
        raise BadArgument(f"{name} must be from {low:,} to {high:,}.")
    return value


def identifier(value: object, *, name: str = "This") -> UUID:
    if isinstance(value, str) and len(value) == 36:
        try:
            return UUID(value)
        except ValueError:
            pass
    raise BadArgument(f"{name} does not exist.")


def calendar_day(value: object, *, name: str = "The date") -> date:
    """A date as date fields send it: `2026-11-24`."""
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise BadArgument(f"{name} is not a date.")
