"""One job, and a worker that dies at one exact moment of it: at every moment in turn."""

import itertools
import os
import signal
import subprocess
from contextlib import ExitStack, suppress

import psycopg

from tests import factories
from tests.faults import background, job_kinds
from tests.faults.background import Ledger
from tests.shared_postgres import Database, migrated_database
from voxanne_app.foundation.database import engine_for
from voxanne_app.foundation.settings import get_settings

# claim and its commit, giving, taking, start and its commit, effect and its commit: at least
_FEWEST_MOMENTS = 9


def test_a_crash_at_any_moment_leaves_exactly_one_effect(monkeypatch, broker: str) -> None:
    with ExitStack() as stack:
        ledgers = []
        for moment in itertools.count(1):
            database = stack.enter_context(migrated_database(f"test_{os.getpid()}_{broker}_moment_{moment}"))
            ledger = _one_job(monkeypatch, database)
            with background.running("tests.faults.crashing_worker", arguments=[str(moment)]) as worker:
                background.wait_until(
                    lambda worker=worker, ledger=ledger: worker.poll() or not ledger.unfinished(), "the crash"
                )
                # The last moment is after the commit that finishes the job: others may see that one first.
                with suppress(subprocess.TimeoutExpired):
                    worker.wait(2)
                if worker.poll() is None:
                    break  # it got through: there are no more moments
                assert worker.returncode == -signal.SIGKILL
            ledgers.append(ledger)
            stack.enter_context(background.running())
        assert len(ledgers) >= _FEWEST_MOMENTS
        for ledger in ledgers:
            background.wait_until(lambda ledger=ledger: ledger.unfinished() == 0, "the job is done")
            ledger.expect_each_once({"the one"})
    print(f"{broker}: crashed at each of {len(ledgers)} moments, one effect each")


def _one_job(monkeypatch, database: Database) -> Ledger:
    monkeypatch.setenv("DATABASE_URL", database.app_url)
    get_settings.cache_clear()
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(job_kinds.EFFECTS)
    background.ask("tests.mark", {"mark": "the one"}, factories.make_organization().id)
    engine_for(database.app_url).dispose()
    return Ledger(database.owner_url)
