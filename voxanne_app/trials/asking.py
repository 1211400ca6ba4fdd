"""Asking for kept tests to be run, within what a clinic may spend on that in an hour."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.trials.kept_models import KeptTestRun
from voxanne_app.trials.reviewed import UnderReview
from voxanne_app.trials.running import DRAFT_CHANGED, RUN, end_run, trial_of

# Each run costs a model's answers. This is four publishes with as many tests as an agent can have.
MOST_IN_AN_HOUR = 80
_KEPT_RUNS = 10

_FORGET = text("""
    delete from kept_test_runs r where r.org_id = :org_id and r.test_id = any(:tests) and r.state <> 'waiting'
      and r.asked_at <= :since
      and r.id not in (select n.id from kept_test_runs n where n.org_id = r.org_id and n.test_id = r.test_id
                       order by n.asked_at desc limit :kept)
""")
_LAST_HOUR = text("select count(*) from kept_test_runs where org_id = :org_id and asked_at > :since")
_ASK = text("""
    insert into kept_test_runs (org_id, test_id, revision, digest, version, asked_at)
    select org_id, id, revision, :digest, :version, :now from kept_tests
    where org_id = :org_id and id = any(:tests)
    on conflict (org_id, test_id) where state = 'waiting' do nothing
    returning id
""")


@dataclass(frozen=True)
class Asked:
    """How many runs wait from now on, and how many do not, since enough ran within the hour."""

    runs: int
    held_back: int


def ask_to_run(
    session: Session, tests: Collection[UUID], subject: UnderReview, *, org_id: UUID, now: datetime
) -> Asked:
    """Have these tests of one agent run against `subject`; those that wait already keep waiting."""
    values = {"org_id": org_id, "now": now, "digest": subject.digest, "version": subject.version}
    lately = {"org_id": org_id, "since": now - timedelta(hours=1)}
    room = max(0, MOST_IN_AN_HOUR - int(session.connection().execute(_LAST_HOUR, lately).scalar_one()))
    wanted = list(tests)[:room]
    _end_those_of_older(session, wanted, subject.digest, org_id=org_id, now=now)
    asked = session.connection().execute(_ASK, values | {"tests": wanted}).all()
    session.connection().execute(_FORGET, lately | {"tests": wanted, "kept": _KEPT_RUNS})
    if wanted:
        enqueue(session, RUN, {}, org_id=org_id, unique_key="tests")
        record(
            session,
            "trials.tests_run",
            subject=("agent", subject.agent.agent_id),
            details={"tests": len(asked)},
        )
        announce(session, org_id=org_id, topic="trials")
    return Asked(len(asked), len(tests) - len(wanted))


def _end_those_of_older(
    session: Session, tests: Collection[UUID], digest: str, *, org_id: UUID, now: datetime
) -> None:
    """A run that waits for its turn against an older draft would stand in the way of the new one."""
    wanted = select(KeptTestRun).where(
        KeptTestRun.org_id == org_id, col(KeptTestRun.test_id).in_(tests), KeptTestRun.state == "waiting"
    )
    for run in session.exec(wanted.with_for_update()):
        if run.digest != digest:
            end_run(session, run, trial_of(session, run), "broken", DRAFT_CHANGED, now=now)
