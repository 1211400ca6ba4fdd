"""House-keeping of what the platform writes down about itself, and telling operators of trouble."""

import logging
from datetime import timedelta
from uuid import UUID

from voxanne_app import vendors
from voxanne_app.foundation import cron_runs, heartbeats, job_history
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.job_queue import JobRun, job
from voxanne_app.foundation.redaction import describe
from voxanne_app.monitoring import alert_news, alerts, failing_jobs
from voxanne_app.monitoring.isolation import probes
from voxanne_app.monitoring.isolation.probe import probe
from voxanne_app.monitoring.ports import ChannelUnavailable

log = logging.getLogger(__name__)


@job("monitoring.clean_up")
def clean_up(run: JobRun) -> None:
    with run.finish() as session:
        job_history.forget(session, done_older_than=timedelta(days=7), dead_older_than=timedelta(days=90))
        cron_runs.forget_older_than(session, timedelta(days=90))
        heartbeats.forget_older_than(session, timedelta(hours=1))
        alerts.forget_old(session)
        probes.forget_old(session)


@job("monitoring.watch")
def watch(run: JobRun) -> None:
    with run.finish() as session:
        failing_jobs.watch(session)
        probes.watch(session)
        alerts.settle(session)
        if alert_news.untold(session):
            alerts.ask_to_tell(session)


@job("monitoring.tell_alerts")
def tell_alerts(run: JobRun) -> None:
    """Retries are `watch`'s, every minute: a job's own come too seldom when a channel is away for long."""
    with transaction(run.claims) as session:
        news = alert_news.untold(session)
    if not news:
        return
    try:
        trouble = alert_news.tell(news, vendors.alert_channel())
    except ChannelUnavailable as error:
        log.warning("Operators could not be told of %d alerts yet: %s", len(news), error)
        return
    with run.finish() as session:
        alert_news.note_told(session, news, trouble=trouble)


@job("monitoring.probe_isolation", limit=timedelta(minutes=10))
def probe_isolation(run: JobRun, *, probe_id: str | None = None) -> None:
    """Hourly by the clock, or when an operator asks. One that cannot run is kept as one that failed."""
    with transaction(run.claims) as session:
        mine = probes.begin(session, UUID(probe_id) if probe_id else None)

    def progress(stage: str, done: int, in_all: int) -> None:
        with transaction(run.claims) as session:
            probes.note_progress(session, mine, stage=stage, done=done, in_all=in_all)

    try:
        findings = probe(progress)
    except Exception as error:
        log.exception("The walls between clinics could not be probed")
        with run.finish() as session:
            probes.note_failure(session, mine, describe(error))
        return
    with run.finish() as session:
        probes.note_findings(session, mine, findings)
