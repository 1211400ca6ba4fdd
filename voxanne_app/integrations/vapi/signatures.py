"""Whether a request truly comes from Vapi: a shared secret in a header, or an HMAC over the raw bytes.

Vapi offers three ways and leaves the choice to whoever sets up the server: the header `X-Vapi-Secret`, a
bearer token, or `x-signature` with `x-timestamp` over `{timestamp}.{body}`. Source: Vapi's OpenAPI,
HMACAuthenticationPlan.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

WINDOW_SECONDS = 300
_LATEST_SECONDS = 100_000_000_000  # a larger number is milliseconds: Vapi does not document the unit


def is_genuine(
    headers: Mapping[bytes, bytes], body: bytes, *, secrets: Sequence[bytes], now_seconds: float
) -> bool:
    """Whether one of `secrets` (several while they rotate) vouches for this request.

    The strongest proof that is offered decides: a bad signature is not mended by a good header beside it.
    """
    if (signature := headers.get(b"x-signature")) is not None:
        timestamp = headers.get(b"x-timestamp", b"")
        return _is_recent(timestamp, now_seconds) and _is_signed(signature, timestamp, body, secrets)
    offered = headers.get(b"x-vapi-secret")
    if offered is None:
        scheme, _, offered = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer":
            return False
    return _is_any_of(offered.strip(), secrets)


def sign(body: bytes, *, secret: bytes, timestamp: str) -> str:
    """The hex value of `x-signature`, as Vapi computes it."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _is_recent(timestamp: bytes, now_seconds: float) -> bool:
    if not timestamp.isdigit() or len(timestamp) > 16:
        return False
    signed_at = int(timestamp)
    if signed_at > _LATEST_SECONDS:
        signed_at //= 1000
    return abs(now_seconds - signed_at) <= WINDOW_SECONDS


def _is_signed(signature: bytes, timestamp: bytes, body: bytes, secrets: Sequence[bytes]) -> bool:
    digest = _digest_of(signature.removeprefix(b"sha256="))
    signed = timestamp + b"." + body
    return digest is not None and _is_any_of(
        digest, [hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets]
    )


def _digest_of(signature: bytes) -> bytes | None:
    """The 32 bytes that are written as hex or base64, or None."""
    try:
        digest = (
            bytes.fromhex(signature.decode("ascii"))
            if len(signature) == 64
            else base64.b64decode(signature, validate=True)
        )
    except (ValueError, binascii.Error):
        return None
    return digest if len(digest) == 32 else None


def _is_any_of(offered: bytes, expected: Sequence[bytes]) -> bool:
    # Each one is compared, in constant time: how long it takes says nothing about which one was close.
    return sum(hmac.compare_digest(offered, each) for each in expected) > 0
