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

from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.identity.admission import Operator, SignedIn

HEADER = "x-voxanne-connection"
# How a socket is closed, for assets/voxanne.js: the session is over; somebody is now somewhere else.
SESSION_OVER = 4401
PLACE_CHANGED = 4402


@dataclass(eq=False)
class Connection:
    """One socket, and the place its person was in when it was opened. Setting `ended` closes it."""

    cookie: str
    place: str = ""
    origin: Origin = NOWHERE
    name: str = field(default_factory=lambda: str(uuid.uuid4()))
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    close_code: int = SESSION_OVER

    def end_unless_for(self, who: SignedIn | Operator | None) -> bool:
        """Close the socket when its session is over, or its person has another clinic or role by now.

        True when it goes on. What a page holds was read in one place, and is shown in no other.
        """
        if who and who.place == (self.place or who.place):
            self.place = who.place
            return True
        self.close_code = PLACE_CHANGED if who else SESSION_OVER
        self.ended.set()
        return False


_open: dict[str, Connection] = {}


@contextmanager
def opened(cookie: str, place: str = "", origin: Origin = NOWHERE) -> Iterator[Connection]:
    """Without a `place` it is taken for where its person is first found."""
    connection = Connection(cookie, place, origin)
    _open[connection.name] = connection
    try:
        yield connection
    finally:
        del _open[connection.name]


def count_with(cookie: str) -> int:
    """How many sockets a session has open in this process."""
    return sum(connection.cookie == cookie for connection in _open.values())


def find(name: str | None) -> Connection | None:
    return _open.get(name) if name else None


def token_within(place: str, token: str) -> str:
    """The browser's name for a page, made a name within its own session, clinic and role.

    Reflex finds a page's state by a token that the browser chooses, and would show a page's state to
    whoever brings its token. Mixed with the place, a stolen token is a new name for the thief, and whoever
    goes on to another clinic begins with empty pages.
    """
    mixed = hashlib.sha256(f"{place} {token}".encode()).digest()
    return str(UUID(bytes=mixed[:16], version=4))
