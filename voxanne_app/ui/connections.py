"""The open sockets of this process: with whose cookie each came, and how to end it.

What a browser says about itself stays outside: the front door takes cookies and credentials out of the
handshake and puts in the name of the connection, made here. Handlers know who is asking by that name alone,
so no credential lies in the state of a page, and what outlives its connection (an event in flight, a live
view) finds nobody to act for.
"""

import asyncio
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

HEADER = "x-voxanne-connection"


@dataclass(frozen=True, eq=False)
class Connection:
    """One socket. Setting `ended` closes it."""

    cookie: str
    name: str = field(default_factory=lambda: str(uuid.uuid4()))
    ended: asyncio.Event = field(default_factory=asyncio.Event)


_open: dict[str, Connection] = {}


@contextmanager
def opened(cookie: str) -> Iterator[Connection]:
    connection = Connection(cookie)
    _open[connection.name] = connection
    try:
        yield connection
    finally:
        del _open[connection.name]


def find(name: str | None) -> Connection | None:
    return _open.get(name) if name else None


def token_within(session_id: UUID, token: str) -> str:
    """The browser's name for a page, made a name within its own session.

    Reflex finds a page's state by a token that the browser chooses, and would show a page's state to
    whoever brings its token. Mixed with the session, a stolen token is a new name for the thief.
    """
    mixed = hashlib.sha256(session_id.bytes + token.encode()).digest()
    return str(UUID(bytes=mixed[:16], version=4))
