"""Jobs that take their worker with them, or never let it go."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests import factories
from tests.faults import background
from tests.faults.background import Ledger
from voxanne_app.foundation.job_trial import CULPRIT


@contextmanager
def _supervised() -> Iterator[list[int]]:
    """A worker that is started again whenever it ends, as `voxanne up` does; yields its exit codes."""
    exits: list[int] = []
    stopped = threading.Event()

    def supervise() -> None:
        while not stopped.is_set():
            with background.running() as worker:
                while worker.poll() is None and not stopped.wait(0.05):
                    pass
                if worker.poll() is not None:
                    exits.append(worker.returncode)

    thread = threading.Thread(target=supervise)
    thread.start()
    try:
        yield exits
    finally:
        stopped.set()
        thread.join()


def test_a_job_that_kills_its_worker_is_put_aside_and_the_others_are_done(ledger: Ledger) -> None:
    org_id, other_org_id = factories.make_organization().id, factories.make_organization().id
    background.ask("tests.abort", {}, org_id)
    # Bystanders: underway whenever the worker is killed, and innocent.
    bystanders = {f"bystander {number}" for number in range(3)}
    for mark in bystanders:
        background.ask("tests.work", {"mark": mark, "seconds": 1.5}, org_id)
    others = {f"other {number}" for number in range(20)}
    for mark in others:
        background.ask("tests.work", {"mark": mark, "seconds": 0.1}, other_org_id)
    with _supervised() as exits:
        background.wait_until(lambda: ledger.unfinished() == 0, "everything decided")
        alive_since = len(exits)
    assert ledger.query("select name, kills, last_error from jobs where state = 'dead'") == [
        ("tests.abort", 3, CULPRIT)
    ]
    assert alive_since == 2, "its third attempt was to end a process of its own only"
    marks = [mark for (mark,) in ledger.query("select mark from effects order by mark")]
    assert marks == sorted(bystanders | others)


def test_a_job_that_never_ends_costs_its_worker_and_is_tried_again(ledger: Ledger) -> None:
    background.ask("tests.hang", {"mark": "came back"}, factories.make_organization().id)
    with _supervised() as exits:
        background.wait_until(lambda: ledger.unfinished() == 0, "it is done")
    assert exits == [1]
    assert ledger.query("select attempts, kills from jobs") == [(2, 1)]
    ledger.expect_each_once({"came back"})
