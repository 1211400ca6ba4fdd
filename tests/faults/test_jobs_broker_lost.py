"""Redis forgets everything, dies, or stays away. It is never the truth."""

import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis, RedisError

from tests import factories
from tests.conftest import free_port
from tests.faults import background
from tests.faults.background import Ledger
from voxanne_app.embedded import processes
from voxanne_app.foundation.settings import get_settings

_FLUSHES, _KILLS, _AWAY_SECONDS = (5, 10, 300) if background.is_full() else (2, 2, 4)


class _Broker:
    """A Redis of this test's own, on a port that stays the same."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = f"redis-server --port {self.port} --bind 127.0.0.1 --dir {self._folder} --save".split()
        self._process = subprocess.Popen([*command, ""], stdout=subprocess.DEVNULL)
        background.wait_until(self._answers, "Redis answers")

    def kill(self) -> None:
        assert self._process
        processes.stop(self._process, signal.SIGKILL, 5)

    def flush(self) -> None:
        Redis.from_url(self.url).flushall()

    def _answers(self) -> bool:
        try:
            return bool(Redis.from_url(self.url).ping())
        except RedisError:
            return False


@pytest.fixture
def own_broker(tmp_path: Path, own_database, monkeypatch) -> Iterator[_Broker]:
    broker = _Broker(tmp_path)
    broker.start()
    monkeypatch.setenv("REDIS_URL", broker.url)
    get_settings.cache_clear()
    yield broker
    broker.kill()
    get_settings.cache_clear()


@contextmanager
def _asking_took() -> Iterator[list[float]]:
    """How long each `ask` took, in seconds: what a webhook would have waited."""
    yield (times := [])
    times.sort()
    assert times[int(len(times) * 0.95)] <= 0.5


def _ask_for(seconds: float, kind: str, org_id, times: list[float]) -> set[str]:
    """Ten jobs a second, some of which fail once, so that Huey's timer holds some too."""
    marks = {f"{kind} {number}" for number in range(int(seconds * 10))}
    for number, mark in enumerate(marks):
        started = time.monotonic()
        if number % 5:
            background.ask("tests.mark", {"mark": mark}, org_id)
        else:
            background.ask("tests.fail", {"mark": mark, "times": 1}, org_id)
        times.append(time.monotonic() - started)
        time.sleep(0.1)
    return marks


def test_a_broker_that_forgets_or_dies_loses_nothing(ledger: Ledger, own_broker: _Broker) -> None:
    org_id = factories.make_organization().id
    marks: set[str] = set()
    losses = [own_broker.flush] * _FLUSHES + [own_broker.kill] * _KILLS
    random.shuffle(losses)
    with background.running(), _asking_took() as times:
        for number, lose in enumerate(losses):
            marks |= _ask_for(1, f"loss {number}", org_id, times)
            lose()
            if lose == own_broker.kill:
                marks |= _ask_for(0.5, f"without {number}", org_id, times)
                own_broker.start()
        background.wait_until(lambda: ledger.unfinished() == 0, "all jobs done")
    ledger.expect_each_once(marks)


def test_a_broker_that_stays_away_holds_up_nobody_who_asks(ledger: Ledger, own_broker: _Broker) -> None:
    org_id = factories.make_organization().id
    with background.running(), _asking_took() as times:
        own_broker.kill()
        marks = _ask_for(_AWAY_SECONDS, "away", org_id, times)
        own_broker.start()
        returned = time.monotonic()
        background.wait_until(lambda: ledger.unfinished() == 0, "drained", 30)
    print(f"{len(marks)} jobs drained {time.monotonic() - returned:.1f} s after the broker's return")
    ledger.expect_each_once(marks)
