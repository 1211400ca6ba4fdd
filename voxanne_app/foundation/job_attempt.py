"""One attempt at a job that was started: do it, and record how it went."""

import logging
import random
from collections.abc import Callable
from uuid import UUID

from voxanne_app.foundation import clock, job_retries, job_rows
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun, LostLease, PermanentError, registered
from voxanne_app.foundation.job_rows import StartedJob
from voxanne_app.foundation.redaction import describe

log = logging.getLogger(__name__)

# So much later than planned may Huey start a retry, before the table gives it to somebody else.
_LATE_SECONDS = 5.0
# job id, fence, seconds
RetryLater = Callable[[UUID, int, float], None]


def perform(job: StartedJob, retry_later: RetryLater | None = None) -> None:
    """Do a started job and record the outcome. Without `retry_later` the table times its retries."""
    run = JobRun(job.job_id, job.name, job.org_id, job.attempt, job.fence, clock.now())
    try:
        registered(job.name).function(run, **job.arguments)
    except LostLease:
        log.warning("Another worker has taken this job over; what this run wrote was refused")
    except PermanentError as error:
        _bury(job, error)
    except Exception as error:
        _fail(job, error, retry_later)
    else:
        if not run.is_finished:
            with transaction(Claims.system()) as session:
                job_rows.mark_done(session, job.job_id, job.fence)


def _fail(job: StartedJob, error: Exception, retry_later: RetryLater | None) -> None:
    delay = job_retries.delay_after(job.attempt, jitter=random.random())  # noqa: S311 - no secret
    if delay is None:
        _bury(job, error)
        return
    times_it = retry_later if job_retries.is_fast(job.attempt) else None
    trusted_for = delay + _LATE_SECONDS if times_it else 0.0
    with transaction(Claims.system()) as session:
        still_ours = job_rows.retry(
            session, job.job_id, job.fence, error=describe(error), delay=delay, queued_for=trusted_for
        )
    log.warning("Job failed, attempt %d; again in %.0f s", job.attempt, delay, exc_info=error)
    if times_it and still_ours:
        times_it(job.job_id, job.fence, delay)


def _bury(job: StartedJob, error: Exception) -> None:
    with transaction(Claims.system()) as session:
        job_rows.bury(session, job.job_id, job.fence, error=describe(error))
    log.error("Job is dead after attempt %d", job.attempt, exc_info=error)
