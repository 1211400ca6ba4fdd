"""Each of these tests has a database of its own: what it does to its processes must not reach another."""

import os
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from tests.faults import job_kinds
from tests.faults.background import Ledger
from tests.shared_postgres import Database, migrated_database
from voxanne_app.foundation.database import engine_for
from voxanne_app.foundation.settings import get_settings

_numbers = count(1)


@pytest.fixture
def own_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Set by the test's own `monkeypatch`: a second one, undone in another order, would leave it set."""
    name = f"test_{os.getpid()}_faults_{next(_numbers)}"
    with migrated_database(name) as database:
        monkeypatch.setenv("DATABASE_URL", database.app_url)
        get_settings.cache_clear()
        with psycopg.connect(database.owner_url) as connection:
            connection.execute(job_kinds.EFFECTS)
        yield database
        engine_for(database.app_url).dispose()
    get_settings.cache_clear()


@pytest.fixture
def ledger(own_database: Database) -> Ledger:
    return Ledger(own_database.owner_url)


@pytest.fixture(params=["postgres", "redis"])
def broker(
    request: pytest.FixtureRequest, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The test runs twice: with Huey on Postgres, and with Huey on Redis."""
    if request.param == "redis":
        monkeypatch.setenv("REDIS_URL", request.getfixturevalue("redis_url"))
    get_settings.cache_clear()
    yield request.param
    get_settings.cache_clear()
