"""Asking for work, and doing it. The truth is a row, written in the transaction of the event that asks.

Whoever asks: `enqueue(session, "bookings.sync_calendar", {"booking_id": …}, org_id=…)`.
Whoever does it, in `<domain>/jobs.py`:

    @job("bookings.sync_calendar")
    def sync_calendar(run: JobRun, *, booking_id: str) -> None:
        event = calendar.create(…)              # vendors are called outside transactions
        with run.finish() as session:           # effect and "done" in one transaction
            booking_sync.remember(session, event)

A job may run twice: its worker may die between the vendor's answer and our commit. The effect in our
database happens once: `finish` refuses a run that has lost its lease to another one.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation import job_rows
from voxanne_app.foundation.database import Claims, transaction

JobFunction = Callable[..., None]

_ENQUEUE = text("""
    insert into jobs (name, arguments, org_id, unique_key, due_at)
    values (:name, :arguments, :org_id, :unique_key, coalesce(:due_at, now()))
    on conflict do nothing
""")


class PermanentError(Exception):
    """Trying again will not help. The message is a sentence for operators, with nothing about a patient."""


class LostLease(Exception):
    """Somebody else has this job now: whatever this run wanted to write was not written."""


class UnknownJob(Exception):
    """No job has this name here; a newer version of the code may know it, so it is tried again."""


def enqueue(
    session: Session,
    name: str,
    arguments: Mapping[str, Any],
    *,
    org_id: UUID | None,
    unique_key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Ask for a job in the caller's own transaction; it starts soon after the commit, or at `due_at`.

    `arguments` are JSON: ids, never what they stand for. `org_id` None is the platform's own work. While a
    job with the same name, organization and `unique_key` waits, asking again does nothing; two of them never
    run at once.
    """
    session.connection().execute(
        _ENQUEUE,
        {
            "name": name,
            "arguments": json.dumps(dict(arguments)),
            "org_id": org_id,
            "unique_key": unique_key,
            "due_at": due_at,
        },
    )


@dataclass
class JobRun:
    """One attempt at one job. `attempt` counts from 1; `now` is when it started."""

    job_id: UUID
    name: str
    org_id: UUID | None
    attempt: int
    fence: int
    now: datetime
    is_finished: bool = False

    @property
    def claims(self) -> Claims:
        """An organization's job acts for that organization, the platform's own for nobody else."""
        return Claims.organization(self.org_id) if self.org_id else Claims.system()

    @contextmanager
    def finish(self, claims: Claims | None = None) -> Iterator[Session]:
        """The transaction that writes the effect and that it is done, for `claims` (default: its own)."""
        with transaction(claims or self.claims) as session:
            if not job_rows.mark_done(session, self.job_id, self.fence):
                raise LostLease(f"{self.name} was taken over by another run")
            yield session
        self.is_finished = True


@dataclass(frozen=True)
class RegisteredJob:
    function: JobFunction
    limit: timedelta


JOBS: dict[str, RegisteredJob] = {}


def job(name: str, *, limit: timedelta = timedelta(minutes=5)) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does the jobs called `name`: `<domain>.<verb>`.

    A run that takes longer than `limit` is stuck: its lease is left to end, and its worker starts anew.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in JOBS:
            raise ValueError(f"There are two jobs called {name}: in {JOBS[name].function.__module__} too.")
        JOBS[name] = RegisteredJob(function, limit)
        return function

    return register


def registered(name: str) -> RegisteredJob:
    if name not in JOBS:
        raise UnknownJob(f"No job is called {name} here.")
    return JOBS[name]
