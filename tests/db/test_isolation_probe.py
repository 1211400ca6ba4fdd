"""The probe of the live database: green on a sound one, and each kind of hole turns it red by its name."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from tests.shared_postgres import Database, migrated_database
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, engine_for, transaction
from voxanne_app.foundation.job_queue import JobRun
from voxanne_app.foundation.settings import get_settings
from voxanne_app.monitoring import jobs
from voxanne_app.monitoring.isolation import probes
from voxanne_app.monitoring.models import IsolationProbe

_PLATFORM = Claims.system()
INSERT = "insert into jobs (name, state, fence) values ('tests.probe', 'running', 1) returning id"

# Each in a table of its own, so that one probe meets them all; then what must be named, and by which verb.
HOLES = {
    "alter table contacts disable row level security": ("contacts", "select"),
    "alter table cases no force row level security": ("I-02", "cases"),
    "drop policy call_turns_select on call_turns;create policy open on call_turns for select using (true)": (
        "call_turns",
        "select",
    ),
    "create view all_calls as select * from call_logs; grant select on all_calls to voxanne_app": (
        "I-07",
        "all_calls",
    ),
    "drop policy services_delete on services": ("I-04", "services DELETE"),
    "create policy second on cost_entries for update using (true) with check (true)": (
        "I-05",
        "cost_entries UPDATE",
    ),
    "grant truncate on working_hours to voxanne_app": ("working_hours", "truncate"),
    "alter table bookings drop constraint bookings_org_id_contact_id_fkey;"
    "alter table bookings add foreign key (contact_id) references contacts (id)": ("bookings", "refer_to"),
    "create table notes (id uuid primary key default gen_random_uuid(), org_id uuid);"
    "grant all on notes to voxanne_app": ("notes", "copy_in"),
    "create function steal() returns bigint language sql security definer set search_path = '' "
    "as 'select count(*) from public.bookings'": ("I-09", "steal"),
}
UNTRIED = "create table keyless (org_id uuid not null, words text); grant all on keyless to voxanne_app"


@pytest.fixture(scope="module")
def own() -> Iterator[Database]:
    """A database that may be broken."""
    with migrated_database(f"test_{os.getpid()}_probed") as made:
        yield made
        engine_for(made.app_url).dispose()


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let the product connect there, in this test."""

    def there(url: str) -> None:
        monkeypatch.setenv("DATABASE_URL", url)
        get_settings.cache_clear()

    yield there
    monkeypatch.undo()
    get_settings.cache_clear()


def run(probe_id: str | None = None) -> IsolationProbe:
    with transaction(_PLATFORM) as session:
        job_id = session.connection().execute(text(INSERT)).scalar_one()
    jobs.probe_isolation(JobRun(job_id, "tests.probe", None, 1, 1, clock.now()), probe_id=probe_id)
    with transaction(_PLATFORM) as session:
        found = probes.latest(session)
    assert found
    return found


def red(probe: IsolationProbe) -> dict[str, Any]:
    """What is not green, by the number of a rule or the name of a table."""
    found: dict[str, Any] = {}
    for rule in probe.findings["rules"]:
        if rule["broken_by"] or rule["trouble"]:
            found.setdefault(rule["number"], []).extend([*rule["broken_by"], rule["trouble"]])
    for table in probe.findings["tables"]:
        if bad := {verb: one for verb, one in table["tried"].items() if one["verdict"] != "held"}:
            found[table["name"]] = bad
    return found


def open_alerts() -> dict[str, str]:
    with transaction(_PLATFORM) as session:
        rows = session.connection().execute(text("select key, body from alerts where cleared_at is null"))
        return dict(list(rows))


def count(table: str) -> int:
    with transaction(_PLATFORM) as session:
        return int(session.connection().execute(text(f"select count(*) from {table}")).scalar_one())


def test_a_sound_database_is_green_and_no_canary_stays(own: Database, connect: Any) -> None:
    connect(own.app_url)
    probe = run()
    assert red(probe) == {}, (
        "A new table? Give canaries its values: monitoring/isolation/canaries.py, SPECIAL."
    )
    assert (probe.holes, probe.not_run) == (0, 0)
    assert probe.attempts > 2500
    assert probe.duration_ms and probe.duration_ms > 0
    assert all(table["tried"] for table in probe.findings["tables"])
    assert [count(table) for table in ("organizations", "people", "call_logs", "audit_events")] == [
        0,
        0,
        0,
        0,
    ]
    assert open_alerts() == {}


