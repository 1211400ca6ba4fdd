"""Objects kept for a while in the memory of one process, by threads and event loop alike."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class TtlCache(Generic[K, V]):
    """Each object stays until its time is over; when there are too many, the longest unused goes first."""

    def __init__(self, max_entries: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_entries, self._clock = max_entries, clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] <= self._clock():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def set(self, key: K, value: V, ttl_seconds: float) -> None:
        with self._lock:
            self._put(key, self._clock() + ttl_seconds, value)

    def delete(self, key: K) -> None:
        with self._lock:
            self._entries.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def change(self, key: K, change: Callable[[V | None], V], ttl_seconds: float) -> V:
        """Replace a value by what `change` makes of it. The time to live runs on; it starts for a new key."""
        with self._lock:
            ends_at, value = self._entries.get(key, (0.0, None))
            if ends_at <= self._clock():
                ends_at, value = self._clock() + ttl_seconds, None
            self._put(key, ends_at, changed := change(value))
            return changed

    def _put(self, key: K, ends_at: float, value: V) -> None:
        self._entries[key] = (ends_at, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)
