"""With `DATABASE_URL` on a pooler in transaction mode: what the app sets must not outlive a transaction."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import Row, text

from tests import factories
from tests.faults.background import wait_until
from tests.faults.pooler import SERVER_CONNECTIONS, pooler
from tests.running_app import RunningApp, running_app
from tests.shared_postgres import ROOT, Database
from voxanne_app import doctor
from voxanne_app.embedded import databases
from voxanne_app.foundation.database import Claims, engine_for, transaction_at
from voxanne_app.foundation.settings import get_settings

THREADS, TRANSACTIONS = 12, 600


@pytest.fixture
def pooled_url(database: Database) -> Iterator[str]:
    with pooler(database.app_url) as url:
        yield url
        engine_for(url).dispose()


def look(url: str, org_id: Any) -> tuple[int, set[Any], str]:
    """The server process that answered, whose calls are seen, and the claims by then."""
    with transaction_at(url, Claims.organization(org_id)) as session:
        connection = session.connection()
        seen = set(connection.execute(text("select org_id from call_logs")).scalars())
        pid = connection.scalar(text("select pg_backend_pid()"))
        claims = connection.scalar(text("select current_setting('request.jwt.claims')"))
    return int(pid or 0), seen, str(claims)


def test_nobody_sees_anothers_rows_over_shared_server_connections(
    pooled_url: str, organization: Row[Any], other_organization: Row[Any]
) -> None:
    ours, theirs = organization.id, other_organization.id
    for org_id in (ours, theirs):
        factories.make_call(org_id=org_id)
    asking = [ours, theirs] * (TRANSACTIONS // 2)
    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda org_id: look(pooled_url, org_id), asking))
    for org_id, (_, seen, claims) in zip(asking, answers, strict=True):
        assert seen == {org_id}
        assert str(org_id) in claims
    by_server = {pid: {org for org, answer in zip(asking, answers, strict=True) if answer[0] == pid}
                 for pid in {answer[0] for answer in answers}}  # fmt: skip
    assert len(by_server) <= SERVER_CONNECTIONS
    assert {ours, theirs} in by_server.values(), "no server connection served both"


def test_nothing_stays_behind_on_a_server_connection(pooled_url: str, organization: Row[Any]) -> None:
    factories.make_call(org_id=organization.id)
    for _ in range(20):  # more often than psycopg needs to prepare a statement
        look(pooled_url, organization.id)
    with psycopg.connect(pooled_url, autocommit=True, prepare_threshold=None) as next_one:
        for _ in range(20):
            claims = next_one.execute("select current_setting('request.jwt.claims', true)").fetchone()
            assert claims in ((None,), ("",))
            assert next_one.execute("select count(*) from call_logs").fetchone() == (0,)
            assert next_one.execute("select count(*) from pg_prepared_statements").fetchone() == (0,)
            search_path = next_one.execute("show search_path").fetchone()
            assert search_path is not None
            assert "huey" not in search_path[0]


def test_the_doctor_notices_that_news_does_not_get_through(
    pooled_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", pooled_url)
    assert "Set DATABASE_SESSION_URL" in news().says
    assert not news().is_well
    monkeypatch.setenv("DATABASE_SESSION_URL", database.app_url)
    assert news().is_well


def news() -> doctor.Finding:
    get_settings.cache_clear()
    found = [finding for finding in doctor.examine() if finding.about == "news"]
    get_settings.cache_clear()
    return found[0]


@pytest.fixture(scope="module")
def outside(database: Database) -> Iterator[Database]:
    """A database of somebody else's that nobody has migrated yet."""
    name = f"test_{os.getpid()}_outside"
    databases.create_database(database.superuser_url, name)
    yield database.named(name)
    databases.drop_database(database.superuser_url, name)


@pytest.fixture(scope="module")
def app(outside: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The whole product with all it asks of its database behind the pooler, LISTEN and Huey included."""
    data_dir = tmp_path_factory.mktemp("outside")
    with pooler(outside.app_url) as url:
        urls = {"DATABASE_URL": url, "DATABASE_OWNER_URL": outside.owner_url}
        with running_app(data_dir, **urls) as app:
            yield app


@pytest.mark.timeout(500)  # it may wait for the front end's build
def test_up_uses_a_database_that_is_named_instead_of_its_own(app: RunningApp, outside: Database) -> None:
    assert app.status("/readyz") == 200
    assert not (app.data_dir / "postgres").exists()
    assert app.run["database_owner_url"] == outside.owner_url
    with psycopg.connect(outside.owner_url) as owner:
        assert owner.execute("select count(*) from organizations").fetchone() == (2,)


def test_a_call_books_with_everything_behind_the_pooler(app: RunningApp, outside: Database) -> None:
    booked = "select count(*) from bookings where patient_name = %s"
    reported = "select has_report and has_booking from call_logs where vendor_call_id = %s"
    with psycopg.connect(outside.owner_url, autocommit=True) as owner:
        for _ in range(3):
            patient = f"Pooled {uuid4().hex[:6]}"
            call = {"patient_name": patient, "script": "books", "speed": 50, "wait": True}
            answer = httpx.post(f"{app.run['sandbox_url']}/_sandbox/calls", json=call, timeout=60).json()
            assert answer["was_successful"], answer
            assert {webhook["status"] for webhook in answer["webhooks"]} == {200}
            assert owner.execute(booked, [patient]).fetchone() == (1,)
            wait_until(
                lambda call_id=answer["id"]: owner.execute(reported, [call_id]).fetchone() == (True,),
                "its report is handled",
            )


def test_the_doctor_finds_an_instance_of_up_on_an_outside_database_well(
    app: RunningApp, outside: Database
) -> None:
    environment = os.environ | {
        "VOXANNE_DATA_DIR": str(app.data_dir),
        "DATABASE_URL": app.run["database_url"],
        "DATABASE_SESSION_URL": outside.app_url,
    }
    command = [sys.executable, "-m", "voxanne_app.cli", "doctor"]
    said = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 0, said.stdout + said.stderr
