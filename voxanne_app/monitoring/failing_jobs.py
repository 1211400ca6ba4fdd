"""Jobs that need a person: their quick retries did not help, or nothing tries them any more."""

from sqlmodel import Session

from voxanne_app.foundation import job_history
from voxanne_app.foundation.job_history import JobsInTrouble
from voxanne_app.monitoring.alerts import clear_others, raise_alert

_PREFIX = "jobs."


def watch(session: Session) -> None:
    """Raise an alert for each kind of job in trouble, and clear those of the others."""
    keys = []
    for trouble in job_history.in_trouble(session):
        keys += [_say_dead(session, trouble)] if trouble.dead else []
        keys += [_say_retrying(session, trouble)] if trouble.retrying else []
    clear_others(session, prefix=_PREFIX, keys=keys)


def _say_dead(session: Session, trouble: JobsInTrouble) -> str:
    key = f"{_PREFIX}dead.{trouble.name}"
    raise_alert(
        session,
        key=key,
        title=f"Jobs have died: {trouble.name}",
        body=f"{_jobs(trouble.dead)} died within a day. Nothing tries them again; their arguments are kept.",
        severity="critical",
        times=trouble.dead,
    )
    return key


def _say_retrying(session: Session, trouble: JobsInTrouble) -> str:
    key = f"{_PREFIX}retrying.{trouble.name}"
    raise_alert(
        session,
        key=key,
        title=f"Jobs keep failing: {trouble.name}",
        body=f"{_jobs(trouble.retrying)} failed all quick retries. They are tried for more than a day.",
        severity="warning",
        times=trouble.retrying,
    )
    return key


def _jobs(number: int) -> str:
    return "1 job" if number == 1 else f"{number} jobs"
