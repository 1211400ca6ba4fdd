"""What Today and the hand-over sheet ask of cases, over 1,000,000 of them in 200 organizations, under RLS.

One clinic has a tenth of all: after some years most cases are settled, and those must not slow down the few
that wait.
"""

# ruff: noqa: S608 - the statements are made of constants

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from sqlmodel import Session

from voxanne_app.bench import ground
from voxanne_app.calls import cases
from voxanne_app.embedded import databases
from voxanne_app.embedded.postgres import EmbeddedPostgres
from voxanne_app.foundation.database import Claims, transaction

CASES, CLINICS, OPEN = 1_000_000, 200, 6_000
_MARKS_MS = {"what waits": 15.0, "how many wait": 10.0, "settled today": 150.0, "both counts": 150.0}
_ROUNDS = 40

_FILL = f"""
create temporary table bench_clinics as select n as number, gen_random_uuid() as id
  from generate_series(1, {CLINICS}) as n;
insert into organizations (id, name, time_zone)
  select id, 'Clinic ' || number, 'America/New_York' from bench_clinics;
insert into cases (org_id, kind, title, body, call_id, request_key, created_at, resolved_at, is_clinical,
  is_urgent)
select org.id, (array['callback', 'approval', 'complaint', 'failure'])[1 + n % 4], 'Call back',
  'About a bill',
  gen_random_uuid(), 'bench-' || n, at, case when n > {OPEN} then at + interval '5 hours' end, n % 50 = 0,
  n % 10 = 0
from generate_series(1::bigint, {CASES}) as n
join bench_clinics org on org.number = case when n % 10 = 0 then 1 else 2 + n % {CLINICS - 1} end,
lateral (select now() - n * interval '16 seconds' as at) as drawn
"""


def main() -> int:
    with ground.bench_database() as server:
        biggest, other = _fill(server)
        print(f"{CASES:,} cases in {CLINICS} organizations, {OPEN:,} of them open")
        passed = [_measure(name, look, biggest, other) for name, look in _looks().items()]
    return 0 if all(passed) else 1


def _looks() -> dict[str, Callable[[Session, UUID], object]]:
    since = datetime.now(UTC) - timedelta(days=1)
    return {
        "what waits": lambda session, org_id: cases.open_cases(session, org_id=org_id, at_most=100),
        "how many wait": lambda session, org_id: cases.count_waiting(session, org_id=org_id),
        "settled today": lambda session, org_id: cases.settled_cases(session, org_id=org_id, since=since),
        "both counts": lambda session, org_id: cases.count_cases(session, org_id=org_id, since=since),
    }


def _fill(server: EmbeddedPostgres) -> tuple[UUID, UUID]:
    """As the superuser; the ids of the big clinic and of another."""
    url = databases.with_database(server.superuser_url, ground.DATABASE)
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")  # cases without their calls
        for statement in _FILL.split(";"):
            connection.execute(statement)
        found = connection.execute("select id from bench_clinics order by number limit 2").fetchall()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze cases")
    return found[0][0], found[1][0]


def _measure(name: str, look: Callable[[Session, UUID], object], biggest: UUID, other: UUID) -> bool:
    p50, p95 = _waits(look, biggest)
    usual, _ = _waits(look, other)
    mark = _MARKS_MS[name]
    verdict = "pass" if p95 <= mark else "MISS"
    print(
        f"{name:<14} big clinic p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   another p50 {usual:6.1f} ms   "
        f"(at most {mark:.0f})  {verdict}"
    )
    return p95 <= mark


def _waits(look: Callable[[Session, UUID], object], org_id: UUID) -> tuple[float, float]:
    waits = []
    for _ in range(_ROUNDS):
        with transaction(Claims.organization(org_id)) as session:
            session.connection()
            began = time.perf_counter()
            look(session, org_id)
            waits.append((time.perf_counter() - began) * 1000)
    waits.sort()
    return waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
