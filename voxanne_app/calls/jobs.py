"""Recordings are copied, tried again and cleaned up; what is billed late is looked at once more; figures are
kept.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.calls import call_log, copying, lines, recordings
from voxanne_app.calls.consent import consent_of
from voxanne_app.calls.insights import counting
from voxanne_app.calls.ports import (
    ArchiveUnavailable,
    Line,
    NoRecording,
    StorageUnavailable,
    UnusableRecording,
)
from voxanne_app.calls.promises import comparing
from voxanne_app.calls.turns import read_turns
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.job_queue import JobRun, enqueue, job
from voxanne_app.foundation.settings import get_settings
from voxanne_app.monitoring.alerts import clear_alert, raise_alert

_MOST_TURNS = 5000
_AT_ONCE = 500
# A file this young may be one whose row is about to be committed.
_YOUNG = timedelta(hours=1)

_SCARCE = "lines-scarce"

_ORGANIZATIONS = text("select id from organizations")
_OF_CALL = text("""
    select c.vendor_call_id, c.agent_id, o.time_zone
    from call_logs c join organizations o on o.id = c.org_id where c.org_id = :org_id and c.id = :call_id
""")


@job("calls.copy_recording", limit=timedelta(minutes=10))
def copy_recording(run: JobRun, *, call_id: str) -> None:
    org_id, call = _org_of(run), UUID(call_id)
    with transaction(run.claims) as session:
        wanted = recordings.asked_for(session, org_id=org_id, call_id=call)
        turns = read_turns(session, org_id=org_id, call_id=call, count=_MOST_TURNS)
    if wanted is None:
        return
    consent = consent_of(turns, wanted.vendor_consent)
    if reason := recordings.reason_to_withhold(consent, wanted.retention_days):
        with run.finish() as session:
            recordings.withhold(session, reason, org_id=org_id, call_id=call, now=run.now)
        return
    try:
        with tempfile.TemporaryDirectory(prefix="voxanne-") as folder:
            file = copying.copy(
                vendors.call_archive(),
                vendors.recording_storage(),
                wanted.vendor_call_id,
                turns,
                org_id=org_id,
                call_id=call,
                folder=Path(folder),
            )
    except (ArchiveUnavailable, NoRecording, StorageUnavailable, UnusableRecording) as error:
        with run.finish() as session:
            reason = _reason_of(error)
            recordings.failed(session, reason, wanted, org_id=org_id, call_id=call, now=run.now)
        return
    with run.finish() as session:
        recordings.keep(session, file, wanted, org_id=org_id, call_id=call, now=run.now)


@job("calls.retry_recordings")
def retry_recordings(run: JobRun) -> None:
    """For the scheduler, every five minutes."""
    with run.finish() as session:
        for org_id, call_id in recordings.due(session, now=run.now, at_most=_AT_ONCE):
            copy = {"call_id": str(call_id)}
            enqueue(session, recordings.COPY, copy, org_id=org_id, unique_key=str(call_id))


@job("calls.clean_recordings")
def clean_recordings(run: JobRun) -> None:
    """For the scheduler, daily: each organization's own job does the work."""
    with run.finish() as session:
        for org_id in session.connection().execute(_ORGANIZATIONS).scalars().all():
            enqueue(session, "calls.clean_recordings_of", {}, org_id=org_id, unique_key="daily")


@job("calls.clean_recordings_of", limit=timedelta(minutes=10))
def clean_recordings_of(run: JobRun) -> None:
    """Delete whose time is over and what belongs to nothing; have copied again what has vanished."""
    org_id, storage = _org_of(run), vendors.recording_storage()
    with transaction(run.claims) as session:
        over = recordings.end_retention(session, org_id=org_id, now=run.now)
        if over:
            record(session, "recordings.retention_ended", details={"count": len(over)})
        kept_before = recordings.keys_of_kept(session, org_id=org_id)
    stored = {file.key: file.stored_at for file in storage.stored(org_id)}
    with transaction(run.claims) as session:
        kept = recordings.keys_of_kept(session, org_id=org_id)
    orphans = [key for key, at in stored.items() if key not in kept and at < run.now - _YOUNG]
    storage.delete(list({*over, *orphans} - kept))
    with run.finish() as session:
        recordings.want_again(session, sorted(kept_before - stored.keys()), org_id=org_id, now=run.now)


