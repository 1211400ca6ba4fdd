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
        return _text_without_secrets(value)
    if isinstance(value, dict):
        _check_depth(depth)
        # Most of what a body holds is text: it is looked at here, without another call for each.
        return {
            name: (REMOVED if held is not None else None)
            if _is_secret(name)
            else _text_without_secrets(held)
            if type(held) is str
            else without_secrets(held, depth + 1)
            for name, held in value.items()
        }
    if isinstance(value, list):
        _check_depth(depth)
        return [without_secrets(held, depth + 1) for held in value]
    return value


def _text_without_secrets(text: str) -> str:
    if "\x00" in text:
        raise UnfitForStorage("a NUL character")
    return _TOKEN.sub(REMOVED, text) if "eyJ" in text or "Bearer" in text else text


def _check_depth(depth: int) -> None:
    if depth > _DEEPEST:
        raise UnfitForStorage("lists or objects nested too deeply")


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    if "\x00" in name:
        raise UnfitForStorage("a NUL character")
    plain = name.lower().replace("_", "").replace("-", "")
    return plain in _NAMES or plain.endswith(_ENDINGS)
