"""Two real schedulers, one of them killed again and again."""

import time

from tests.faults import background
from tests.faults.background import Ledger

_CLOCK = "tests.faults.fast_scheduler"


def test_each_tick_is_taken_once_by_schedulers_that_come_and_go(ledger: Ledger) -> None:
    with background.running(), background.running(_CLOCK):
        for _ in range(3):
            with background.running(_CLOCK):
                time.sleep(2)
        background.wait_until(lambda: ledger.effects() >= 5, "five ticks")
    taken = ledger.query("select count(*) from cron_runs where job = 'tests.tick'")[0][0]
    asked = ledger.query("select count(*) from jobs where name = 'tests.tick'")[0][0]
    # A tick whose predecessor still waits needs no job of its own.
    assert ledger.effects() <= asked <= taken


def test_a_scheduler_stops_when_told_to(ledger: Ledger) -> None:
    with background.running("voxanne_app.scheduler") as scheduler:
        background.wait_until(lambda: ledger.query("select 1 from heartbeats"), "its first beat")
        scheduler.terminate()
        assert scheduler.wait(2) == 0
    assert background.left_behind(scheduler.pid) == []
