"""A cheap sender: requests made beforehand, over raw sockets that stay open, from one thread.

It shares the machine's cores with what it measures, so it does nothing but send, wait and note the time.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200"


@dataclass
class Sent:
    """What became of the requests. Waits are in seconds."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    refused: int = 0
    answers: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] * 1000


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "host: localhost", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def send(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    per_second: float | None = None,
    keep_answers: bool = False,
) -> Sent:
    """Send all of `requests`, as fast as they are answered or `per_second`, one at a time per connection."""
    waiting = deque(requests)
    sent = Sent()
    with selectors.DefaultSelector() as selector:
        idle = deque(_connect(port, selector) for _ in range(connections))
        busy: dict[socket.socket, float] = {}
        began = time.perf_counter()
        given = 0
        while waiting or busy:
            now = time.perf_counter()
            while waiting and idle and (per_second is None or given < (now - began) * per_second):
                given += 1
                _give(idle.popleft(), waiting.popleft(), busy)
            for key, _ in selector.select(0.0005 if per_second else 1.0):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                _take(connection, busy, sent, keep_answers)
                idle.append(connection)
        sent.seconds = time.perf_counter() - began
        for connection in idle:
            connection.close()
    return sent


def _connect(port: int, selector: selectors.BaseSelector) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(connection, selectors.EVENT_READ)
    return connection


def _give(connection: socket.socket, ready: bytes, busy: dict[socket.socket, float]) -> None:
    busy[connection] = time.perf_counter()
    connection.sendall(ready)


def _take(connection: socket.socket, busy: dict[socket.socket, float], sent: Sent, keep: bool) -> None:
    answer = connection.recv(65536)
    if not answer:
        raise ConnectionError("The server closed a connection.")
    while keep and not _is_whole(answer):
        answer += connection.recv(65536)
    sent.waits.append(time.perf_counter() - busy.pop(connection))
    if not answer.startswith(_OK):
        sent.refused += 1
    if keep:
        sent.answers.append(answer)


def _is_whole(answer: bytes) -> bool:
    head, blank, body = answer.partition(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), None)
    return bool(blank) and (length is None or len(body) >= int(length.split(b":")[1]))
