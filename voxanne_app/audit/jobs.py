"""Sealing, walking, anchoring and closing the audit's chains: every minute, when asked, nightly, monthly."""

import logging
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from voxanne_app.audit import chain, keeping
from voxanne_app.audit.chain import Verdict
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun, enqueue, job
from voxanne_app.monitoring.alerts import clear_alert, raise_alert

log = logging.getLogger(__name__)

# A million entries take about ten seconds.
_LIMIT = timedelta(minutes=30)


@job("audit.seal")
def seal(run: JobRun) -> None:
    """What waits, chain by chain: one transaction each, so that none is held for long."""
    with transaction(Claims.system()) as session:
        waiting = keeping.chains_that_wait(session)
    for org_id in waiting:
        with transaction(Claims.system()) as session:
            keeping.seal(session, org_id)
    with run.finish():
        pass


@job("audit.walk", limit=_LIMIT)
def walk(run: JobRun) -> None:
    """One chain: the organization's whose job it is, or the platform's.

    Sealed first: after an outage this may come before the minute's sealing.
    """
    with transaction(Claims.system()) as session:
        keeping.seal(session, run.org_id)
    with transaction(Claims.system()) as session:
        verdict = chain.walk(session, run.org_id)
    with run.finish(Claims.system()) as session:
        keeping.note_walk(session, run.org_id, verdict)
        _tell(session, run.org_id, verdict)
        if run.org_id:
            announce(session, org_id=run.org_id, topic="audit")


@job("audit.anchor")
def anchor(run: JobRun) -> None:
    """Every night: heads into the platform's chain, its head into the logs, and every chain to be walked."""
    with run.finish() as session:
        keeping.anchor_heads(session)
        for org_id in keeping.chains(session):
            enqueue(session, "audit.walk", {}, org_id=org_id, unique_key="walk")
    with transaction(Claims.system()) as session:
        log.info("audit anchor of the platform: %s", keeping.platforms_anchor(session))


@job("audit.close", limit=_LIMIT)
def close(run: JobRun) -> None:
    """What is older than six years, chain by chain: one transaction each, so that none is held for long."""
    with transaction(Claims.system()) as session:
        chains = keeping.chains(session)
    for org_id in chains:
        with transaction(Claims.system()) as session:
            keeping.close_old(session, org_id)
    with run.finish():
        pass


def _tell(session: Session, org_id: UUID | None, verdict: Verdict) -> None:
    key = f"audit.chain.{org_id or 'platform'}"
    if verdict.is_unbroken:
        clear_alert(session, key)
        return
    raise_alert(
        session,
        key=key,
        title="The audit does not verify",
        body=f"{verdict.problem} Run `voxanne audit verify`, and keep the database as it is.",
        severity="critical",
    )
