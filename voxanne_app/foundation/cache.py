"""What may be forgotten: values with a time to live, in this process, or shared by several in Redis.

Keys belong to an organization, or to the platform. Nothing here is the truth about anything, and no health
details go in: whoever runs Redis can read it.
"""

import logging
from functools import lru_cache
from typing import Any, Literal, Protocol
from uuid import UUID

import orjson
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from voxanne_app.foundation.settings import get_settings
from voxanne_app.foundation.ttl_cache import TtlCache

log = logging.getLogger(__name__)

Owner = UUID | Literal["platform"]


class Cache(Protocol):
    """Blocking: not to be called on the event loop. Values are JSON."""

    def get(self, owner: Owner, key: str) -> Any | None: ...

    def set(self, owner: Owner, key: str, value: Any, ttl_seconds: int) -> None: ...

    def delete(self, owner: Owner, key: str) -> None: ...

    def count(self, owner: Owner, key: str, ttl_seconds: int, by: int = 1) -> int:
        """Add `by` to a counter that starts again `ttl_seconds` after its first count; its new value."""
        ...


class ProcessCache:
    """Of one process, when there is no Redis."""

    def __init__(self, max_entries: int = 50_000) -> None:
        self._values: TtlCache[tuple[Owner, str], bytes] = TtlCache(max_entries)
        self._counters: TtlCache[tuple[Owner, str], int] = TtlCache(max_entries)

    def get(self, owner: Owner, key: str) -> Any | None:
        found = self._values.get((owner, key))
        return None if found is None else orjson.loads(found)

    def set(self, owner: Owner, key: str, value: Any, ttl_seconds: int) -> None:
        self._values.set((owner, key), orjson.dumps(value), ttl_seconds)

    def delete(self, owner: Owner, key: str) -> None:
        self._values.delete((owner, key))
        self._counters.delete((owner, key))

    def count(self, owner: Owner, key: str, ttl_seconds: int, by: int = 1) -> int:
        return self._counters.change((owner, key), lambda counted: (counted or 0) + by, ttl_seconds)


class RedisCache:
    """Shared by all processes. While Redis is away it is empty, and each process counts for itself."""

    def __init__(self, url: str) -> None:
        once_more = Retry(NoBackoff(), 1)  # a connection that lay idle may be dead
        self._redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=once_more)
        self._while_away = ProcessCache()

    def get(self, owner: Owner, key: str) -> Any | None:
        try:
            found: Any = self._redis.get(_name(owner, key))
        except RedisError as error:
            _away(error)
            return None
        return None if found is None else orjson.loads(found)

    def set(self, owner: Owner, key: str, value: Any, ttl_seconds: int) -> None:
        try:
            self._redis.set(_name(owner, key), orjson.dumps(value), ex=ttl_seconds)
        except RedisError as error:
            _away(error)

    def delete(self, owner: Owner, key: str) -> None:
        self._while_away.delete(owner, key)
        try:
            self._redis.delete(_name(owner, key))
        except RedisError as error:
            _away(error)

    def count(self, owner: Owner, key: str, ttl_seconds: int, by: int = 1) -> int:
        name = _name(owner, key)
        try:
            with self._redis.pipeline() as pipeline:
                pipeline.set(name, 0, ex=ttl_seconds, nx=True)
                pipeline.incrby(name, by)
                return int(pipeline.execute()[1])
        except RedisError as error:
            _away(error)
            return self._while_away.count(owner, key, ttl_seconds, by)


def _name(owner: Owner, key: str) -> str:
    return f"voxanne:cache:{owner}:{key}"


def _away(error: RedisError) -> None:
    log.warning("The cache in Redis does not answer (%s): going on without it.", type(error).__name__)


@lru_cache(maxsize=4)
def _redis_cache(url: str) -> RedisCache:
    return RedisCache(url)


@lru_cache(maxsize=1)
def _process_cache() -> ProcessCache:
    return ProcessCache()


def cache() -> Cache:
    """The cache of this process's settings: shared when there is REDIS_URL."""
    url = get_settings().redis_url
    return _redis_cache(url.get_secret_value()) if url else _process_cache()
