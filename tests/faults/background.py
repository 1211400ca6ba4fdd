"""Background processes for the fault tests: started for real, killed for real, and counted afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg

from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import enqueue

ROOT = Path(__file__).resolve().parents[2]
WORKER = "tests.faults.worker_process"
_SOON = timedelta(minutes=2)


def is_full() -> bool:
    """Whether the counts are those of the promise, or shorter ones for every day."""
    return os.environ.get("VOXANNE_FAULTS_FULL") == "1"


def start(module: str = WORKER, arguments: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """A process in a session of its own, so that whatever it leaves behind can be found."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stderr=subprocess.DEVNULL if not os.environ.get("VOXANNE_FAULTS_LOGS") else None,
        start_new_session=True,
    )


@contextmanager
def running(module: str = WORKER, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = start(module, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def left_behind(session_id: int) -> list[int]:
    """Processes that are still alive in the session that a process led."""
    alive = []
    for process in psutil.process_iter(["pid", "status"]):
        try:
            if os.getsid(process.pid) == session_id and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return alive


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)


def ask(name: str, arguments: Mapping[str, Any], org_id: UUID | None = None) -> None:
    claims = Claims.organization(org_id) if org_id else Claims.system()
    with transaction(claims) as session:
        enqueue(session, name, arguments, org_id=org_id)


class Ledger:
    """What the jobs did, seen with the owner's eyes."""

    def __init__(self, owner_url: str) -> None:
        self._url = owner_url

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(statement, values or None).fetchall()

    def effects(self) -> int:
        return int(self.query("select count(*) from effects")[0][0])

    def unfinished(self) -> int:
        """Jobs that are still to be done, but for those of a later hour: recordings are deleted days on."""
        query = "select count(*) from jobs where state = 'running' or state = 'waiting' and due_at < %s"
        return int(self.query(query, datetime.now(UTC) + _SOON)[0][0])

    def expect_each_once(self, marks: set[str]) -> None:
        counts = dict(self.query("select mark, count(*) from effects group by mark"))
        lost = marks - counts.keys()
        twice = {mark: count for mark, count in counts.items() if count > 1}
        assert (lost, twice) == (set(), {})
        assert self.query("select name, last_error from jobs where state <> 'done'") == []

    def p95_seconds(self) -> float:
        """From the commit that asked to the commit that did."""
        statement = """
            select percentile_cont(0.95) within group (order by extract(epoch from at - created_at))
              from effects join jobs on jobs.id = job_id"""
        return float(self.query(statement)[0][0])
