"""Probes as they are asked for, run and remembered, and the alert that tells operators of a hole."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.monitoring.alerts import clear_alert, raise_alert
from voxanne_app.monitoring.isolation.probe import Findings
from voxanne_app.monitoring.isolation.verdict import Counts, as_json, count, troubles
from voxanne_app.monitoring.models import IsolationProbe

JOB = "monitoring.probe_isolation"
HOLE, STALE = "isolation.hole", "isolation.stale"
# Two ticks missed, and the time that one takes.
STALE_AFTER = timedelta(hours=2, minutes=15)
_MOST_NAMED = 8

_ASK = text("""
    insert into isolation_probes (id, asked_by) values (:id, :asked_by)
    on conflict (state) where state = 'waiting' do nothing returning id
""")
_BEGIN = text("""
    insert into isolation_probes (id, state, started_at) values (:id, 'running', now())
    on conflict (id) do update set state = 'running', started_at = now()
""")
# Whatever else still runs has lost its worker: the job of this name never runs twice at once.
_GIVE_UP_OTHERS = text("""
    update isolation_probes set state = 'done', finished_at = now(), not_run = 1,
           findings = '{"trouble": "Its worker stopped in the middle."}'
     where state = 'running' and id <> :id
""")
_PROGRESS = text("""
    update isolation_probes set stage = :stage, tables_done = :done, tables_in_all = :in_all where id = :id
""")
_FORGET = text("delete from isolation_probes where asked_at < now() - interval '90 days'")
_AGE = text("select now() - max(asked_at) filter (where state = 'done') from isolation_probes")


def ask(session: Session, *, asked_by: UUID) -> None:
    """Probe now. While one waits, asking again means the same one."""
    asked = session.connection().execute(_ASK, {"id": uuid4(), "asked_by": asked_by}).scalar_one_or_none()
    if asked:
        record(session, "platform.isolation_probed", subject=("isolation_probe", asked))
        enqueue(session, JOB, {"probe_id": str(asked)}, org_id=None, unique_key="probe")


def begin(session: Session, probe_id: UUID | None) -> UUID:
    mine = probe_id or uuid4()
    session.connection().execute(_GIVE_UP_OTHERS, {"id": mine})
    session.connection().execute(_BEGIN, {"id": mine})
    return mine


def note_progress(session: Session, probe_id: UUID, *, stage: str, done: int, in_all: int) -> None:
    values = {"id": probe_id, "stage": stage, "done": done, "in_all": in_all}
    session.connection().execute(_PROGRESS, values)


def note_findings(session: Session, probe_id: UUID, findings: Findings) -> None:
    """Keep what was found, and raise or clear the alert."""
    counts = count(findings)
    _close(session, probe_id, counts, as_json(findings))
    if counts.holes or counts.not_run:
        _say_red(session, counts, ", ".join(list(troubles(findings))[:_MOST_NAMED]))
    else:
        clear_alert(session, HOLE)


def note_failure(session: Session, probe_id: UUID, trouble: str) -> None:
    """The probe itself failed: as long as nobody knows better, that is as bad as a hole."""
    counts = Counts(0, 0, 1)
    _close(session, probe_id, counts, {"trouble": trouble})
    _say_red(session, counts, trouble)


def _close(session: Session, probe_id: UUID, counts: Counts, findings: dict[str, Any]) -> None:
    probe = session.get_one(IsolationProbe, probe_id)
    probe.findings = findings
    probe.attempts, probe.holes, probe.not_run = counts.attempts, counts.holes, counts.not_run
    probe.state, probe.stage, probe.tables_done = "done", "", probe.tables_in_all
    session.flush()
    session.connection().execute(
        text("""update isolation_probes set finished_at = clock_timestamp(),
                  duration_ms = extract(epoch from clock_timestamp() - started_at) * 1000 where id = :id"""),
        {"id": probe_id},
    )


def _say_red(session: Session, counts: Counts, named: str) -> None:
    found = f"{counts.holes} found open, {counts.not_run} could not be tried"
    raise_alert(
        session,
        key=HOLE,
        title="The walls between clinics do not hold",
        body=f"{found}: {named}. See Isolation.",
        severity="critical",
    )


def watch(session: Session) -> None:
    """A probe that does not run shows nothing: say so."""
    age = session.connection().execute(_AGE).scalar_one()
    if age is None or age < STALE_AFTER:
        clear_alert(session, STALE)
        return
    raise_alert(
        session,
        key=STALE,
        title="The walls between clinics are not probed",
        body=f"The last probe was {age.total_seconds() / 3600:.0f} hours ago. Do worker and scheduler run?",
        severity="critical",
    )


def latest(session: Session) -> IsolationProbe | None:
    """The last one that has ended."""
    done = select(IsolationProbe).where(IsolationProbe.state == "done")
    return session.exec(done.order_by(col(IsolationProbe.finished_at).desc().nulls_last()).limit(1)).first()


def under_way(session: Session) -> IsolationProbe | None:
    """The one that runs, or else the one that waits."""
    asked = select(IsolationProbe).where(IsolationProbe.state != "done")
    return session.exec(asked.order_by(col(IsolationProbe.state), col(IsolationProbe.asked_at))).first()


def history(session: Session, *, limit: int) -> list[tuple[datetime, int, int, int, int]]:
    """When each ended; how much was tried, open, not tried; how many milliseconds it took. Newest first."""
    rows = session.connection().execute(
        text("""select finished_at, attempts, holes, not_run, coalesce(duration_ms, 0) from isolation_probes
                 where state = 'done' order by finished_at desc nulls last limit :limit"""),
        {"limit": limit},
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def forget_old(session: Session) -> None:
    session.connection().execute(_FORGET)
