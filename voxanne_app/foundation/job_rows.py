"""What can happen to a row of `jobs`, each as one statement.

    waiting ── start ──▶ running ──▶ done
       ▲                    │  └───▶ dead
       └── failed, lost, ───┘
           handed back

`fence` grows with every start: whoever holds an older one, or one that runs no more, can change nothing. All
times are the database's, since the machines of several workers need not agree on the time.
"""

# ruff: noqa: S608 - the statements are made of constants

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, TextClause, text
from sqlmodel import Session

# A job is taken from its worker so long after the worker's last sign of life; signs come every quarter of it.
LEASE_SECONDS = 5.0
# A job that killed so many workers is tried in a process of its own (`job_trial`), and dead if it kills that.
KILLS_BEFORE_TRIAL = 2
# Whatever the trial says: nobody's work is worth more workers than this.
MOST_KILLS = 6


@dataclass(frozen=True)
class StartedJob:
    """`kills` counts the workers that died while they did this job."""

    job_id: UUID
    org_id: UUID | None
    name: str
    arguments: dict[str, Any]
    attempt: int
    fence: int
    kills: int


_LEASE = f"now() + make_interval(secs => {LEASE_SECONDS})"
_MINE = "j.id = :job_id and j.fence = :fence and j.state = 'running'"
# Back to waiting, unless the same work was asked for again meanwhile: then that request stands for both.
_WAIT_AGAIN = """case when j.unique_key is not null and exists (
        select 1 from jobs twin
         where twin.state = 'waiting' and twin.name = j.name and twin.unique_key = j.unique_key
           and twin.org_id is not distinct from j.org_id)
    then 'done' else 'waiting' end"""


def _stop(which: str, next_state: str, changes: str) -> str:
    return f"""
        with stopping as (select j.id, {next_state} as state from jobs j where {which}),
        stopped as (
            update jobs j
               set state = stopping.state, lease_until = null,
                   finished_at = case when stopping.state <> 'waiting' then now() end, {changes}
              from stopping where j.id = stopping.id
            returning j.id, j.attempts, j.started_at
        )"""


_KEEP_FAILURE = """
    insert into job_failures (job_id, attempt, started_at, error)
    select id, attempts, started_at, :error from stopped"""

_START = text(f"""
    update jobs j
       set state = 'running', fence = fence + 1, attempts = attempts + 1, started_at = now(),
           queued_until = null, lease_until = {_LEASE}
     where id = :job_id and fence = :fence and state = 'waiting'
       and not exists (select 1 from jobs twin
                        where twin.state = 'running' and twin.name = j.name and twin.unique_key = j.unique_key
                          and twin.org_id is not distinct from j.org_id)
    returning id, org_id, name, arguments, attempts, fence, kills
""")
_WAIT_FOR_TWIN = text("""
    update jobs set due_at = now() + interval '1 second', queued_until = null
     where id = :job_id and fence = :fence and state = 'waiting'
""")
_DONE = text(f"update jobs j set state = 'done', finished_at = now(), lease_until = null where {_MINE}")
_RETRY = text(
    _stop(
        f"{_MINE} for update",
        _WAIT_AGAIN,
        "last_error = :error, due_at = now() + make_interval(secs => :delay), "
        "queued_until = now() + make_interval(secs => :queued_for)",
    )
    + _KEEP_FAILURE
)
_BURY = text(
    _stop(f"{_MINE} for update", "'dead'", "last_error = :error, kills = kills + :kills") + _KEEP_FAILURE
)
_HAND_BACK = text(
    _stop(f"{_MINE} for update", _WAIT_AGAIN, "attempts = attempts - 1") + "select id from stopped"
)
_TAKE_FROM_THE_DEAD = text(
    _stop(
        "j.state = 'running' and j.lease_until < now() for update skip locked",
        f"case when j.kills + 1 >= {MOST_KILLS} then 'dead' else {_WAIT_AGAIN} end",
        "last_error = :error, kills = kills + 1, due_at = now()",
    )
    + _KEEP_FAILURE
)
# A job that is just being finished is locked by its own transaction: the other leases do not wait for that.
_EXTEND = text(f"""
    update jobs set lease_until = {_LEASE}
     where id in (
        select id from jobs
         where (id, fence) in (select * from unnest(cast(:ids as uuid[]), cast(:fences as bigint[])))
           and state = 'running' for update skip locked)
""")


def start(session: Session, job_id: UUID, fence: int) -> StartedJob | None:
    """Take a waiting job. None when the ticket is stale, or while a job with the same unique key runs."""
    row = session.connection().execute(_START, {"job_id": job_id, "fence": fence}).one_or_none()
    if row is None:
        session.connection().execute(_WAIT_FOR_TWIN, {"job_id": job_id, "fence": fence})
        return None
    return StartedJob(*row)


def mark_done(session: Session, job_id: UUID, fence: int) -> bool:
    """False when the job is no longer this run's. Its row stays locked until the transaction ends."""
    return _changed(session, _DONE, job_id=job_id, fence=fence)


def retry(session: Session, job_id: UUID, fence: int, *, error: str, delay: float, queued_for: float) -> bool:
    """Due again after `delay` seconds; Huey, which times it, is trusted for `queued_for` seconds."""
    return _changed(
        session, _RETRY, job_id=job_id, fence=fence, error=error, delay=delay, queued_for=queued_for
    )


def bury(session: Session, job_id: UUID, fence: int, *, error: str, kills: int = 0) -> bool:
    return _changed(session, _BURY, job_id=job_id, fence=fence, error=error, kills=kills)


def hand_back(session: Session, job_id: UUID, fence: int) -> None:
    """Let another worker start it at once; this attempt does not count."""
    session.connection().execute(_HAND_BACK, {"job_id": job_id, "fence": fence})


def take_from_the_dead(session: Session) -> int:
    """Free every job whose worker gave no sign of life; how many there were."""
    return _rowcount(
        session, _TAKE_FROM_THE_DEAD, error="Its worker died, or gave it up, while it did this job."
    )


def extend(session: Session, running: list[StartedJob]) -> None:
    if running:
        ids, fences = [job.job_id for job in running], [job.fence for job in running]
        session.connection().execute(_EXTEND, {"ids": ids, "fences": fences})


def _changed(session: Session, statement: TextClause, **values: Any) -> bool:
    return _rowcount(session, statement, **values) == 1


def _rowcount(session: Session, statement: TextClause, **values: Any) -> int:
    result: CursorResult[Any] = session.connection().execute(statement, values)
    return result.rowcount
