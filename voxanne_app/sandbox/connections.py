"""Breaks the TCP connection of a request, as networks and load balancers do; ASGI has no word for that."""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

NO_LINGER = struct.pack("ii", 1, 0)


def reset(client: tuple[str, int]) -> None:
    """The client sees ECONNRESET: nothing lingers, so closing the socket sends RST instead of FIN.

    Only reading is shut here; the server then notices that the client is gone and closes the socket.
    """
    for connection in _connections_of(client):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        connection.shutdown(socket.SHUT_RD)


def cut(client: tuple[str, int]) -> None:
    """The client sees the end of the stream in the middle of an answer."""
    for connection in _connections_of(client):
        connection.shutdown(socket.SHUT_RDWR)


def _connections_of(client: tuple[str, int]) -> Iterator[socket.socket]:
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 (Path.iterdir opens what it lists)
        with _borrowed(int(name)) as connection:
            if connection is not None and _peer(connection) == client:
                yield connection


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket | None]:
    """The socket behind a descriptor that belongs to the server; it is not closed here."""
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        yield None
        return
    try:
        yield connection
    finally:
        connection.detach()


def _peer(connection: socket.socket) -> tuple[str, int] | None:
    try:
        host, port, *_ = connection.getpeername()
    except (OSError, ValueError):
        return None
    return host, port
