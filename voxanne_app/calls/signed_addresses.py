"""The address under which a recording can be heard: for minutes, and in one browser session only."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

AUDIO = "/recordings/audio"
LASTS = timedelta(minutes=5)
# A page that is left open may go on listening with what it once was given; then it asks to listen again.
RENEWED_WITHIN = timedelta(hours=2)
_PURPOSE = b"recordings"


class AddressRefused(Exception):
    """It was not made for this session, or its time is over."""


@dataclass(frozen=True)
class Listener:
    """Whose ear an address is made for."""

    org_id: UUID
    session_id: UUID
    person_id: UUID


def address_of(call_id: UUID, listener: Listener, *, secret: str, now: datetime) -> tuple[str, datetime]:
    """(The address, when it ends.)"""
    expires = int((now + LASTS).timestamp())
    signed = {
        "call": str(call_id),
        "expires": expires,
        "signature": _sign(call_id, listener, expires, secret),
    }
    return f"{AUDIO}?{urlencode(signed)}", datetime.fromtimestamp(expires, UTC)


def check(
    call_id: UUID, listener: Listener, *, expires: str, signature: str, secret: str, now: datetime,
    late_by: timedelta = timedelta(),
) -> None:  # fmt: skip
    """Raises AddressRefused. `late_by`: how long ago its time may have ended."""
    if not expires.isascii() or not expires.isdigit() or len(expires) > 12:
        raise AddressRefused
    made = _sign(call_id, listener, int(expires), secret)
    if not hmac.compare_digest(made.encode(), signature.encode(errors="replace")):
        raise AddressRefused
    if now.timestamp() > int(expires) + late_by.total_seconds():
        raise AddressRefused


def _sign(call_id: UUID, listener: Listener, expires: int, secret: str) -> str:
    key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    told = f"{call_id}:{listener.org_id}:{listener.session_id}:{listener.person_id}:{expires}"
    return hmac.digest(key, told.encode(), hashlib.sha256).hex()
