"""Stands before all vendors: writes each request into the journal, then lets today's faults strike."""

import asyncio
import time
import zlib

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voxanne_app.sandbox import connections
from voxanne_app.sandbox.faults import ANSWER_MODES, Fault
from voxanne_app.sandbox.journal import KEPT_BODY_BYTES, RECEIVED, Entry
from voxanne_app.sandbox.world import World

LARGEST_BODY = 25 * 1024 * 1024
BLACK_HOLE_SECONDS = 3600
PROXY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"
)


class BadDays:
    def __init__(self, app: ASGIApp, world: World, vendor_names: frozenset[str]) -> None:
        self._app, self._world, self._vendor_names = app, world, vendor_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        vendor = scope["path"].split("/", 2)[1] if scope["type"] == "http" else ""
        if vendor not in self._vendor_names:
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        entry = self._write(vendor, scope, body)
        path = scope["path"][len(vendor) + 1 :] or "/"
        faults = {
            fault.mode: fault
            for fault in self._world.faults.strike(ANSWER_MODES, vendor, scope["method"], path)
        }
        await _Exchange(self._world, self._app, scope, send, entry).run(faults, body)

    def _write(self, vendor: str, scope: Scope, body: bytes) -> Entry:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        readable = _unpacked(body) if headers.get("content-encoding") == "gzip" else body
        return self._world.journal.write(
            vendor, RECEIVED, scope["method"], scope["path"], query, headers, readable
        )


class _Exchange:
    """One request and what becomes of it today."""

    def __init__(self, world: World, app: ASGIApp, scope: Scope, send: Send, entry: Entry) -> None:
        self._world, self._app, self._scope, self._send, self._entry = world, app, scope, send, entry
        self._began = time.perf_counter()
        self._answer: list[Message] = []
        self._fault_names: list[str] = []

    async def run(self, faults: dict[str, Fault], body: bytes) -> None:
        self._fault_names = list(faults)
        if slow := faults.pop("slow", None):
            await self._world.clock.sleep(slow.seconds)
        if fault := faults.get("black_hole"):
            await self._world.clock.sleep(fault.seconds or BLACK_HOLE_SECONDS)
            await self._reset()
        elif "reset" in faults:
            await self._reset()
        elif fault := faults.get("status") or faults.get("html") or faults.get("wrong_json"):
            await self._answer_with(fault)
        else:
            await self._ask_the_vendor(body)
            if "succeed_then_reset" in faults:
                await self._reset()
            elif "cut" in faults:
                await self._cut()
            else:
                await self._pass_on()

    async def _ask_the_vendor(self, body: bytes) -> None:
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            if not unread:
                await asyncio.Event().wait()  # the client stays as long as it must
            return unread.pop()

        async def keep(message: Message) -> None:
            self._answer.append(message)

        await self._app(self._scope, receive, keep)

    @property
    def _status(self) -> int:
        return int(self._answer[0]["status"])

    @property
    def _body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self._answer[1:])

    async def _pass_on(self) -> None:
        self._note(self._status, self._body)
        for message in self._answer:
            await self._send(message)

    async def _answer_with(self, fault: Fault) -> None:
        status, content_type, body = {
            "status": (fault.status, "application/json", _json_of(fault)),
            "html": (fault.status, "text/html", PROXY_PAGE),
            "wrong_json": (200, "application/json", b'{"unexpected": [1, 2, {"the rest": "is miss'),
        }[fault.mode]
        headers = [(b"content-type", content_type.encode())]
        headers += [(name.lower().encode(), value.encode()) for name, value in (fault.headers or {}).items()]
        self._answer = [
            {"type": "http.response.start", "status": status, "headers": headers},
            {"type": "http.response.body", "body": body},
        ]
        await self._pass_on()

    async def _reset(self) -> None:
        self._note(None, self._body if self._answer else b"")
        host, port = self._scope["client"]
        connections.reset((host, int(port)))
        await asyncio.sleep(1)  # the server drops us when it notices

    async def _cut(self) -> None:
        self._note(self._status, self._body)
        await self._send(self._answer[0])
        body = self._body
        await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await asyncio.sleep(0.05)  # lets the first half leave
        host, port = self._scope["client"]
        connections.cut((host, int(port)))
        await asyncio.sleep(1)

    def _note(self, status: int | None, answer: bytes) -> None:
        took_ms = (time.perf_counter() - self._began) * 1000
        self._world.journal.answered(
            self._entry, status, answer, took_ms, " + ".join(self._fault_names) or None
        )


def _json_of(fault: Fault) -> bytes:
    if fault.body is not None:
        return orjson.dumps(fault.body)
    return orjson.dumps({"message": "The sandbox has a bad day", "statusCode": fault.status})


def _unpacked(body: bytes) -> bytes:
    """As much of it as the journal keeps; what is no gzip stays as it is."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, KEPT_BODY_BYTES)
    except zlib.error:
        return body


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body") or sum(map(len, parts)) > LARGEST_BODY:
            return b"".join(parts)
