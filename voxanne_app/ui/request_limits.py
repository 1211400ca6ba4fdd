"""How much one browser may ask of a web process: far more than people do, far less than would slow others.

Each process counts for itself, in whole minutes. Signing in has limits of its own, which all processes share.
"""

import time
from collections.abc import Callable
from uuid import UUID

from voxanne_app.foundation.ttl_cache import TtlCache

# A clinic's whole staff may share an address.
PER_ADDRESS = 1_200
PER_SESSION = 600
SOCKETS_PER_SESSION = 30
_MINUTE = 60


class RequestLimits:
    def __init__(
        self,
        *,
        per_address: int = PER_ADDRESS,
        per_session: int = PER_SESSION,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_address, self._per_session = per_address, per_session
        self._clock = clock
        self._counts: TtlCache[tuple[str, int], int] = TtlCache(50_000, clock)

    def wait_of_address(self, address: str) -> int:
        """Seconds until this address may ask again; 0 when it may now, which counts."""
        return self._wait(f"address {address}", self._per_address)

    def wait_of_session(self, session_id: UUID) -> int:
        return self._wait(f"session {session_id}", self._per_session)

    def _wait(self, who: str, most: int) -> int:
        minute, second = divmod(int(self._clock()), _MINUTE)
        count = self._counts.change((who, minute), lambda counted: (counted or 0) + 1, _MINUTE)
        return _MINUTE - second if count > most else 0


class Pace:
    """A bucket that holds `burst` and fills with `per_second`: how long whoever takes one has to wait."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._burst, self._clock = per_second, burst, clock
        self._left = float(burst)
        self._at = clock()

    def take(self) -> float:
        """Seconds to wait before going on."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second) - 1
        self._at = now
        return max(0.0, -self._left / self._per_second)
