"""What is known of recordings: which are wanted, kept, withheld, lost or deleted.

wanted ─ copied ──────────────────→ kept ─ its time is over ─→ deleted
   │ └─ asked for in vain for days → lost
   └─ nobody agreed ──────────────→ withheld
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.consent import Consent
from voxanne_app.calls.retention import GOES_AT
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

COPY = "calls.copy_recording"
DELETE_AT_VENDOR = "calls.delete_at_vendor"
# The first day every five minutes, as a bad day lasts hours; then hourly, as long as Vapi keeps calls.
TRY_AGAIN, TRY_AGAIN_LATER, TRIED_FOR = timedelta(minutes=5), timedelta(hours=1), timedelta(days=14)
# Before the vendor's copy goes, what is billed late is asked for once more.
VENDOR_KEEPS = timedelta(minutes=15)

_WANT = text("""
    insert into call_recordings (org_id, call_id, wanted_at, next_try_at)
    values (:org_id, :call_id, :now, :next_try_at) on conflict (org_id, call_id) do nothing returning id
""")
_ASKED = text("""
    select r.state, r.wanted_at, r.attempts, c.vendor_call_id, o.recording_retention_days,
      c.metadata -> 'recording_consent' as vendor_consent
    from call_recordings r
    join call_logs c on c.org_id = r.org_id and c.id = r.call_id
    join organizations o on o.id = r.org_id
    where r.org_id = :org_id and r.call_id = :call_id
""")
_KEEP = text("""
    update call_recordings set state = 'kept', reason = '', storage_key = :storage_key,
      content_type = :content_type, size_bytes = :size_bytes, sha256 = :sha256, waveform = :waveform,
      duration_seconds = :duration_seconds, attempts = attempts + 1, next_try_at = null, kept_at = :now,
      delete_after = :delete_after
    where org_id = :org_id and call_id = :call_id and state = 'wanted' returning id
""")
_TRIED = text("""
    update call_recordings set state = :state, reason = :reason, attempts = attempts + 1,
      next_try_at = :next_try_at
    where org_id = :org_id and call_id = :call_id and state = 'wanted'
""")
_DUE = text("""
    select org_id, call_id from call_recordings
    where state = 'wanted' and next_try_at <= :now order by next_try_at limit :at_most
""")
_OVER = text(f"""
    update call_recordings r set state = 'deleted', reason = 'retention', deleted_at = :now
    from organizations o
    where o.id = r.org_id and r.org_id = :org_id and r.state = 'kept' and {GOES_AT} <= :now
    returning r.call_id, r.storage_key
""")  # noqa: S608 - made of constants
_KEYS = text("select storage_key from call_recordings where org_id = :org_id and state = 'kept'")
_WANT_AGAIN = text("""
    update call_recordings set state = 'wanted', reason = 'vanished', wanted_at = :now, next_try_at = :now,
      attempts = 0
    where org_id = :org_id and state = 'kept' and storage_key = any(:keys)
""")
_GONE_THERE = text("""
    update call_recordings set vendor_deleted_at = :now
    where org_id = :org_id and call_id = :call_id
""")


@dataclass(frozen=True)
class Wanted:
    state: str
    wanted_at: datetime
    attempts: int
    vendor_call_id: str
    retention_days: int
    vendor_consent: dict[str, Any] | None


@dataclass(frozen=True)
class KeptFile:
    storage_key: str
    content_type: str
    size_bytes: int
    sha256: str
    waveform: bytes | None
    duration_seconds: float | None


def want(session: Session, *, org_id: UUID, call_id: UUID, now: datetime) -> None:
    """The report has named a recording: have it copied, once however often that is said."""
    values = {"org_id": org_id, "call_id": call_id, "now": now, "next_try_at": now + TRY_AGAIN}
    if session.connection().execute(_WANT, values).one_or_none():
        enqueue(session, COPY, {"call_id": str(call_id)}, org_id=org_id, unique_key=str(call_id))


def asked_for(session: Session, *, org_id: UUID, call_id: UUID) -> Wanted | None:
    """What is to be copied; None when that is settled, one way or the other."""
    row = session.connection().execute(_ASKED, {"org_id": org_id, "call_id": call_id}).one_or_none()
    return Wanted(*row) if row and row.state == "wanted" else None


def keep(
    session: Session, file: KeptFile, wanted: Wanted, *, org_id: UUID, call_id: UUID, now: datetime
) -> bool:
    """Note what lies in the storage now. False when somebody else was faster: then the file is nobody's."""
    values = vars(file) | {
        "org_id": org_id,
        "call_id": call_id,
        "now": now,
        "delete_after": now + timedelta(days=wanted.retention_days),
    }
    kept = session.connection().execute(_KEEP, values).one_or_none() is not None
    announce(session, org_id=org_id, topic="calls")
    return kept


