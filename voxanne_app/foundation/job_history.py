"""How the queue is doing, and what of it may be forgotten. Asked as the platform, for all organizations."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.job_retries import FAST_SECONDS

_DEPTHS = text("""
    select coalesce(sum(1) filter (where state = 'waiting' and due_at <= now()), 0) as due,
           coalesce(sum(1) filter (where state = 'waiting' and due_at > now()), 0) as later,
           coalesce(sum(1) filter (where state = 'running'), 0) as running,
           coalesce(sum(1) filter (where state = 'dead'), 0) as dead,
           coalesce(extract(epoch from now() - min(due_at) filter (where state = 'waiting')), 0)
      from jobs where state <> 'done'
""")
_OUTCOMES = text("""
    select name, state, count(*) from jobs
     where state in ('done', 'dead') and finished_at > now() - cast(:within as interval)
     group by 1, 2
    union all
    select jobs.name, 'failed', count(*) from job_failures join jobs on jobs.id = job_id
     where failed_at > now() - cast(:within as interval)
     group by 1, 2
""")
# While a slow retry runs, its job is as much in trouble as while it waits.
_IN_TROUBLE = text("""
    select name, count(*) filter (where state = 'dead'), count(*) filter (where state <> 'dead') from jobs
     where (state = 'dead' and finished_at > now() - interval '1 day')
        or (state = 'waiting' and attempts > :quick)
        or (state = 'running' and attempts > :quick + 1)
     group by name order by name
""")
_FORGET = text("""
    delete from jobs where (state = 'done' and finished_at < now() - cast(:done as interval))
                        or (state = 'dead' and finished_at < now() - cast(:dead as interval))
""")


@dataclass(frozen=True)
class QueueDepths:
    """How many jobs there are by state; `later` waits for its time, like a retry or a reminder.

    `oldest_due_seconds`: for how long the oldest of those that are due has been, 0 when none is.
    """

    due: int
    later: int
    running: int
    dead: int
    oldest_due_seconds: float


@dataclass(frozen=True)
class JobsInTrouble:
    """Of one name: how many died within a day, and how many have used up their quick retries."""

    name: str
    dead: int
    retrying: int


def in_trouble(session: Session) -> list[JobsInTrouble]:
    quick = len(FAST_SECONDS)
    return [JobsInTrouble(*row) for row in session.connection().execute(_IN_TROUBLE, {"quick": quick})]


def depths(session: Session) -> QueueDepths:
    due, later, running, dead, oldest = session.connection().execute(_DEPTHS).one()
    return QueueDepths(due, later, running, dead, max(0.0, float(oldest)))


def outcomes(session: Session, *, within: timedelta) -> dict[tuple[str, str], int]:
    """(job name, outcome) → how often lately. Outcomes: done, dead, and failed for each failed attempt."""
    rows = session.connection().execute(_OUTCOMES, {"within": within})
    return {(name, outcome): count for name, outcome, count in rows}


def forget(session: Session, *, done_older_than: timedelta, dead_older_than: timedelta) -> None:
    session.connection().execute(_FORGET, {"done": done_older_than, "dead": dead_older_than})
