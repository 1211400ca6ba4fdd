"""Open screens follow what happens: one LISTEN per web process, handed out to an organization's pages.

Announcements (voxanne_app/foundation/changes.py) say where there is news, never what. Each page then asks
for its own view, with its own claims. Missed ones do no harm: after a lost connection everybody is told to
look again.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from uuid import UUID

import psycopg

from voxanne_app.foundation.changes import CHANNEL
from voxanne_app.foundation.settings import get_settings

logger = logging.getLogger(__name__)

# A burst of news (each word of a call is one) repaints a page four times a second at most.
PAUSE_SECONDS = 0.25
# Without news a page looks again this often, because "4 min ago" ages.
LOOK_AGAIN_SECONDS = 30.0
_RECONNECT_SECONDS = (0.2, 1.0, 3.0, 10.0)
# A connection that says nothing for this long is asked whether it lives: a dead peer is silent, too.
_SILENCE_SECONDS = 20.0


class _Subscription:
    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.news = asyncio.Event()


class Hub:
    """The pages of this process that want to hear, by organization."""

    def __init__(self) -> None:
        self._subscriptions: defaultdict[UUID, set[_Subscription]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(map(len, self._subscriptions.values()))

    def tell(self, org_id: UUID, topic: str) -> None:
        for subscription in self._subscriptions.get(org_id, ()):
            if topic in subscription.topics:
                subscription.news.set()

    def tell_everybody(self) -> None:
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.news.set()

    async def changes(self, org_id: UUID, topics: Iterable[str]) -> AsyncIterator[None]:
        """One turn per batch of news about `topics`, and every LOOK_AGAIN_SECONDS without any."""
        subscription = _Subscription(frozenset(topics))
        self._subscriptions[org_id].add(subscription)
        last = time.monotonic()
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(subscription.news.wait(), LOOK_AGAIN_SECONDS)
                await asyncio.sleep(max(0.0, last + PAUSE_SECONDS - time.monotonic()))
                subscription.news.clear()
                last = time.monotonic()
                yield
        finally:
            self._subscriptions[org_id].discard(subscription)
            if not self._subscriptions[org_id]:
                del self._subscriptions[org_id]

    async def listen(self) -> None:
        """Listen for as long as the process lives; a lost connection is made anew."""
        attempt = 0
        while True:
            try:
                url = get_settings().require_database_session_url()
                async with await psycopg.AsyncConnection.connect(
                    url, autocommit=True, prepare_threshold=None, connect_timeout=5
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    attempt = 0
                    self.tell_everybody()
                    await self._hand_out(connection)
            except (psycopg.Error, OSError) as error:
                pause = _RECONNECT_SECONDS[min(attempt, len(_RECONNECT_SECONDS) - 1)]
                logger.warning(
                    "Live updates lost the database (%s); again in %.1f s.", type(error).__name__, pause
                )
                attempt += 1
                await asyncio.sleep(pause)

    async def _hand_out(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=_SILENCE_SECONDS):
                self._read(notice.payload)
            await connection.execute("select 1")

    def _read(self, payload: str) -> None:
        try:
            news = json.loads(payload)
            self.tell(UUID(news["org_id"]), news["topic"])
        except (ValueError, TypeError, KeyError):
            logger.warning("An announcement on %s could not be read.", CHANNEL)


hub = Hub()
