"""Request bodies as GoTrue reads them: JSON objects; unknown fields are ignored."""

from typing import Any

import orjson
from starlette.requests import Request

from voxanne_app.sandbox.supabase.errors import AuthError, bad_json, validation_failed


async def read(request: Request) -> dict[str, Any]:
    raw = await request.body()
    if not raw.strip():
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise bad_json() from None
    if not isinstance(body, dict):
        raise bad_json()
    return body


def text(body: dict[str, Any], name: str) -> str:
    """A text or nothing; Go refuses other kinds when it decodes the body."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad_json()
    return value


def mapping(body: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_json()
    return value


def email(body: dict[str, Any]) -> str:
    """A usable address, in lower case."""
    address = text(body, "email").strip().lower()
    if not address:
        raise validation_failed("An email address is required")
    name, at, domain = address.rpartition("@")
    if not (name and at and "." in domain) or " " in address or len(address) > 255:
        raise AuthError(400, "validation_failed", "Unable to validate email address: invalid format")
    return address
