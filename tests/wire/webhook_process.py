"""The webhook process as production runs it, on a port of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.ports import free_port
from tests.shared_postgres import ROOT
from voxanne_app.embedded import processes
from voxanne_app.integrations.vapi.signatures import sign

SECRET = "the new secret"
OLD_SECRET = "the old secret"


@dataclass(frozen=True)
class WebhookProcess:
    url: str
    pid: int
    client: httpx.Client

    def post(self, body: bytes, headers: dict[str, Any] | None = None) -> httpx.Response:
        """Send `body`, signed with the new secret unless `headers` say otherwise."""
        return self.client.post(
            "/webhooks/vapi", content=body, headers=signed(body) if headers is None else headers
        )


def signed(body: bytes, *, secret: str = SECRET, age: float = 0.0) -> dict[str, Any]:
    timestamp = str(int(time.time() - age))
    return {
        "x-timestamp": timestamp,
        "x-signature": sign(body, secret=secret.encode(), timestamp=timestamp),
        "content-type": "application/json",
    }


@contextmanager
def webhook_process(database_url: str, *, workers: int = 1) -> Iterator[WebhookProcess]:
    port = free_port()
    program = f"from voxanne_app.serving import serve; serve(workers={workers}, webhooks_only=True)"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "VAPI_WEBHOOK_SECRETS": f"{SECRET},{OLD_SECRET}",
    }
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=30) as client:
            _wait_until_it_answers(client)
            yield WebhookProcess(url, process.pid, client)
    finally:
        processes.stop(process, signal.SIGTERM, 15)


def _wait_until_it_answers(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            client.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("The webhook process did not start.")
