"""Six digits that change every half minute (RFC 6238), as authenticator apps compute them."""

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

STEP_SECONDS, DIGITS = 30, 6


def new_secret() -> str:
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, epoch_seconds: float) -> str:
    counter = struct.pack(">Q", int(epoch_seconds) // STEP_SECONDS)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def is_right(secret: str, code: str, epoch_seconds: float) -> bool:
    """The step before and after count as well: clocks differ, people are slow."""
    steps = (-STEP_SECONDS, 0, STEP_SECONDS)
    return any(hmac.compare_digest(code_at(secret, epoch_seconds + step), code) for step in steps)


def uri(secret: str, issuer: str, account: str) -> str:
    """What the QR code says."""
    query = urlencode({"algorithm": "SHA1", "digits": DIGITS, "issuer": issuer, "period": STEP_SECONDS,
                       "secret": secret})  # fmt: skip
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
