"""The sandbox's own time: it can run faster than ours and be moved forward."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """Epoch seconds that run `speed` times as fast as real ones, from the moment the speed was set."""

    def __init__(self) -> None:
        self._speed = 1.0
        self._real_at = time.time()
        self._ours_at = self._real_at
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> float:
        return self._ours_at + (time.time() - self._real_at) * self._speed

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def set(self, *, speed: float | None = None, advance_seconds: float = 0) -> None:
        """Change the pace or jump ahead; everything that sleeps on this clock notices at once."""
        self._ours_at, self._real_at = self.now() + advance_seconds, time.time()
        self._speed = speed or self._speed
        self._wake()

    def reset(self) -> None:
        """Back to real time."""
        self._speed, self._real_at = 1.0, time.time()
        self._ours_at = self._real_at
        self._wake()

    async def sleep(self, seconds: float) -> None:
        """Sleep for seconds of this clock, however its pace changes meanwhile."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            changed = self._changed
            try:
                async with asyncio.timeout(left / self._speed):
                    await changed.wait()
            except TimeoutError:
                return

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def iso_milliseconds(epoch_seconds: float) -> str:
    """`2026-11-23T09:15:00.123Z`, as JavaScript writes it."""
    return (
        datetime.fromtimestamp(epoch_seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def iso_microseconds(epoch_seconds: float) -> str:
    """`2026-11-23T09:15:00.123456Z`, as Go and Postgres write it."""
    return (
        datetime.fromtimestamp(epoch_seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )


def read_iso(text: str) -> float:
    """Epoch seconds of an ISO 8601 time; ValueError when it is none."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
