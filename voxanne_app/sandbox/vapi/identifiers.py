"""Ids as Vapi makes them today: UUIDs of version 7, so that they sort by time."""

import secrets
import time
from uuid import UUID

UUID_7, RFC_VARIANT = 0x7 << 76, 0b10 << 62


def new_id() -> str:
    milliseconds = time.time_ns() // 1_000_000
    high_random, low_random = secrets.randbits(12) << 64, secrets.randbits(62)
    return str(UUID(int=milliseconds << 80 | UUID_7 | high_random | RFC_VARIANT | low_random))


def new_call_sid() -> str:
    """Twilio's id of the call below ours."""
    return "CA" + secrets.token_hex(16)


def new_tool_call_id() -> str:
    """As OpenAI makes them."""
    return "call_" + secrets.token_urlsafe(18).replace("-", "a").replace("_", "b")
