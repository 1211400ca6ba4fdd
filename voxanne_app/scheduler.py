"""The clock process: one table "when → which job". Run as many as you like: each tick is taken once.

A tick that nobody could take in time, because every scheduler or the database was away, is taken as soon as
they are back, as long as it is the latest.
"""

import logging
import signal
import threading
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from voxanne_app.calls.retention import CLEANED_AT
from voxanne_app.foundation import clock, cron_runs, heartbeats, job_queue, logs
from voxanne_app.foundation.cron_runs import Tick
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.sentry import error_reports

log = logging.getLogger(__name__)

TICKS = (
    Tick("webhooks.forget_bodies", every=timedelta(minutes=10)),
    Tick("webhooks.reconcile", every=timedelta(minutes=10), offset=timedelta(minutes=3)),
    Tick("monitoring.watch", every=timedelta(minutes=1)),
    Tick("calls.watch_lines", every=timedelta(minutes=1)),
    Tick("calls.retry_recordings", every=timedelta(minutes=5)),
    Tick("calls.clean_recordings", every=timedelta(days=1), offset=CLEANED_AT),
    Tick("calls.count_figures", every=timedelta(minutes=10), offset=timedelta(minutes=6)),
    Tick("calls.count_all_figures", every=timedelta(days=1), offset=timedelta(hours=8, minutes=20)),
    Tick("agents.find_drift", every=timedelta(days=1), offset=timedelta(hours=9)),
    Tick("monitoring.probe_isolation", every=timedelta(hours=1), offset=timedelta(minutes=7)),
    Tick("trials.forget", every=timedelta(hours=1), offset=timedelta(minutes=27)),
    Tick("audit.seal", every=timedelta(minutes=1)),
    Tick("audit.anchor", every=timedelta(days=1), offset=timedelta(hours=2, minutes=40)),
    Tick("audit.close", every=timedelta(days=30), offset=timedelta(hours=3, minutes=40)),
    Tick("monitoring.clean_up", every=timedelta(hours=1), offset=timedelta(minutes=17)),
)

_LOOK_SECONDS = 5


class Clock:
    """Takes the ticks that are due, and remembers which it has seen taken."""

    def __init__(self, ticks: tuple[Tick, ...] = TICKS) -> None:
        self._ticks = ticks
        self._seen: dict[str, datetime] = {}

    def look(self, now: datetime) -> None:
        for tick in self._ticks:
            fire_at = tick.latest(now)
            if self._seen.get(tick.job) != fire_at:
                self._take(tick, fire_at)
                self._seen[tick.job] = fire_at

    def _take(self, tick: Tick, fire_at: datetime) -> None:
        with transaction(Claims.system()) as session:
            if cron_runs.take(session, tick, fire_at):
                job_queue.enqueue(session, tick.job, {}, org_id=None, unique_key="tick")


def look_and_beat(ticking: Clock) -> None:
    try:
        ticking.look(clock.now())
        heartbeats.beat("scheduler")
    except Exception as error:
        log.warning("The clock could not reach the database; it tries again", exc_info=error)


def main() -> None:
    run(Clock())


def run(ticking: Clock, *, look_seconds: float = _LOOK_SECONDS) -> None:
    """Tick until told to stop."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logs.configure("scheduler")
    error_reports.start("scheduler")
    get_settings().require_database_url()
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        look_and_beat,
        IntervalTrigger(seconds=look_seconds, timezone=UTC),
        args=[ticking],
        next_run_time=clock.now(),
        coalesce=True,
        misfire_grace_time=None,  # late is better than never: the ticks know their own times
    )
    scheduler.start()
    log.info("Scheduler is ready")
    stopped.wait()
    scheduler.shutdown(wait=True)
    log.info("Scheduler has stopped")


if __name__ == "__main__":
    main()
