"""House-keeping of what the platform writes down about itself."""

from datetime import timedelta

from voxanne_app.foundation import cron_runs, heartbeats, job_history
from voxanne_app.foundation.job_queue import JobRun, job


@job("monitoring.clean_up")
def clean_up(run: JobRun) -> None:
    with run.finish() as session:
        job_history.forget(session, done_older_than=timedelta(days=7), dead_older_than=timedelta(days=90))
        cron_runs.forget_older_than(session, timedelta(days=90))
        heartbeats.forget_older_than(session, timedelta(hours=1))
