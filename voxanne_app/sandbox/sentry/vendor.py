"""Sentry's ingestion, below `/sentry/api/<project>/envelope/`."""

import re
import zlib
from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.fields import Fields
from voxanne_app.sandbox.world import Json, Preset, World

LARGEST_ENVELOPE = 20 * 1024 * 1024
_KEY = re.compile(r"\bsentry_key=([0-9A-Za-z_-]+)")


class BadEnvelope(Exception):
    pass


class Sentry:
    name = "sentry"
    presets: tuple[Preset, ...] = (
        Preset("sentry_has_enough", "Sentry takes no more for a minute", (
            {"vendor": "sentry", "mode": "status", "status": 429, "headers": {"Retry-After": "60"},
             "body": {"detail": "Sentry dropped data due to a quota or internal rate limit being reached."},
             "duration_seconds": 60},
        )),
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        self._events = world.store.shelf("sentry.events", keep=1_000)
        self._key: str | None = None

    def routes(self) -> Sequence[BaseRoute]:
        return [Route("/api/{project:int}/envelope/", self.take, methods=["POST"])]

    def control_routes(self) -> Sequence[BaseRoute]:
        return [Route("/sentry", self.shown)]

    def seed(self, given: dict[str, Any]) -> None:
        """`public_key`: that of the one project there is; without it, any will do."""
        fields = Fields(given, "'sentry'")
        self._key = fields.text("public_key") or self._key
        fields.finish()

    def reset(self) -> None:
        self._events.clear()

    async def take(self, request: Request) -> Response:
        key = _KEY.search(request.headers.get("x-sentry-auth", ""))
        if key is None or (self._key is not None and key[1] != self._key):
            return Json({"detail": "event submission rejected with_reason: ProjectId"}, 403)
        try:
            items = read_envelope(await request.body(), request.headers.get("content-encoding"))
        except BadEnvelope as error:
            return Json({"detail": "bad envelope", "causes": [str(error)]}, 400)
        for item in items:
            now = self._world.clock.now()
            self._events.put(f"{now}-{len(self._events)}", {"at": now, **item})
        return Json({"id": next((item["payload"].get("event_id") for item in items), None)})

    async def shown(self, _: Request) -> Response:
        """What came in, oldest first."""
        return Json({"items": self._events.values()})


def read_envelope(body: bytes, encoding: str | None = None) -> list[dict[str, Any]]:
    """The items with their headers. Raises BadEnvelope."""
    rest = _unpacked(body) if encoding == "gzip" else body
    _, _, rest = _line(rest)
    items = []
    while rest.strip(b"\n"):
        header, _, rest = _line(rest.lstrip(b"\n"))
        length = header.get("length", rest.find(b"\n") if b"\n" in rest else len(rest))
        if not isinstance(length, int) or len(rest) < length:
            raise BadEnvelope("an item is shorter than it says")
        items.append({"type": header.get("type"), "payload": _json(rest[:length])})
        rest = rest[length:]
    return items


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, LARGEST_ENVELOPE)
    except zlib.error as error:
        raise BadEnvelope(f"the body is not gzip: {error}") from None


def _line(text: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    line, newline, rest = text.partition(b"\n")
    return _json(line), newline, rest


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadEnvelope(f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise BadEnvelope("not a JSON object")
    return found
