"""One clinic floods the queue; another has ten things to do."""

import pytest

from tests import factories
from tests.faults import background
from tests.faults.background import Ledger
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import enqueue

_FLOOD = 5000 if background.is_full() else 1000


@pytest.mark.usefixtures("broker")
def test_one_clinics_flood_is_not_another_clinics_wait(ledger: Ledger) -> None:
    flooding, waiting = factories.make_organization().id, factories.make_organization().id
    with transaction(Claims.organization(flooding)) as session:
        for number in range(_FLOOD):
            enqueue(session, "tests.work", {"mark": f"flood {number}", "seconds": 0.05}, org_id=flooding)
    with background.running():
        background.wait_until(lambda: ledger.effects() > 20, "the flood is underway")
        for number in range(10):
            background.ask("tests.mark", {"mark": f"waiting {number}"}, waiting)
        done = "select count(*) from effects where mark like 'waiting%'"
        background.wait_until(lambda: ledger.query(done) == [(10,)], "ten jobs are done")
        flood_left = ledger.unfinished()
    waits = ledger.query(
        """select extract(epoch from at - created_at) from effects join jobs on jobs.id = job_id
            where mark like 'waiting%' order by 1"""
    )
    worst = float(waits[-1][0])
    print(f"behind {_FLOOD} jobs of another clinic ten jobs took at most {worst:.2f} s")
    assert worst <= 5
    assert flood_left > _FLOOD / 2, "the flood was over too soon to prove anything"
