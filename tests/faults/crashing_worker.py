"""A worker that kills itself at its n-th moment: `python -m tests.faults.crashing_worker <n>`.

Moments are: just before and just after each commit that changes a job or an effect, and each ticket given to
the broker; just after each ticket taken from it.
"""

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from huey.storage import BaseStorage
from sqlalchemy import Engine, event
from sqlmodel import Session

import tests.faults.job_kinds  # noqa: F401 - registers them
from voxanne_app import worker
from voxanne_app.foundation import job_broker

_fatal = int(sys.argv[1])
_moments = itertools.count(1)
_writes = threading.local()


def _moment() -> None:
    if next(_moments) == _fatal:
        os.kill(os.getpid(), signal.SIGKILL)


@event.listens_for(Engine, "after_cursor_execute")
def _note_write(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if threading.current_thread().name != "lease-keeper" and (
        "update jobs" in statement or "effects" in statement
    ):
        _writes.pending = True


@event.listens_for(Session, "before_commit")
def _before(_session: Session) -> None:
    if getattr(_writes, "pending", False):
        _moment()


@event.listens_for(Session, "after_commit")
def _after(_session: Session) -> None:
    if getattr(_writes, "pending", False):
        _writes.pending = False
        _moment()


def _around(call: Callable[..., Any], counts: Callable[[Any], bool]) -> Callable[..., Any]:
    def called(*arguments: Any) -> Any:
        if call.__name__ == "enqueue":
            _moment()
        result = call(*arguments)
        if counts(result):
            _moment()
        return result

    return called


def _watch(storage: BaseStorage) -> None:
    storage.enqueue = _around(storage.enqueue, lambda _: True)
    storage.dequeue = _around(storage.dequeue, lambda ticket: ticket is not None)


class _WatchedBroker(job_broker.Broker):
    def __init__(self, run: Callable[..., None]) -> None:
        super().__init__(run)
        _watch(self.huey.storage)


if __name__ == "__main__":
    worker.Broker = _WatchedBroker  # type: ignore[misc]
    worker.main()
