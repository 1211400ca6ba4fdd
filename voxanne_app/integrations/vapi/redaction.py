"""Vapi's messages carry other people's secrets: they are taken out before a body is stored or logged.

Seen in real bodies: the Twilio auth token of a number, the secret of a tool's server, a user's own token
inside `assistantOverrides.metadata`, and the addresses that listen to a call or speak into it without asking
who is there.
"""

import re
from functools import lru_cache
from typing import Any

REMOVED = "[removed]"
_DEEPEST = 100

_ENDINGS = ("secret", "token", "password", "apikey", "apisecret", "privatekey", "authorization", "cookie")
_NAMES = frozenset(("headers", "credential", "credentials", "controlurl", "listenurl", "twilioaccountsid"))
_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\bBearer\s+\S{12,}")


class UnfitForStorage(Exception):
    """Text that Postgres cannot hold, or nesting that serves nobody."""


def without_secrets(value: Any, depth: int = 0) -> Any:
    """The same JSON with each secret replaced. Raises UnfitForStorage."""
    if isinstance(value, str):
        if "\x00" in value:
            raise UnfitForStorage("a NUL character")
        return _TOKEN.sub(REMOVED, value) if "eyJ" in value or "Bearer" in value else value
    if depth > _DEEPEST:
        raise UnfitForStorage("nested too deeply")
    if isinstance(value, dict):
        return {
            without_secrets(name): REMOVED
            if _is_secret(name) and held is not None
            else without_secrets(held, depth + 1)
            for name, held in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(held, depth + 1) for held in value]
    return value


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return plain in _NAMES or plain.endswith(_ENDINGS)
