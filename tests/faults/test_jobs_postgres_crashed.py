"""Postgres itself is killed while work arrives and is done."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from tests import factories
from tests.faults import background, job_kinds
from tests.faults.background import Ledger
from voxanne_app.embedded import postgres
from voxanne_app.embedded.postgres import EmbeddedPostgres
from voxanne_app.foundation.database import engine_for
from voxanne_app.foundation.migrations import migrate
from voxanne_app.foundation.settings import get_settings

_CRASHES = 8 if background.is_full() else 2
_PER_SECOND = 150


@pytest.fixture
def own_server(tmp_path: Path, monkeypatch) -> Iterator[EmbeddedPostgres]:
    server = postgres.start(tmp_path / "data")
    migrate(server.owner_url, app_url=server.app_url)
    with psycopg.connect(server.owner_url) as connection:
        connection.execute(job_kinds.EFFECTS)
    monkeypatch.setenv("DATABASE_URL", server.app_url)
    get_settings.cache_clear()
    yield server
    engine_for(server.app_url).dispose()
    get_settings.cache_clear()
    server.stop()


def test_what_was_acknowledged_before_a_crash_of_postgres_is_done_once_after_it(
    own_server: EmbeddedPostgres, tmp_path: Path
) -> None:
    org_id = factories.make_organization().id
    acknowledged: set[str] = set()
    stopped = threading.Event()

    def arrive() -> None:
        for number in range(10**6):
            if stopped.wait(1 / _PER_SECOND):
                return
            try:
                background.ask("tests.mark", {"mark": f"event {number}"}, org_id)
                acknowledged.add(f"event {number}")
            except SQLAlchemyError:
                continue  # not acknowledged: whoever sent it sends it again

    thread = threading.Thread(target=arrive)
    server = own_server
    with background.running() as worker:
        thread.start()
        for _ in range(_CRASHES):
            time.sleep(random.uniform(1, 2))
            os.kill(server.pid, signal.SIGKILL)
            server.stop()
            server = postgres.start(tmp_path / "data")
        time.sleep(1)
        stopped.set()
        thread.join()
        ledger = Ledger(server.owner_url)
        background.wait_until(lambda: ledger.unfinished() == 0, "all jobs done")
        assert worker.poll() is None, "the worker lived through it"
    done = {mark for (mark,) in ledger.query("select mark from effects")}
    assert len(done) == ledger.effects(), "some twice"
    assert acknowledged - done == set()
    print(f"{_CRASHES} crashes, {len(acknowledged)} acknowledged, 0 missing, 0 double")
    server.stop()
