"""A product's webhook address, as small as can be: it keeps what it is sent and answers as it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Message = dict[str, Any]
Reply = tuple[int, Any]


@dataclass
class Listener:
    """`received` are the messages in order; `reply` decides on status and body of each answer."""

    url: str = ""
    received: list[Message] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    reply: Callable[[Message], Reply] = lambda message: (200, {})

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.received if message["type"] == kind]

    def kinds(self) -> list[str]:
        return [
            f"{message['type']} {message['status']}"
            if message["type"] == "status-update"
            else message["type"]
            for message in self.received
        ]


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(listener))
    listener.url = f"http://127.0.0.1:{server.server_port}/webhooks/vapi"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()


def _handler_of(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet per answer

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            message = json.loads(body)["message"]
            listener.received.append(message)
            listener.headers.append({name.lower(): value for name, value in self.headers.items()})
            listener.bodies.append(body)
            status, answer = listener.reply(message)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Receiver
