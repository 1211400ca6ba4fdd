"""What the threads of a worker do with tickets, and what is underway in this process."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from voxanne_app.foundation import job_line, job_rows, job_trial, logs
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_attempt import RetryLater, perform
from voxanne_app.foundation.job_queue import JOBS
from voxanne_app.foundation.job_rows import StartedJob

_UNKNOWN_LIMIT = timedelta(minutes=1)


@dataclass(frozen=True)
class Underway:
    job: StartedJob
    limit: timedelta
    since: float = field(default_factory=time.monotonic)

    def is_stuck(self) -> bool:
        return time.monotonic() - self.since > self.limit.total_seconds()


class JobRunner:
    """`on_end` is called in the thread of each job that ended, however it did."""

    def __init__(self, retry_later: RetryLater, on_end: Callable[[], None] = lambda: None) -> None:
        self._retry_later = retry_later
        self._on_end = on_end
        self._underway: dict[UUID, Underway] = {}
        self._lock = threading.Lock()
        self._threads_inside = 0
        self._closed = False

    def run(self, job_id: UUID, fence: int) -> None:
        with self._lock:
            closed = self._closed
            self._threads_inside += not closed
        if closed:
            job_line.put_back([job_id])
            return
        try:
            self._run(job_id, fence)
        finally:
            with self._lock:
                self._threads_inside -= 1
            self._on_end()

    def _run(self, job_id: UUID, fence: int) -> None:
        with transaction(Claims.system()) as session:
            job = job_rows.start(session, job_id, fence)
        if job is None:
            return
        registered = JOBS.get(job.name)
        limit = registered.limit if registered else _UNKNOWN_LIMIT
        with logs.bound(job_id=str(job_id), job=job.name):
            if registered and job.kills >= job_rows.KILLS_BEFORE_TRIAL:
                with self._noted(job, limit + job_trial.MARGIN):
                    job_trial.hold(job, registered)
            else:
                with self._noted(job, limit):
                    perform(job, self._retry_later)

    def underway(self) -> list[Underway]:
        with self._lock:
            return list(self._underway.values())

    def close(self) -> None:
        """Start nothing any more; tickets that still come go back into the line."""
        self._closed = True

    def is_idle(self) -> bool:
        with self._lock:
            return self._threads_inside == 0

    def hand_back(self) -> None:
        """Give up what is underway: another worker may start it at once, and our own writes are refused."""
        for one in self.underway():
            if not one.is_stuck():
                with transaction(Claims.system()) as session:
                    job_rows.hand_back(session, one.job.job_id, one.job.fence)

    @contextmanager
    def _noted(self, job: StartedJob, limit: timedelta) -> Iterator[None]:
        with self._lock:
            self._underway[job.job_id] = Underway(job, limit)
        try:
            yield
        finally:
            with self._lock:
                del self._underway[job.job_id]
