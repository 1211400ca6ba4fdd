"""A socket that ends with its session, or when its person is in another place, whichever ends first."""

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Message, Receive, Send

from voxanne_app.identity.sessions import who_for_cookie
from voxanne_app.ui.connections import Connection

# With the two seconds that an answer is remembered: a removed person is out within five.
_LOOK_AGAIN_SECONDS = 2.5


class SocketLine:
    """`receive` and `send` of an open socket, for as long as its connection goes on."""

    def __init__(self, connection: Connection, receive: Receive, send: Send) -> None:
        self._connection = connection
        self._receive = receive
        self._send = send
        self._ended = asyncio.create_task(connection.ended.wait())
        self._watching = asyncio.create_task(self._watch())

    async def receive(self) -> Message:
        receiving = asyncio.ensure_future(self._receive())
        await asyncio.wait({receiving, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if not self._ended.done():
            return await receiving
        receiving.cancel()
        code = self._connection.close_code
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
