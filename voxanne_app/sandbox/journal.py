"""Every request the sandbox received and every webhook it sent, in order, within bounded memory."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import orjson

from voxanne_app.sandbox.clock import Clock, iso_milliseconds

KEPT_ENTRIES = 5_000
KEPT_BYTES = 32 * 1024 * 1024
KEPT_BODY_BYTES = 128 * 1024

RECEIVED, SENT = "received", "sent"


@dataclass
class Entry:
    """One exchange. It is written before the reply; `status` and `answer` are filled in afterwards."""

    number: int
    at: str
    vendor: str
    direction: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    answer: bytes = b""
    fault: str | None = None
    took_ms: float | None = None
    size: int = field(default=0, repr=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number, "at": self.at, "vendor": self.vendor, "direction": self.direction,
            "method": self.method, "path": self.path, "query": self.query, "headers": self.headers,
            "body": _readable(self.body), "status": self.status, "answer": _readable(self.answer),
            "fault": self.fault, "took_ms": self.took_ms,
        }  # fmt: skip


class Journal:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._last = 0

    @property
    def last(self) -> int:
        return self._last

    def write(
        self,
        vendor: str,
        direction: str,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        body: bytes,
    ) -> Entry:
        self._last += 1
        kept = body[:KEPT_BODY_BYTES]
        at = iso_milliseconds(self._clock.now())
        entry = Entry(self._last, at, vendor, direction, method, path, query, headers, kept)
        self._entries.append(entry)
        self._grow(entry, len(kept) + 1_000)
        return entry

    def answered(
        self, entry: Entry, status: int | None, answer: bytes, took_ms: float, fault: str | None = None
    ) -> None:
        entry.status, entry.took_ms, entry.fault = status, round(took_ms, 1), fault
        entry.answer = answer[:KEPT_BODY_BYTES]
        self._grow(entry, len(entry.answer))

    def since(
        self, number: int = 0, *, vendor: str | None = None, direction: str | None = None, limit: int = 1_000
    ) -> list[Entry]:
        """Entries after `number`, oldest first."""
        wanted = [
            entry
            for entry in self._entries
            if entry.number > number
            and (vendor is None or entry.vendor == vendor)
            and (direction is None or entry.direction == direction)
        ]
        return wanted[:limit]

    def clear(self) -> None:
        """Forget the entries; numbers go on, so that somebody who follows the journal misses nothing."""
        self._entries.clear()
        self._bytes = 0

    def _grow(self, entry: Entry, size: int) -> None:
        entry.size += size
        self._bytes += size
        while len(self._entries) > KEPT_ENTRIES or (self._bytes > KEPT_BYTES and len(self._entries) > 1):
            self._bytes -= self._entries.popleft().size


def _readable(body: bytes) -> Any:
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")
