"""What kind of audio a file holds, by its first bytes: what a vendor's header says is not evidence."""

import struct
from pathlib import Path
from typing import BinaryIO

EXTENSIONS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/mp4": "m4a"}
_WHOLE_LATER = 0xFFFFFFFF  # written by those who did not know the length yet


class NoAudio(Exception):
    """The file is something else, or only a part of it came."""


def kind_of(file: Path) -> str:
    """The media type. Raises NoAudio."""
    with file.open("rb") as opened:
        head = opened.read(12)
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            if not _is_whole(opened, head):
                raise NoAudio
            return "audio/wav"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return "audio/mpeg"
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    raise NoAudio


def _is_whole(opened: BinaryIO, head: bytes) -> bool:
    """Whether as much is there as the header says."""
    (said,) = struct.unpack("<I", head[4:8])
    opened.seek(0, 2)
    return bool(said in (0, _WHOLE_LATER) or opened.tell() >= said + 8)
