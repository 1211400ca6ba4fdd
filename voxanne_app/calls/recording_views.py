"""A call's recording as its screen shows it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_OF_CALL = text("""
    select state, reason, wanted_at, attempts, next_try_at, kept_at, delete_after, deleted_at,
      duration_seconds, waveform
    from call_recordings where org_id = :org_id and call_id = :call_id
""")


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
