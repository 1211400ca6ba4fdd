"""Reads JSON from outside field by field; what is wrong with it is said in one clear sentence."""

from typing import Any

import orjson
from starlette.requests import Request


class BadField(Exception):
    """The body cannot be used; the message is meant for the person who sent it."""


class Fields:
    """A JSON object being read: each field once, then `finish` refuses what nobody asked for."""

    def __init__(self, value: object, what: str = "the body") -> None:
        if not isinstance(value, dict):
            raise BadField(f"{what} must be a JSON object")
        self._left: dict[str, Any] = dict(value)
        self._what = what

    def text(self, name: str, default: str | None = None) -> str | None:
        value = self._left.pop(name, None)
        if value is None:
            return default
        if not isinstance(value, str):
            raise BadField(f"'{name}' of {self._what} must be a text")
        return value

    def needed_text(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise BadField(f"'{name}' is missing in {self._what}")
        return value

    def choice(self, name: str, options: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in options:
            raise BadField(f"'{name}' of {self._what} must be one of: {', '.join(options)}")
        return value

    def number(self, name: str, *, low: float, high: float, default: float | None = None) -> float | None:
        value = self._left.pop(name, None)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise BadField(f"'{name}' of {self._what} must be a number from {low:g} to {high:g}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._left.pop(name, None)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise BadField(f"'{name}' of {self._what} must be true or false")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self._left.pop(name, None)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise BadField(f"'{name}' of {self._what} must be a JSON object")
        return value

    def objects(self, name: str) -> list[dict[str, Any]]:
        value = self._left.pop(name, None)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise BadField(f"'{name}' of {self._what} must be a list of JSON objects")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._left.pop(name, None)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadField(f"'{name}' of {self._what} must be a list of texts")
        return tuple(value)

    def anything(self, name: str) -> Any:
        return self._left.pop(name, None)

    def finish(self) -> None:
        if self._left:
            raise BadField(f"{self._what} has unknown fields: {', '.join(sorted(self._left))}")


async def read_fields(request: Request) -> Fields:
    """The request's JSON body; an empty one counts as `{}`."""
    raw = await request.body()
    try:
        return Fields(orjson.loads(raw) if raw.strip() else {})
    except orjson.JSONDecodeError as error:
        raise BadField(f"the body is not JSON: {error}") from None
