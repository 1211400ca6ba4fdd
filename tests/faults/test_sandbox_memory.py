"""A day's demo in little time: what the sandbox keeps of its calls stays within bounds.

    VOXANNE_FAULTS_FULL=1 .venv/bin/pytest -s tests/faults/test_sandbox_memory.py

fills everything that it keeps (2,000 calls, 32 MB of journal) and prints how it grew.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil

from tests.faults.background import is_full
from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_clinic import Desk
from tests.wire.sandbox_listener import listening
from tests.wire.sandbox_process import running_sandbox

CALLS = 2_250 if is_full() else 100
IN_ONE_GO = 50
ALLOWED_MB = 300
# Long and short ones, as a demo has them.
SCRIPTS = ("books", "leaves_message", "books", "hangs_up", "repeats_himself")


def test_a_days_demo_stays_below_300_megabytes() -> None:
    with listening() as listener, running_sandbox(clinic.seed(listener.url)) as url:
        process = _sandbox_of(url)
        sizes = [_megabytes(process)]
        with httpx.Client(base_url=url, timeout=60) as sandbox, ThreadPoolExecutor(4) as callers:
            for _ in range(0, CALLS, IN_ONE_GO):
                listener.reply = Desk().reply
                for held in (listener.received, listener.bodies, listener.headers):
                    held.clear()
                orders: list[dict[str, Any]] = [{"script": script} for script in SCRIPTS] * (IN_ONE_GO // 5)
                assert all(callers.map(lambda order: clinic.call(sandbox, speed=1_000, **order), orders))
                sizes.append(_megabytes(process))
    print("MB after each 50 calls:", [round(size) for size in sizes])
    assert sizes[-1] < (ALLOWED_MB if is_full() else ALLOWED_MB / 2)


def _sandbox_of(url: str) -> psutil.Process:
    port = url.rpartition(":")[2]
    return next(child for child in psutil.Process().children() if port in child.cmdline())


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1_000_000