def withhold(session: Session, reason: str, *, org_id: UUID, call_id: UUID, now: datetime) -> None:
    """It is not kept, here or at the vendor's."""
    _settle(session, "withheld", reason, org_id=org_id, call_id=call_id, next_try_at=None)
    delete_at_vendor(session, org_id=org_id, call_id=call_id, at=now + VENDOR_KEEPS)


def failed(
    session: Session, reason: str, wanted: Wanted, *, org_id: UUID, call_id: UUID, now: datetime
) -> None:
    """It could not be copied: again later, or never more."""
    age = now - wanted.wanted_at
    state = "lost" if age >= TRIED_FOR else "wanted"
    later = now + (TRY_AGAIN if age < timedelta(days=1) else TRY_AGAIN_LATER)
    next_try_at = None if state == "lost" else later
    _settle(session, state, reason, org_id=org_id, call_id=call_id, next_try_at=next_try_at)


def reason_to_withhold(consent: Consent, retention_days: int) -> str:
    """Why it may not be kept; empty when it may."""
    if consent != "given":
        return consent
    return "" if retention_days > 0 else "not_kept"


def due(session: Session, *, now: datetime, at_most: int) -> Sequence[tuple[UUID, UUID]]:
    """(organization, call) of what is to be tried again; for the platform."""
    found = session.connection().execute(_DUE, {"now": now, "at_most": at_most})
    return [(row.org_id, row.call_id) for row in found]


def end_retention(session: Session, *, org_id: UUID, now: datetime) -> list[str]:
    """Mark as deleted whose time is over, have the vendor delete them too; the keys of their files."""
    over = session.connection().execute(_OVER, {"org_id": org_id, "now": now}).all()
    for row in over:
        delete_at_vendor(session, org_id=org_id, call_id=row.call_id, at=now)
    return [row.storage_key for row in over]


def keys_of_kept(session: Session, *, org_id: UUID) -> set[str]:
    return set(session.connection().execute(_KEYS, {"org_id": org_id}).scalars())


def want_again(session: Session, keys: Sequence[str], *, org_id: UUID, now: datetime) -> None:
    """Their files are gone from the storage: copy them anew, as long as the vendor has them."""
    session.connection().execute(_WANT_AGAIN, {"org_id": org_id, "keys": list(keys), "now": now})


def delete_at_vendor(session: Session, *, org_id: UUID, call_id: UUID, at: datetime) -> None:
    enqueue(
        session,
        DELETE_AT_VENDOR,
        {"call_id": str(call_id)},
        org_id=org_id,
        unique_key=str(call_id),
        due_at=at,
    )


def deleted_at_vendor(session: Session, *, org_id: UUID, call_id: UUID, now: datetime) -> None:
    session.connection().execute(_GONE_THERE, {"org_id": org_id, "call_id": call_id, "now": now})


def _settle(
    session: Session, state: str, reason: str, *, org_id: UUID, call_id: UUID, next_try_at: datetime | None
) -> None:
    values = {"state": state, "reason": reason, "org_id": org_id, "call_id": call_id}
    session.connection().execute(_TRIED, values | {"next_try_at": next_try_at})
    announce(session, org_id=org_id, topic="calls")
