"""A folder plays the calls' `RecordingStorage`, where everything runs on one machine."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from voxanne_app.calls.ports import NotStored, StorageUnavailable, StoredFile

_KEY = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}\.[a-z0-9]{2,4}")
_CHUNK = 1 << 16
_PRIVATE = 0o600


class FolderOfRecordings:
    """A folder per organization below `root`; only our own user can read what is in them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, file: Path, *, content_type: str) -> None:  # noqa: ARG002 - files know no types
        """In one step: whoever reads meanwhile sees the old one or the new one."""
        target = self._place(key)
        temporary = target.with_name(target.name + ".new")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with file.open("rb") as source, _new_private(temporary) as copy:
                shutil.copyfileobj(source, copy, _CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            temporary.replace(target)
        except OSError as error:
            raise StorageUnavailable(f"The folder of recordings: {error.strerror}.") from None

    def read(self, key: str, *, first: int, last: int) -> Iterator[bytes]:
        try:
            opened = self._place(key).open("rb")
        except FileNotFoundError:
            raise NotStored from None
        except OSError as error:
            raise StorageUnavailable(f"The folder of recordings: {error.strerror}.") from None
        return _part(opened, first, last)

    def delete(self, keys: Sequence[str]) -> None:
        try:
            for key in keys:
                self._place(key).unlink(missing_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"The folder of recordings: {error.strerror}.") from None

    def stored(self, org_id: UUID) -> Iterator[StoredFile]:
        folder = self._root / str(org_id)
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            key = f"{org_id}/{file.name}"
            with suppress(FileNotFoundError):
                stored_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                if _KEY.fullmatch(key):
                    yield StoredFile(key, stored_at)

    def _place(self, key: str) -> Path:
        """Keys are made by us; a path that leads elsewhere is a mistake of ours, and goes nowhere."""
        if not _KEY.fullmatch(key):
            raise NotStored
        return self._root / key


def _new_private(path: Path) -> BinaryIO:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb")


def _part(opened: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := opened.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
