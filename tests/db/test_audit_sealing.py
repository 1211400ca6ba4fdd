"""What an assistant did waits for its place in the chain: nobody waits for it, and it is not forgotten."""

import threading
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import ProgrammingError

from tests.db.test_audit_chain import RIGHTS, run_now, verdict_of
from tests.deliveries import rows
from tests.people import Person
from tests.shared_postgres import Database
from voxanne_app.audit import keeping
from voxanne_app.audit.trail import record
from voxanne_app.audit.ui.audit_lines import chain_view
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction

# Not what an assistant did, and therefore sealed with its transaction.
ACT = "tests.acted"


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        yield connection


def by_phone(org_id: UUID, *actions: str) -> None:
    for action in actions:
        with transaction(Claims.assistant(org_id)) as session:
            record(session, action)


def chained(org_id: UUID) -> list[tuple[int | None, str]]:
    found = rows("select number, action from audit_events order by number, happened_at", org_id)
    return [(row.number, row.action) for row in found]


def seal(org_id: UUID) -> None:
    with transaction(Claims.system()) as session:
        keeping.seal(session, org_id)


def test_what_an_assistant_did_gets_its_place_with_the_next_sealing_in_order(organization: Row) -> None:
    by_phone(organization.id, "tests.first", "tests.second")
    assert chained(organization.id) == [(None, "tests.first"), (None, "tests.second")]
    verdict = verdict_of(organization.id)
    assert verdict.is_unbroken and (verdict.entries, verdict.waiting) == (0, 2)
    run_now("audit.seal", None)
    run_now("audit.seal", None)
    assert chained(organization.id) == [(1, "tests.first"), (2, "tests.second")]
    verdict = verdict_of(organization.id)
    assert verdict.is_unbroken and (verdict.entries, verdict.waiting) == (2, 0)


def test_whoever_acts_seals_what_waits_before_them(alice: Person) -> None:
    by_phone(alice.org_id, "tests.first")
    with transaction(alice.claims) as session:
        record(session, ACT)
        record(session, "tests.acted_again")
    by_phone(alice.org_id, "tests.waits")
    assert chained(alice.org_id) == [
        (1, "tests.first"),
        (2, ACT),
        (3, "tests.acted_again"),
        (None, "tests.waits"),
    ]
    with transaction(alice.claims) as session:
        state = keeping.chain_state(session, alice.org_id)
    assert (state.entries, state.waiting) == (3, 1)
    said = chain_view(state, now=clock.now()).sentence
    assert said == "Not checked yet · 3 entries, 1 more waiting to be sealed"


def test_a_caller_waits_for_nobody_who_is_sealing(alice: Person, owner: psycopg.Connection) -> None:
    with transaction(alice.claims) as session:
        record(session, ACT)
    with owner.transaction():
        owner.execute("select set_config('request.jwt.claims', %s, true)", (alice.claims.as_json(),))
        held = owner.execute("select 1 from audit_heads where org_id = %s for update", (alice.org_id,))
        assert held.fetchone()
        with transaction(Claims.assistant(alice.org_id), statement_ms=2000) as session:
            record(session, "tests.by_phone")
    assert (None, "tests.by_phone") in chained(alice.org_id)


def test_sealers_at_once_give_each_entry_one_place(organization: Row) -> None:
    together = threading.Barrier(4)

    def work(number: int) -> None:
        together.wait()
        for turn in range(6):
            by_phone(organization.id, f"tests.by_{'abcd'[number]}{'uvwxyz'[turn]}")
            seal(organization.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number, _ in chained(organization.id) if number) == list(range(1, 25))
    verdict = verdict_of(organization.id)
    assert verdict.is_unbroken and verdict.entries == 24


def test_a_sealer_that_dies_leaves_all_of_it_to_the_next(organization: Row, database: Database) -> None:
    by_phone(organization.id, "tests.first", "tests.second")
    with pytest.raises(psycopg.OperationalError), psycopg.connect(database.app_url) as dying:
        dying.execute("select set_config('request.jwt.claims', %s, true)", (Claims.system().as_json(),))
        dying.execute("select audit_seal_chain(%s)", (organization.id,))
        with psycopg.connect(database.superuser_url, autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", (dying.info.backend_pid,))
        dying.execute("select 1")
    assert chained(organization.id) == [(None, "tests.first"), (None, "tests.second")]
    seal(organization.id)
    assert [number for number, _ in chained(organization.id)] == [1, 2]
    assert verdict_of(organization.id).is_unbroken


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_events set action = 'tests.other'",
        "update audit_events set hash = sha256('other')",
        "delete from audit_events",
    ],
)
def test_what_waits_is_neither_changed_nor_taken_out(
    statement: str, organization: Row, owner: psycopg.Connection
) -> None:
    by_phone(organization.id, "tests.first")
    with owner.transaction(), pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(
            "select set_config('request.jwt.claims', %s, true)",
            (Claims.organization(organization.id).as_json(),),
        )
        owner.execute(statement)  # type: ignore[arg-type]
    claims = Claims.organization(organization.id)
    with pytest.raises(ProgrammingError, match="InsufficientPrivilege"), transaction(claims) as session:
        session.connection().execute(text(statement))


def tamper(owner: psycopg.Connection, change: str, org_id: UUID) -> None:
    """With this organization's first entry: other tests' chains, and the platform's, stay whole."""
    with owner.transaction():
        owner.execute(RIGHTS)  # type: ignore[arg-type]
        touched = owner.execute(
            f"update audit_events e set {change} where org_id = %s and action = 'tests.first'",  # type: ignore[arg-type]
            (org_id,),
        )
        assert touched.rowcount == 1
        owner.execute(RIGHTS.replace("disable", "enable"))  # type: ignore[arg-type]


def test_an_entry_that_was_touched_while_it_waited_is_noticed_and_never_gets_a_place(
    organization: Row, owner: psycopg.Connection
) -> None:
    by_phone(organization.id, "tests.first", "tests.second")
    tamper(owner, "details = '{\"rows\": 1}'", organization.id)
    assert "1 of the entries that wait" in verdict_of(organization.id).problem
    seal(organization.id)
    assert chained(organization.id) == [(1, "tests.second"), (None, "tests.first")]
    assert "1 of the entries that wait" in verdict_of(organization.id).problem


def test_an_entry_that_was_forgotten_is_a_problem(organization: Row, owner: psycopg.Connection) -> None:
    by_phone(organization.id, "tests.first")
    for minutes, problem in ((4, ""), (6, "more than five minutes: 1 of the entries")):
        tamper(owner, f"happened_at = now() - interval '{minutes} minutes'", organization.id)
        tamper(owner, "hash = audit_hash(sha256(''), e)", organization.id)
        assert verdict_of(organization.id).problem.endswith(f"{problem}." if problem else "")
        assert bool(verdict_of(organization.id).problem) == bool(problem)
    run_now("audit.walk", organization.id)  # which seals before it looks
    assert verdict_of(organization.id).is_unbroken


def test_no_clinic_has_a_hand_in_anothers_chain(organization: Row, other_organization: Row) -> None:
    by_phone(organization.id, "tests.first")
    claims = Claims.organization(other_organization.id)
    with pytest.raises(ProgrammingError, match="InsufficientPrivilege"), transaction(claims) as session:
        keeping.seal(session, organization.id)
    assert chained(organization.id) == [(None, "tests.first")]
