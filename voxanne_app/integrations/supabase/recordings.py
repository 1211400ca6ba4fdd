"""Supabase Storage plays the calls' `RecordingStorage`: a private bucket, and the project's secret key."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from voxanne_app.calls.ports import NotStored, StorageUnavailable, StoredFile
from voxanne_app.foundation.http_client import first_bytes, http_client

_TIMEOUT_SECONDS = 20.0
_CHUNK = 1 << 16
_AT_ONCE = 100  # names in a listing or a deletion


class SupabaseRecordings:
    def __init__(self, *, url: str, secret_key: str, bucket: str) -> None:
        """`url` is the project's, without `/storage/v1`."""
        self._base = f"{url.rstrip('/')}/storage/v1"
        self._bucket = bucket
        # The gateway wants the key in both places, and they must agree.
        self._key = {"apikey": secret_key, "authorization": f"Bearer {secret_key}"}

    def put(self, key: str, file: Path, *, content_type: str) -> None:
        headers = {
            "content-type": content_type,
            "content-length": str(file.stat().st_size),
            "cache-control": "no-store",
            "x-upsert": "true",
        }
        with file.open("rb") as opened:
            chunks = iter(lambda: opened.read(_CHUNK), b"")
            answer = self._ask("POST", f"object/{self._bucket}/{key}", headers=headers, content=chunks)
        if _is_missing(answer) and "bucket" in _message(answer).lower():
            self._make_bucket()
            raise StorageUnavailable("The bucket was not there; it is now, so the next attempt can use it.")
        _check(answer)

    def read(self, key: str, *, first: int, last: int) -> Iterator[bytes]:
        client = http_client(timeout_seconds=_TIMEOUT_SECONDS, headers=self._key)
        address = f"{self._base}/object/authenticated/{self._bucket}/{key}"
        try:
            request = client.build_request("GET", address, headers={"range": f"bytes={first}-{last}"})
            answer = client.send(request, stream=True)
            if answer.status_code not in (200, 206):
                answer.read()
        except httpx.HTTPError as error:
            client.close()
            raise _unavailable(error) from None
        if answer.status_code != 206 and (first or answer.status_code != 200):
            client.close()
            raise (
                NotStored if _is_missing(answer) else StorageUnavailable(f"It answered {answer.status_code}.")
            )
        return _chunks(client, answer, last - first + 1)

    def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _AT_ONCE):
            names = {"prefixes": list(keys[start : start + _AT_ONCE])}
            _check(self._ask("DELETE", f"object/{self._bucket}", json=names))

    def stored(self, org_id: UUID) -> Iterator[StoredFile]:
        offset = 0
        while True:
            asked = {
                "prefix": str(org_id),
                "limit": _AT_ONCE,
                "offset": offset,
                "sortBy": {"column": "name", "order": "asc"},
            }
            answer = self._ask("POST", f"object/list/{self._bucket}", json=asked)
            if _is_missing(answer):
                return
            found = _listed(answer)
            for entry in found:
                if entry.get("id"):  # folders have none
                    at = datetime.fromisoformat(entry["updated_at"])
                    yield StoredFile(f"{org_id}/{entry['name']}", at)
            if len(found) < _AT_ONCE:
                return
            offset += _AT_ONCE

    def _make_bucket(self) -> None:
        wanted = {"id": self._bucket, "name": self._bucket, "public": False}
        answer = self._ask("POST", "bucket", json=wanted)
        if answer.status_code >= 400 and "exist" not in _message(answer).lower():
            raise StorageUnavailable(f"The bucket could not be made: {answer.status_code}.")

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            with http_client(timeout_seconds=_TIMEOUT_SECONDS, headers=self._key) as client:
                return client.request(method, f"{self._base}/{path}", **given)
        except httpx.HTTPError as error:
            raise _unavailable(error) from None


def _chunks(client: httpx.Client, answer: httpx.Response, wanted: int) -> Iterator[bytes]:
    try:
        yield from first_bytes(client, answer, wanted)
    except httpx.HTTPError as error:
        raise _unavailable(error) from None


def _check(answer: httpx.Response) -> Any:
    try:
        found = answer.json() if answer.status_code < 400 else None
    except ValueError:
        found = None
    if found is None:
        raise StorageUnavailable(f"Supabase Storage answered {answer.status_code}.")
    return found


def _listed(answer: httpx.Response) -> list[dict[str, Any]]:
    """What is no list must not look like an empty one: all recordings would be counted as vanished."""
    found = _check(answer)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise StorageUnavailable("Supabase Storage answered something that is no list.")
    return found


def _is_missing(answer: httpx.Response) -> bool:
    """Storage says 400, and 404 inside."""
    return answer.status_code == 404 or (answer.status_code == 400 and _field(answer, "statusCode") == "404")


def _message(answer: httpx.Response) -> str:
    return _field(answer, "message")


def _field(answer: httpx.Response, name: str) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get(name, "")) if isinstance(told, dict) else ""


def _unavailable(error: httpx.HTTPError) -> StorageUnavailable:
    return StorageUnavailable(f"Supabase Storage could not be reached: {type(error).__name__}.")
