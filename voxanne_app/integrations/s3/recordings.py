"""A bucket that speaks S3 plays the calls' `RecordingStorage`: Amazon's own, MinIO, Ceph and their like."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import UUID
from xml.sax.saxutils import escape

import httpx

from voxanne_app.calls.ports import NotStored, StoredFile
from voxanne_app.foundation import clock
from voxanne_app.foundation.http_client import first_bytes, http_client
from voxanne_app.integrations.s3 import answers
from voxanne_app.integrations.s3.signing import OF_NOTHING, Access, signed

_TIMEOUT_SECONDS = 20.0
_CHUNK = 1 << 16
_AT_ONCE = 1000  # keys in a listing or a deletion


class S3Recordings:
    def __init__(self, *, bucket_url: str, access: Access, encryption: str | None = None) -> None:
        """`bucket_url` has the bucket's name in its host or its path; `encryption`, `AES256` or `aws:kms`, is
        what each file is to be encrypted with there; None leaves that to the bucket.
        """
        self._bucket, self._access = bucket_url.rstrip("/"), access
        self._encryption = {"x-amz-server-side-encryption": encryption} if encryption else {}

    def put(self, key: str, file: Path, *, content_type: str) -> None:
        with file.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
            opened.seek(0)
            headers = {"content-type": content_type, "content-length": str(file.stat().st_size)}
            chunks = iter(lambda: opened.read(_CHUNK), b"")
            answer = self._ask(
                "PUT", self._address(key), headers | self._encryption, content=chunks, sha256=sha256
            )
        # Whoever has stored a file names its ETag: another's 200 has stored nothing.
        if answer.status_code != 200 or "etag" not in answer.headers:
            raise answers.refused(answer)

    def read(self, key: str, *, first: int, last: int) -> Iterator[bytes]:
        client = http_client(timeout_seconds=_TIMEOUT_SECONDS)
        wanted = {"range": f"bytes={first}-{last}"}
        headers = self._signed("GET", self._address(key), wanted) | {"accept-encoding": "identity"}
        try:
            request = client.build_request("GET", self._address(key), headers=headers)
            answer = client.send(request, stream=True)
            if answer.status_code >= 400:  # never all of a file that was asked for in part
                answer.read()
        except httpx.HTTPError as error:
            client.close()
            raise answers.unreachable(error) from None
        if answer.status_code != 206:
            client.close()
            raise NotStored if answers.code_of(answer) == "NoSuchKey" else answers.refused(answer)
        return _chunks(client, answer, last - first + 1)

    def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _AT_ONCE):
            body = _deletion(keys[start : start + _AT_ONCE])
            md5 = hashlib.md5(body, usedforsecurity=False).digest()
            headers = {"content-type": "application/xml", "content-md5": base64.b64encode(md5).decode()}
            sha256 = hashlib.sha256(body).hexdigest()
            answer = self._ask("POST", f"{self._bucket}/?delete=", headers, content=body, sha256=sha256)
            answers.require_deleted(answer)

    def stored(self, org_id: UUID) -> Iterator[StoredFile]:
        asked = {"list-type": "2", "max-keys": str(_AT_ONCE), "prefix": f"{org_id}/"}
        while True:
            answer = self._ask("GET", f"{self._bucket}/?{urlencode(asked)}")
            found, rest = answers.listed(answer)
            yield from found
            if rest is None:
                return
            asked["continuation-token"] = rest

    def _address(self, key: str) -> str:
        return f"{self._bucket}/{quote(key)}"

    def _signed(
        self, method: str, url: str, headers: dict[str, str], *, sha256: str = OF_NOTHING
    ) -> dict[str, str]:
        return signed(method, url, headers, sha256=sha256, access=self._access, now=clock.now())

    def _ask(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        *,
        content: bytes | Iterable[bytes] = b"",
        sha256: str = OF_NOTHING,
    ) -> httpx.Response:
        signed_ones = self._signed(method, url, headers or {}, sha256=sha256)
        try:
            with http_client(timeout_seconds=_TIMEOUT_SECONDS) as client:
                return client.request(method, url, headers=signed_ones, content=content)
        except httpx.HTTPError as error:
            raise answers.unreachable(error) from None


def _chunks(client: httpx.Client, answer: httpx.Response, wanted: int) -> Iterator[bytes]:
    try:
        yield from first_bytes(client, answer, wanted)
    except httpx.HTTPError as error:
        raise answers.unreachable(error) from None


def _deletion(keys: Sequence[str]) -> bytes:
    objects = "".join(f"<Object><Key>{escape(key)}</Key></Object>" for key in keys)
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    return f'<Delete xmlns="{space}"><Quiet>true</Quiet>{objects}</Delete>'.encode()
