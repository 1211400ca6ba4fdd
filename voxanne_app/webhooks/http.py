"""HTTP on the bare ASGI interface: on the hot path a framework would cost more than the work."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import orjson

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Route = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 2_000_000  # bytes; the longest reports in the field are a tenth of it
_DRAINED = 32_000_000


class TooLarge(Exception):
    """More than anybody has to say."""


async def read_body(receive: Receive) -> bytes:
    """The whole body. Raises TooLarge, but reads on first: who is cut off hears no answer."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("The sender hung up.")
        part = message.get("body", b"")
        size += len(part)
        if size <= LARGEST_BODY:
            parts.append(part)
        if not message.get("more_body") or size > _DRAINED:
            break
    if size > LARGEST_BODY:
        raise TooLarge
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def answer(
    send: Send, status: int, body: Mapping[str, Any], headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    content = orjson.dumps(body)
    length = str(len(content)).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json"), (b"content-length", length), *headers],
        }
    )
    await send({"type": "http.response.body", "body": content})
