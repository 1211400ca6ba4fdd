"""Which part of a file a browser wants, as RFC 9110 has it."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")


class NotSatisfiable(Exception):
    """The part that is asked for begins after the file's end: 416."""


@dataclass(frozen=True)
class Span:
    """From `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def span_of(header: str | None, size: int) -> Span | None:
    """The part, or None for the whole: nothing was asked for, or something that may be ignored.

    Several ranges at once are such a thing: no player asks for them. Raises NotSatisfiable.
    """
    asked = _ONE_RANGE.fullmatch(header or "")
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        if int(asked[2]) == 0 or size == 0:
            raise NotSatisfiable
        return Span(max(0, size - int(asked[2])), size - 1)
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    if first >= size:
        raise NotSatisfiable
    return None if asked[2] and int(asked[2]) < first else Span(first, last)
