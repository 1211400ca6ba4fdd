"""Huey: wakes a worker thread for a ticket, and times the fast retries. It is never the truth.

Whatever the broker loses, `job_line` gives again. With `REDIS_URL` it is Redis, otherwise Postgres, through a
direct connection, because it listens there. What lies in the broker is JSON and holds ids only: whoever can
write there can run no code, and whoever reads there learns nothing about a patient.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from huey import PostgresHuey, PriorityRedisHuey
from huey.api import Huey, Task
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool, Redis

from voxanne_app.foundation.job_line import Ticket
from voxanne_app.foundation.settings import Settings, get_settings


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Huey's own would unpickle what it finds in the broker."""

    def _serialize(self, message: Message) -> bytes:
        eta = message.eta.isoformat() if message.eta else None
        return json.dumps([message.id, message.name, eta, message.priority, message.args]).encode()

    def _deserialize(self, data: bytes) -> Message:
        task_id, name, eta, priority, args = json.loads(data)
        return Message(
            task_id, name, datetime.fromisoformat(eta) if eta else None, 0, 0, priority, tuple(args), {}
        )


class _NeverRevoked:
    """Jobs are called off in their row; Huey would ask its own store before and after each one."""

    def is_revoked(self, *_: Any) -> bool:
        return False

    def delete(self, _key: str) -> bool:
        return False


class _RedisHuey(_NeverRevoked, PriorityRedisHuey):  # type: ignore[misc]
    pass


class _PostgresHuey(_NeverRevoked, PostgresHuey):  # type: ignore[misc]
    """Its tables by their full names: a search path set for the connection would leak through a pooler."""

    def create_storage(self) -> Any:
        storage = super().create_storage()
        for kind in ("kv", "schedule", "task", "counter"):
            setattr(storage, f"table_{kind}", f"huey.huey_{kind}")
        return storage


class Broker:
    """Gives tickets to Huey, which calls `run(job_id, fence)` for each in one of its threads."""

    def __init__(self, run: Callable[[UUID, int], None]) -> None:
        self.huey = create_huey(get_settings())

        @self.huey.task(name="run_job")  # type: ignore[untyped-decorator]
        def run_job(job_id: str, fence: int) -> None:
            run(UUID(job_id), int(fence))

        self._run_job = run_job

    def give(self, ticket: Ticket) -> None:
        task: Task = self._run_job.s(str(ticket.job_id), ticket.fence, priority=-ticket.turn)
        self.huey.enqueue(task)

    def give_later(self, job_id: UUID, fence: int, delay: float) -> None:
        self.huey.add_schedule(self._run_job.s(str(job_id), fence, delay=delay))

    def length(self) -> int:
        """How many tickets no thread has taken yet."""
        return int(self.huey.storage.queue_size())


def create_huey(settings: Settings) -> Huey:
    options: dict[str, Any] = {
        "name": _queue_name(settings),
        "results": False,
        "serializer": JsonSerializer(),
    }
    if settings.redis_url:
        return _RedisHuey(**options, connection_pool=_redis_pool(settings))
    return _PostgresHuey(**options, connection=_connect, create_tables=False)


def ping(settings: Settings) -> None:
    """Raise when there is a Redis and it does not answer within two seconds."""
    if settings.redis_url:
        Redis.from_url(
            settings.redis_url.get_secret_value(), socket_connect_timeout=2, socket_timeout=2
        ).ping()


def _queue_name(settings: Settings) -> str:
    """A name for each database: two installations may share a Redis and keep to their own work."""
    where = settings.require_database_url().rpartition("@")[2]
    return f"voxanne_{hashlib.sha256(where.encode()).hexdigest()[:8]}"


def _redis_pool(settings: Settings) -> ConnectionPool:
    # Longer than Huey's blocking read of one second, short enough that a silent Redis does not hold a thread.
    return ConnectionPool.from_url(
        settings.require("redis_url"), socket_connect_timeout=2, socket_timeout=4, health_check_interval=30
    )


def _connect() -> psycopg.Connection[Any]:
    return psycopg.connect(
        get_settings().require_database_session_url(),
        autocommit=True,
        prepare_threshold=None,
        connect_timeout=5,
        application_name="voxanne-huey",
        keepalives_idle=30,
    )
