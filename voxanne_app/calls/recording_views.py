"""A call's recording as its screen shows it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.retention import GOES_AT

_OF_CALL = text(f"""
    select r.state, r.reason, r.wanted_at, r.attempts, r.next_try_at, r.kept_at, {GOES_AT} as delete_after,
      r.deleted_at, r.duration_seconds, r.waveform
    from call_recordings r join organizations o on o.id = r.org_id
    where r.org_id = :org_id and r.call_id = :call_id
""")  # noqa: S608 - made of constants


@dataclass(frozen=True)
class RecordingView:
    state: str
    reason: str
    wanted_at: datetime
    attempts: int
    next_try_at: datetime | None
    kept_at: datetime | None
    delete_after: datetime | None
    deleted_at: datetime | None
    duration_seconds: Decimal | None
    waveform: bytes | None


def recording_of(session: Session, *, org_id: UUID, call_id: UUID) -> RecordingView | None:
    """None when the voice platform has named no recording, or not yet."""
    row = session.connection().execute(_OF_CALL, {"org_id": org_id, "call_id": call_id}).one_or_none()
    return RecordingView(*row) if row else None