@job("calls.delete_at_vendor")
def delete_at_vendor(run: JobRun, *, call_id: str) -> None:
    org_id, call = _org_of(run), UUID(call_id)
    with transaction(run.claims) as session:
        found = session.connection().execute(_OF_CALL, {"org_id": org_id, "call_id": call}).one_or_none()
    if found is None:
        return
    vendors.call_archive().delete(found.vendor_call_id)
    with run.finish() as session:
        recordings.deleted_at_vendor(session, org_id=org_id, call_id=call, now=run.now)


@job("calls.look_again")
def look_again(run: JobRun, *, call_id: str) -> None:
    """Some minutes after the report: what was billed late stands in the call only, and no webhook says it."""
    org_id = _org_of(run)
    with transaction(run.claims) as session:
        values = {"org_id": org_id, "call_id": UUID(call_id)}
        found = session.connection().execute(_OF_CALL, values).one_or_none()
    news = vendors.call_archive().call(found.vendor_call_id) if found else None
    with run.finish() as session:
        if found and news:
            line = Line(org_id, found.agent_id, found.time_zone)
            call_log.take_in(session, news, line=line, now=run.now)


@job("calls.watch_lines")
def watch_lines(run: JobRun) -> None:
    """For the scheduler, every minute: operators hear of it before callers do."""
    with run.finish() as session:
        now = lines.lines_now(session, in_all=get_settings().vapi_lines, now=run.now)
        if not now.are_scarce:
            clear_alert(session, _SCARCE)
            return
        raise_alert(
            session,
            key=_SCARCE,
            title="Telephone lines are running out",
            body=f"{now.taken} of {now.in_all} lines are taken, by {len(now.live)} clinics. "
            "Callers who find none hear that nobody answers; more lines can be bought from Vapi.",
            severity="critical" if now.left == 0 else "warning",
        )


@job("calls.compare")
def compare_one(run: JobRun, *, call_id: str) -> None:
    """What was done later may keep what was promised in an earlier call."""
    with run.finish() as session:
        comparing.compare(session, org_id=_org_of(run), call_id=UUID(call_id), now=run.now)


@job("calls.compare_again")
def compare_again(run: JobRun, *, booking_id: str) -> None:
    """A booking has changed: the calls that spoke of it, or promised it, are looked at again."""
    with run.finish() as session:
        comparing.compare_around_booking(
            session, org_id=_org_of(run), booking_id=UUID(booking_id), now=run.now
        )


@job("calls.count_figures")
def count_figures(run: JobRun) -> None:
    """For the scheduler, every ten minutes: where calls have changed, their days are counted again."""
    with run.finish() as session:
        for org_id in counting.clinics_with_changes(session):
            enqueue(session, counting.COUNT, {}, org_id=org_id, unique_key="figures")


@job("calls.count_all_figures")
def count_all_figures(run: JobRun) -> None:
    """For the scheduler, nightly: also the days on which nothing changed, and those of clinics that moved."""
    with run.finish() as session:
        for org_id in session.connection().execute(_ORGANIZATIONS).scalars().all():
            enqueue(session, counting.COUNT, {}, org_id=org_id, unique_key="figures")


@job(counting.COUNT, limit=timedelta(minutes=10))
def count_figures_of(run: JobRun) -> None:
    with run.finish() as session:
        counting.count_changes(session, org_id=_org_of(run), now=run.now)


def _org_of(run: JobRun) -> UUID:
    assert run.org_id, "Calls belong to an organization."
    return run.org_id


def _reason_of(error: Exception) -> str:
    """A word for the record: nothing of an address or an answer."""
    if isinstance(error, UnusableRecording):
        return error.reason
    return {NoRecording: "not_there", StorageUnavailable: "storage"}.get(type(error), "unavailable")
