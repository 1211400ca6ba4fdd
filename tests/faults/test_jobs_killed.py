"""Workers are killed at any moment, and told to stop at any moment."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import factories
from tests.faults import background
from tests.faults.background import Ledger

_EVENTS, _KILLS = (5000, 50) if background.is_full() else (400, 5)
# The promise is for a machine of one's own; every day this runs beside other tests.
_PROMISED_SECONDS = 10 if background.is_full() else 30
_PER_SECOND = 100


@contextmanager
def _events_arriving(org_ids: list[str], count: int) -> Iterator[set[str]]:
    """About a hundred a second, each in a transaction of its own, from another thread."""
    marks = {f"event {number}" for number in range(count)}

    def arrive() -> None:
        for mark in sorted(marks):
            background.ask("tests.work", {"mark": mark, "seconds": 0.01}, random.choice(org_ids))
            time.sleep(1 / _PER_SECOND)

    thread = threading.Thread(target=arrive)
    thread.start()
    yield marks
    thread.join()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
@pytest.mark.usefixtures("broker")
def test_nothing_is_lost_or_done_twice_however_often_workers_end(ledger: Ledger, end: signal.Signals) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    org_ids = [factories.make_organization().id for _ in range(3)]
    with _events_arriving(org_ids, _EVENTS) as marks:
        for _ in range(_KILLS):
            with background.running() as worker:
                time.sleep(chance.uniform(0.2, 4 if background.is_full() else 2))
                worker.send_signal(end)
                worker.wait(10)
    with background.running():
        background.wait_until(lambda: ledger.unfinished() == 0, "all jobs done")
    ledger.expect_each_once(marks)
    p95 = ledger.p95_seconds()
    print(f"{_EVENTS} events, {_KILLS} x {end.name}, seed {seed}: 0 lost, 0 double, p95 {p95:.2f} s")
    assert p95 <= _PROMISED_SECONDS


def test_a_worker_told_to_stop_at_any_moment_of_its_start_leaves_no_process(ledger: Ledger) -> None:
    org_id = factories.make_organization().id
    rounds = 20 if background.is_full() else 5
    for number in range(rounds):
        background.ask("tests.mark", {"mark": f"start {number}"}, org_id)
        worker = background.start()
        time.sleep(number / rounds)
        worker.terminate()
        worker.wait(6)
        background.wait_until(lambda pid=worker.pid: not background.left_behind(pid), "no process left", 2)
    with background.running():
        background.wait_until(lambda: ledger.unfinished() == 0, "all jobs done")
    ledger.expect_each_once({f"start {number}" for number in range(rounds)})


def test_a_worker_told_to_stop_finishes_what_runs_and_gives_back_what_would_take_too_long(
    ledger: Ledger,
) -> None:
    org_id = factories.make_organization().id
    background.ask("tests.work", {"mark": "short", "seconds": 2}, org_id)
    background.ask("tests.work", {"mark": "long", "seconds": 30}, org_id)
    with background.running() as worker:
        running = "select count(*) from jobs where state = 'running'"
        background.wait_until(lambda: ledger.query(running) == [(2,)], "both run")
        worker.terminate()
        assert worker.wait(8) == 0
    assert ledger.query("select arguments->>'mark', state, kills from jobs order by 1") == [
        ("long", "waiting", 0),
        ("short", "done", 0),
    ]
