"""How long work waits when nothing else is to be done, and what waiting for work costs."""

import time

import psutil
import pytest

from tests import factories
from tests.faults import background
from tests.faults.background import Ledger


@pytest.mark.usefixtures("broker")
def test_a_job_starts_within_300_milliseconds(ledger: Ledger) -> None:
    org_id = factories.make_organization().id
    with background.running():
        background.ask("tests.mark", {"mark": "first"}, org_id)
        background.wait_until(lambda: ledger.effects() == 1, "the worker is up")
        for number in range(60):
            background.ask("tests.mark", {"mark": f"job {number}"}, org_id)
            time.sleep(0.03)
        background.wait_until(lambda: ledger.effects() == 61, "all jobs done")
    (p95,) = ledger.query(
        """select percentile_cont(0.95) within group (order by extract(epoch from started_at - created_at))
             from jobs where arguments->>'mark' <> 'first'"""
    )[0]
    print(f"from asked for to running: p95 {1000 * float(p95):.0f} ms")
    assert p95 < 0.3


@pytest.mark.usefixtures("broker")
def test_a_worker_without_work_costs_next_to_nothing(ledger: Ledger) -> None:
    with background.running() as worker:
        background.wait_until(lambda: ledger.query("select 1 from heartbeats"), "the worker is up")
        time.sleep(1)
        before, started = psutil.Process(worker.pid).cpu_times(), time.monotonic()
        time.sleep(5)
        after, ended = psutil.Process(worker.pid).cpu_times(), time.monotonic()
    used = after.user + after.system - before.user - before.system
    percent = 100 * used / (ended - started)
    print(f"idle: {percent:.1f} % of one core")
    assert percent < 3
