"""How the queue is doing, and what of it may be forgotten. Asked as the platform, for all organizations."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

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


def depths(session: Session) -> QueueDepths:
    due, later, running, dead, oldest = session.connection().execute(_DEPTHS).one()
    return QueueDepths(due, later, running, dead, max(0.0, float(oldest)))


def outcomes(session: Session, *, within: timedelta) -> dict[tuple[str, str], int]:
    """(job name, outcome) → how often lately. Outcomes: done, dead, and failed for each failed attempt."""
    rows = session.connection().execute(_OUTCOMES, {"within": within})
    return {(name, outcome): count for name, outcome, count in rows}


def forget(session: Session, *, done_older_than: timedelta, dead_older_than: timedelta) -> None:
    session.connection().execute(_FORGET, {"done": done_older_than, "dead": dead_older_than})