def test_each_kind_of_hole_turns_the_probe_red_and_is_named(own: Database, connect: Any) -> None:
    connect(own.app_url)
    with psycopg.connect(own.superuser_url) as superuser:
        for hole in HOLES:
            superuser.execute(hole)
        superuser.execute(UNTRIED)
    probe = run()
    found = red(probe)
    for hole, (where, what) in HOLES.items():
        assert what in found.get(where, ()), f"Nobody noticed: {hole}"
    assert "another clinic's person" in found["contacts"]["select"]["holes"]
    assert {one["verdict"] for one in found["keyless"].values()} == {"not_run"}
    assert probe.holes >= len(HOLES) and probe.not_run > 0
    assert (
        "bookings: refer_to" in open_alerts()["isolation.hole"]
        or "contacts" in open_alerts()["isolation.hole"]
    )


def test_a_role_above_policies_is_named_whatever_else_holds(own: Database, connect: Any) -> None:
    role = f"hole_{uuid4().hex[:8]}"
    with psycopg.connect(own.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create role {role} login bypassrls password 'hole'")
        superuser.execute(f"grant select, insert, update, delete on all tables in schema public to {role}")
        superuser.execute(f"grant usage on schema public, extensions to {role}")
    url = urlsplit(own.app_url)
    there = url._replace(netloc=f"{role}:hole@{url.hostname}:{url.port}").geturl()
    connect(there)
    try:
        probe = run()
    finally:
        engine_for(there).dispose()
        with psycopg.connect(own.superuser_url, autocommit=True) as superuser:
            superuser.execute(f"drop owned by {role}; drop role {role}")
    assert [fact["says"] for fact in probe.findings["facts"] if not fact["holds"]] == [
        "bypasses row level security"
    ]
    assert "select" in red(probe)["call_logs"]


def test_a_probe_that_cannot_run_is_red(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_progress: object) -> None:
        raise psycopg.OperationalError("the line to db.example is dead")

    with transaction(_PLATFORM) as session:
        session.connection().execute(text("delete from alerts"))
    monkeypatch.setattr(jobs, "probe", fails)
    probe = run()
    assert (probe.state, probe.holes, probe.not_run) == ("done", 0, 1)
    assert "OperationalError" in probe.findings["trouble"] and "db.example" not in probe.findings["trouble"]
    assert "isolation.hole" in open_alerts()


def test_probes_that_stop_coming_are_an_alert(database: Database) -> None:
    with transaction(_PLATFORM) as session:
        session.connection().execute(text("delete from isolation_probes; delete from alerts"))
        probes.watch(session)
    assert open_alerts() == {}
    old = (
        "insert into isolation_probes (state, asked_at, finished_at) "
        "select 'done', t, t from (select now() - interval '3 hours') x (t)"
    )
    with transaction(_PLATFORM) as session:
        session.connection().execute(text(old))
        probes.watch(session)
    assert "3 hours ago" in open_alerts()["isolation.stale"]
    with transaction(_PLATFORM) as session:
        session.connection().execute(text("insert into isolation_probes (state) values ('done')"))
        probes.watch(session)
    assert open_alerts() == {}


def test_asking_twice_is_one_probe_and_each_asked_one_leaves_one_audit_row(alice: Any) -> None:
    before = count("audit_events")
    with transaction(_PLATFORM) as session:
        session.connection().execute(text("delete from isolation_probes; delete from jobs"))
        for _ in range(2):
            probes.ask(session, asked_by=alice.person_id)
        asked = probes.under_way(session)
    assert asked and asked.state == "waiting"
    assert (count("jobs"), count("audit_events") - before) == (1, 1)


def test_a_probe_whose_worker_died_is_not_under_way_for_ever(database: Database) -> None:
    with transaction(_PLATFORM) as session:
        session.connection().execute(text("delete from isolation_probes"))
        lost = probes.begin(session, None)
        mine = probes.begin(session, UUID(int=7))
        assert session.get_one(IsolationProbe, lost).state == "done"
        assert session.get_one(IsolationProbe, mine).state == "running"
