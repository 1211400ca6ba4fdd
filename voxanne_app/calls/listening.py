"""Who listens to a recording, and which one it is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record

_KEPT = text("""
    select storage_key, content_type, size_bytes, sha256 from call_recordings
    where org_id = :org_id and call_id = :call_id and state = 'kept'
""")


class RecordingNotFound(Exception):
    """There is no such call in this organization, or its recording is not kept."""


@dataclass(frozen=True)
class KeptRecording:
    storage_key: str
    content_type: str
    size_bytes: int
    sha256: str


def kept_recording(session: Session, *, org_id: UUID, call_id: UUID) -> KeptRecording:
    """Raises RecordingNotFound."""
    row = session.connection().execute(_KEPT, {"org_id": org_id, "call_id": call_id}).one_or_none()
    if row is None:
        raise RecordingNotFound
    return KeptRecording(*row)


def begin(session: Session, *, org_id: UUID, call_id: UUID, is_new: bool = True) -> None:
    """Somebody presses play: written down once, however many parts their browser then asks for.

    Raises RecordingNotFound.
    """
    kept_recording(session, org_id=org_id, call_id=call_id)
    if is_new:
        record(session, "recordings.played", subject=("call", call_id))
