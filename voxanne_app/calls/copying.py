"""A recording on its way from the voice platform into our storage: fetched, looked at, put away."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from voxanne_app.calls import audio
from voxanne_app.calls.ports import CallArchive, RecordingStorage, SpokenTurn, UnusableRecording
from voxanne_app.calls.recordings import KeptFile
from voxanne_app.calls.waveform import waveform_of

# Two hours of 16-bit stereo as Vapi makes it.
LARGEST_BYTES = 512 * 1024 * 1024


def copy(
    archive: CallArchive,
    storage: RecordingStorage,
    vendor_call_id: str,
    turns: Sequence[SpokenTurn],
    *,
    org_id: UUID,
    call_id: UUID,
    folder: Path,
    largest: int = LARGEST_BYTES,
) -> KeptFile:
    """Fetch the recording into `folder`, and store it. Raises what its two ports raise."""
    file = folder / "recording"
    with file.open("wb") as opened:
        archive.recording(vendor_call_id, into=opened, at_most=largest)
    try:
        content_type = audio.kind_of(file)
    except audio.NoAudio:
        raise UnusableRecording("not_audio") from None
    waveform, seconds = waveform_of(file, turns)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    # The same key each time: a copy that was made twice replaces itself.
    key = f"{org_id}/{call_id}.{audio.EXTENSIONS[content_type]}"
    storage.put(key, file, content_type=content_type)
    return KeptFile(
        storage_key=key,
        content_type=content_type,
        size_bytes=file.stat().st_size,
        sha256=sha256,
        waveform=waveform.as_bytes() if waveform else None,
        duration_seconds=seconds,
    )
