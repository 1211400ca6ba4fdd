"""Requests signed as S3 asks for it: AWS Signature Version 4, in headers.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, whose examples
tests/unit/test_s3_signing.py signs.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote

import httpx

_ALGORITHM = "AWS4-HMAC-SHA256"
OF_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Access:
    """`region` is the bucket's own: another one is refused, though nothing else depends on it."""

    key_id: str
    secret: str = field(repr=False)
    region: str


def signed(
    method: str, url: str, headers: Mapping[str, str], *, sha256: str, access: Access, now: datetime
) -> dict[str, str]:
    """`headers`, and those that sign them; none of them may change on the way.

    `url` is the whole address with its query, `sha256` that of the body in hexadecimal. Good for 15 minutes.
    """
    address = httpx.URL(url)
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    sent = {name.lower(): value.strip() for name, value in headers.items()} | {
        "host": address.netloc.decode(),
        "x-amz-content-sha256": sha256,
        "x-amz-date": stamp,
    }
    names = ";".join(sorted(sent))
    request = "\n".join(
        (
            method,
            quote(unquote(address.path) or "/", safe="/~"),
            _sorted_query(address.query.decode()),
            *(f"{name}:{sent[name]}" for name in sorted(sent)),
            "",
            names,
            sha256,
        )
    )
    scope = f"{stamp[:8]}/{access.region}/s3/aws4_request"
    to_sign = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.digest(_key(access.secret, scope), to_sign.encode(), "sha256").hex()
    credential = f"Credential={access.key_id}/{scope}"
    return sent | {"authorization": f"{_ALGORITHM} {credential},SignedHeaders={names},Signature={signature}"}


def _sorted_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs))


def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
