"""A socket that ends with its session, or when its person is in another place, whichever ends first."""

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Message, Receive, Send

from voxanne_app.identity.sessions import who_for_cookie
from voxanne_app.ui.connections import Connection
from voxanne_app.ui.request_limits import Pace

LARGEST_FRAME = 1_000_000  # bytes
_TOO_LARGE = 1009
# What no person's hands can do; whoever sends more is read more slowly.
_EVENTS_PER_SECOND, _EVENTS_AT_ONCE = 100.0, 300

# With the two seconds that an answer is remembered: a removed person is out within five.
_LOOK_AGAIN_SECONDS = 2.5


class SocketLine:
    """`receive` and `send` of an open socket, for as long as its connection goes on."""

    def __init__(self, connection: Connection, receive: Receive, send: Send) -> None:
        self._connection = connection
        self._receive = receive
        self._send = send
        self._pace = Pace(_EVENTS_PER_SECOND, _EVENTS_AT_ONCE)
        self._ended = asyncio.create_task(connection.ended.wait())
        self._watching = asyncio.create_task(self._watch())

    async def receive(self) -> Message:
        if wait := self._pace.take():
            await asyncio.wait({self._ended}, timeout=wait)
        receiving = asyncio.ensure_future(self._receive())
        await asyncio.wait({receiving, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if self._ended.done():
            receiving.cancel()
            return await self._close(self._connection.close_code)
        message = await receiving
        return await self._close(_TOO_LARGE) if _size(message) > LARGEST_FRAME else message

    async def _close(self, code: int) -> Message:
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    async def send(self, message: Message) -> None:
        if not self._ended.done():
            await self._send(message)

    async def _watch(self) -> None:
        goes_on = True
        while goes_on:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            try:
                who = await who_for_cookie(self._connection.cookie, is_activity=False)
                goes_on = self._connection.end_unless_for(who)
            except SQLAlchemyError:
                continue  # unknown is not over; every event is checked on its own

    def hang_up(self) -> None:
        self._ended.cancel()
        self._watching.cancel()


def _size(message: Message) -> int:
    """Of a frame, in bytes."""
    return len(message.get("bytes") or b"") + len((message.get("text") or "").encode(errors="surrogatepass"))
