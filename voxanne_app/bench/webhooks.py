"""How many webhooks are taken in a second (verified, stored, committed), beside pgbench in the same run.

pgbench commits the same single row, from 16 clients, on the same Postgres: what the machine can do at most.
The processors are the limit of both, so the ratio says more than either figure.
"""

# ruff: noqa: S603, S608 - programs and statements are made of constants

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import orjson

from voxanne_app.bench import ground, load
from voxanne_app.embedded import data_directory
from voxanne_app.embedded.postgres import EmbeddedPostgres
from voxanne_app.integrations.vapi.signatures import sign

ASSISTANT = "bench-assistant"
PATH = "/webhooks/vapi"
CLIENTS = 16
_CONNECTIONS = 64
_SECONDS = 6
_MARKS = {1: 0.35, 2: 0.55}
_PACED_PER_SECOND, _PACED_SECONDS, _PACED_MARK_MS = 100, 10, 20.0

# Session-wide claims: what the product sets in each transaction costs pgbench nothing.
_SYSTEM = """-c request.jwt.claims={"role":"voxanne_system"}"""


def main() -> int:
    """Print the figures; 1 when one of them misses its mark."""
    if shutil.which("pgbench") is None:
        print("pgbench is missing. On Debian: apt-get install postgresql-contrib")
        return 1
    with ground.bench_database() as server:
        ground.connect(ground.make_clinic(), ASSISTANT)
        verdicts = [verdict for workers in (1, 2) for verdict in _measure(server, workers)]
    return 0 if all(verdicts) else 1


def _measure(server: EmbeddedPostgres, workers: int) -> Iterator[bool]:
    """pgbench before and after, so that a machine that speeds up or slows down meanwhile does not lie."""
    secret = secrets.token_hex(16)
    before = pgbench_commits()
    with serving(workers, secret) as port:
        load.send(port, status_updates(1000, secret), connections=_CONNECTIONS)
        stored = ground.count(server, "webhook_inbox")
        fast = load.send(port, status_updates(int(before * _SECONDS * 0.6), secret), connections=_CONNECTIONS)
        stored = ground.count(server, "webhook_inbox") - stored
        paced = load.send(
            port,
            status_updates(_PACED_PER_SECOND * _PACED_SECONDS, secret),
            connections=_CONNECTIONS,
            per_second=_PACED_PER_SECOND,
        )
    most = (before + pgbench_commits()) / 2
    ratio, mark = fast.per_second / most, _MARKS[workers]
    lost = len(fast.waits) - fast.refused - stored
    p95 = paced.percentile_ms(95)
    print(f"{workers} webhook worker{'s' if workers > 1 else ''}")
    print(f"  pgbench, {CLIENTS} clients, one row per commit: {most:.0f}/s")
    print(f"  accepted: {fast.per_second:.0f}/s, p99 {fast.percentile_ms(99):.1f} ms, {fast.refused} refused")
    print(f"  ratio: {ratio:.2f} (at least {mark})  {_word(ratio >= mark)}")
    print(f"  acknowledged but missing: {lost}  {_word(lost == 0)}")
    print(f"  at {_PACED_PER_SECOND}/s: p50 {paced.percentile_ms(50):.1f} ms, p95 {p95:.1f} ms", end=" ")
    print(f"(at most {_PACED_MARK_MS:.0f} ms)  {_word(p95 <= _PACED_MARK_MS)}")
    yield ratio >= mark
    yield p95 <= _PACED_MARK_MS
    yield fast.refused == 0 and lost == 0


def _word(passed: bool) -> str:
    return "pass" if passed else "MISS"


def status_updates(number: int, secret: str) -> list[bytes]:
    """Requests like Vapi's, each of a call of its own, signed just now."""
    now = datetime.now(UTC).isoformat()
    timestamp = str(int(time.time() * 1000))
    return [signed(status_update(str(uuid4()), now), secret, timestamp) for _ in range(number)]


def status_update(call_id: str, at: str) -> bytes:
    greeting = {
        "role": "bot",
        "message": "Good morning, this is the clinic's receptionist. How can I help?",
        "secondsFromStart": 1.28,
        "source": "",
    }
    call = {
        "id": call_id,
        "type": "inboundPhoneCall",
        "status": "ringing",
        "assistantId": ASSISTANT,
        "createdAt": at,
        "updatedAt": at,
        "customer": {"number": "+15035550100"},
    }
    artifact = {"messages": [greeting], "messagesOpenAIFormatted": []}
    message = {
        "type": "status-update",
        "status": "in-progress",
        "timestamp": at,
        "call": call,
        "artifact": artifact,
    }
    return orjson.dumps({"message": message})


def signed(body: bytes, secret: str, timestamp: str) -> bytes:
    signature = sign(body, secret=secret.encode(), timestamp=timestamp)
    headers = {"content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature}
    return load.request(PATH, body, headers)


@contextmanager
def serving(workers: int, secret: str) -> Iterator[int]:
    """The webhook process as production runs it; yields its port."""
    with tempfile.TemporaryDirectory() as folder:
        port = data_directory.remembered_port(Path(folder) / "port")
        environment = {**os.environ, "PORT": str(port), "VAPI_WEBHOOK_SECRETS": secret}
        program = f"from voxanne_app.serving import serve; serve(workers={workers}, webhooks_only=True)"
        process = subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("The webhook process did not start.")


def pgbench_commits() -> float:
    """Commits per second of one inbox row each, from 16 clients: what this machine can do."""
    body = status_update(str(uuid4()), datetime.now(UTC).isoformat()).decode().replace("'", "''")
    row = (
        "insert into webhook_inbox (provider, event_key, event_type, body) "
        f"values ('pgbench', gen_random_uuid()::text, 'status-update', '{body}');"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(row)
        script.flush()
        command = ["pgbench", "-n", "-c", str(CLIENTS), "-j", "2", "-T", "4", "-f", script.name]
        finished = subprocess.run(
            [*command, os.environ["DATABASE_URL"]],
            env={**os.environ, "PGOPTIONS": _SYSTEM},
            capture_output=True,
            text=True,
            check=True,
        )
    line = next(line for line in finished.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
