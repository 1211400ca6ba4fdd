"""Whether a request was signed with the key that the seed names: AWS Signature Version 4, in headers."""

import hashlib
import hmac
import re
import time
from calendar import timegm
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from starlette.requests import Request

GOOD_FOR_SECONDS = 15 * 60
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_MUST_BE_SIGNED = {"host", "x-amz-content-sha256", "x-amz-date"}


class S3Error(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Key:
    id: str = "sandbox-s3-access-key"
    secret: str = "sandbox-s3-secret-key"  # noqa: S105 - nobody's
    region: str = "us-east-1"


async def require_signature(request: Request, key: Key) -> None:
    """Raises S3Error, as Amazon would say it."""
    given = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if given is None:
        raise S3Error(403, "AccessDenied", "Access Denied")
    if given["key"] != key.id:
        text = "The AWS Access Key Id you provided does not exist in our records."
        raise S3Error(403, "InvalidAccessKeyId", text)
    if given["region"] != key.region:
        text = f"The authorization header is malformed; the region is wrong; expecting '{key.region}'"
        raise S3Error(400, "AuthorizationHeaderMalformed", text)
    stamp = request.headers.get("x-amz-date", "")
    _require_now(stamp)
    names = given["names"].split(";")
    if names != sorted(names) or not set(names) >= _MUST_BE_SIGNED | _amazons(request):
        raise S3Error(403, "AccessDenied", "There were headers present in the request which were not signed")
    if not hmac.compare_digest(_signature(request, names, stamp, key), given["signature"]):
        text = "The request signature we calculated does not match the signature you provided."
        raise S3Error(403, "SignatureDoesNotMatch", text)
    if hashlib.sha256(await request.body()).hexdigest() != request.headers["x-amz-content-sha256"]:
        text = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise S3Error(400, "XAmzContentSHA256Mismatch", text)


def _amazons(request: Request) -> set[str]:
    return {name for name in request.headers if name.startswith("x-amz-")}


def _require_now(stamp: str) -> None:
    """By the true clock: the sandbox's own may be moved, whoever signs has none of that."""
    try:
        at = timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise S3Error(403, "AccessDenied", "AWS authentication requires a valid Date header") from None
    if abs(time.time() - at) > GOOD_FOR_SECONDS:
        text = "The difference between the request time and the current time is too large."
        raise S3Error(403, "RequestTimeTooSkewed", text)


def _signature(request: Request, names: list[str], stamp: str, key: Key) -> str:
    query = parse_qsl(request.url.query, keep_blank_values=True)
    escaped = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in query)
    lines = [request.method, quote(request.scope["path"]), "&".join("=".join(pair) for pair in escaped)]
    lines += [f"{name}:{request.headers.get(name, '').strip()}" for name in names]
    lines += ["", ";".join(names), request.headers["x-amz-content-sha256"]]
    canonical = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    scope = [stamp[:8], key.region, "s3", "aws4_request"]
    secret = ("AWS4" + key.secret).encode()
    for part in scope:
        secret = hmac.new(secret, part.encode(), "sha256").digest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, "/".join(scope), canonical])
    return hmac.new(secret, to_sign.encode(), "sha256").hexdigest()
