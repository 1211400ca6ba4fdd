"""Which ticks of the clock were taken. However many schedulers run, each tick is taken once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAKE = text("""
    insert into cron_runs (job, fire_at) values (:job, :fire_at) on conflict do nothing returning job
""")
_FORGET = text("delete from cron_runs where fire_at < now() - cast(:age as interval)")


@dataclass(frozen=True)
class Tick:
    """Ask for `job` every so often, counted in UTC from midnight plus `offset`, whatever clocks do."""

    job: str
    every: timedelta
    offset: timedelta = timedelta()

    def latest(self, now: datetime) -> datetime:
        """The tick that is current at `now`."""
        return now - (now - _EPOCH - self.offset) % self.every


def take(session: Session, tick: Tick, fire_at: datetime) -> bool:
    """Whether this tick is ours. What it causes belongs into the same transaction."""
    taken = session.connection().execute(_TAKE, {"job": tick.job, "fire_at": fire_at})
    return taken.one_or_none() is not None


def forget_older_than(session: Session, age: timedelta) -> None:
    session.connection().execute(_FORGET, {"age": age})
