"""A file in a bucket, and the answers in which it is listed, given out or missed."""

import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.s3.signature import S3Error


@dataclass(frozen=True)
class Stored:
    content: bytes
    kind: str
    at: float
    encryption: str

    @property
    def headers(self) -> dict[str, str]:
        headers = {"etag": self._tag, "accept-ranges": "bytes"}
        return headers | ({"x-amz-server-side-encryption": self.encryption} if self.encryption else {})

    @property
    def _tag(self) -> str:
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'

    def listed(self, key: str) -> str:
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{iso_milliseconds(self.at)}</LastModified>"
            f"<ETag>{escape(self._tag)}</ETag><Size>{len(self.content)}</Size></Contents>"
        )

    def answer(self, wanted: str) -> Response:
        """All of it, or the one range that is wanted. Raises S3Error when that lies beyond its end."""
        size = len(self.content)
        unit, _, span = wanted.partition("=")
        first, _, last = span.partition("-")
        if unit != "bytes" or not first.isdigit() or (last and not last.isdigit()):
            return Response(self.content, 200, self.headers, self.kind)
        begin, end = int(first), min(int(last or size), size - 1)
        if begin > end:
            raise S3Error(416, "InvalidRange", "The requested range is not satisfiable")
        told = {"content-range": f"bytes {begin}-{end}/{size}"}
        return Response(self.content[begin : end + 1], 206, self.headers | told, self.kind)


def xml(text: str, status: int = 200) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', status, media_type="application/xml")


async def error_answer(_: Request, error: Exception) -> Response:
    assert isinstance(error, S3Error)
    return xml(
        f"<Error><Code>{error.code}</Code><Message>{escape(str(error))}</Message></Error>", error.status
    )
