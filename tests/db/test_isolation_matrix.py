"""Every table × every verb × every name to ask in: nothing of another clinic is seen or touched."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL

from tests.db.isolation_matrix import SET_CLAIMS, clinic_with_a_row_everywhere
from tests.shared_postgres import Database
from voxanne_app.foundation.database import Claims
from voxanne_app.monitoring.isolation import attacks
from voxanne_app.monitoring.isolation.attacks import REFUSALS, Attempt, Clinic, Table
from voxanne_app.monitoring.isolation.names import CONTEXTS, REUSED, Context
from voxanne_app.monitoring.isolation.reviewed import APPEND_ONLY, ONLY_THE_PLATFORM_WRITES

VERBS = (*attacks.ANYBODYS, attacks.insert_for_nobody, *attacks.ONLY_WITH_A_CLINIC, attacks.refer_to)
FEWEST_CELLS = 5700


@dataclass(frozen=True)
class Ground:
    """Two clinics, and a judge who sees everything: what there was before the first attack must stay."""

    judge: psycopg.Connection
    tables: list[Table]
    attacker: Clinic
    victim: Clinic
    remembered: dict[tuple[str, str], Any] = field(default_factory=dict)

    def attempt(self, connection: psycopg.Connection, table: Table, attacker: Clinic | None) -> Attempt:
        foreign = self._row(table, "victim", self.victim) or self._row(table, "anybody", None)
        assert foreign, f"{table.name} has no row to attack: add it to clinic_with_a_row_everywhere()"
        own = self._row(table, "attacker", attacker) if attacker else None
        assert own or not (attacker and table.is_of_one_clinic), table.name
        return Attempt(connection, table, attacker, own, foreign)

    def has_changed(self, table: Table) -> bool:
        """Whether anything that is not the attacker's has changed, come or gone since the first look."""
        query = SQL("select md5(string_agg(t::text, '|' order by t::text)) from {} t where not ({})")
        found = self.judge.execute(query.format(table.identifier, table.own(self.attacker))).fetchone()
        return bool(self.remembered.setdefault((table.name, "fingerprint"), found) != found)

    def _row(self, table: Table, whose: str, clinic: Clinic | None) -> dict[str, Any] | None:
        if (table.name, whose) not in self.remembered:
            condition = table.own(clinic) if clinic else SQL("true")
            query = SQL("select to_jsonb(t) from {} t where {} limit 1").format(table.identifier, condition)
            found = self.judge.execute(query).fetchone()
            self.remembered[table.name, whose] = found[0] if found else None
        return self.remembered[table.name, whose]


@pytest.fixture(scope="module")
def ground(database: Database) -> Iterator[Ground]:
    victim, attacker = clinic_with_a_row_everywhere(), clinic_with_a_row_everywhere()
    with psycopg.connect(database.superuser_url, autocommit=True) as judge:
        tables = [Table(*row) for row in judge.execute(attacks.TABLES)]
        ground = Ground(judge, tables, attacker, victim)
        assert not any(ground.has_changed(table) for table in tables)  # the first look
        yield ground


@pytest.mark.parametrize("context", CONTEXTS, ids=[context.name for context in CONTEXTS])
@pytest.mark.parametrize("verb", VERBS, ids=[verb.__name__ for verb in VERBS])
def test_nothing_of_another_clinic_is_seen_or_touched(
    verb: attacks.Verb, context: Context, ground: Ground, database: Database
) -> None:
    with psycopg.connect(database.app_url) as connection:
        leaks = [
            f"{table.name}: {seen} row(s)"
            for table in ground.tables
            if verb in attacks.verbs_for(table, attacker_has_clinic=context.has_clinic)
            if (seen := _attack(verb, context, ground, table, connection))
        ]
    assert not leaks, (
        f"{verb.__name__} as {context.name} leaks {leaks}. Look at the table's policies and grants."
    )


def _attack(
    verb: attacks.Verb, context: Context, ground: Ground, table: Table, connection: psycopg.Connection
) -> int:
    if context is REUSED:
        connection.execute(SET_CLAIMS, [ground.victim.claims])
        connection.commit()
    if context.claims:
        connection.execute(SET_CLAIMS, [context.claims(ground.attacker, ground.victim)])
    attempt = ground.attempt(connection, table, ground.attacker if context.has_clinic else None)
    try:
        seen = verb(attempt)
        connection.commit()
    except psycopg.Error as refused:
        connection.rollback()
        assert refused.sqlstate in REFUSALS, f"{table.name}: {refused}"
        seen = 0
    return seen + ground.has_changed(table)


@pytest.mark.parametrize(
    "verb",
    [verb for verb in attacks.ANYBODYS if verb not in (attacks.copy_in, attacks.truncate)],
    ids=lambda v: v.__name__,
)
def test_the_attacks_succeed_in_the_name_of_who_may(
    verb: attacks.Verb, ground: Ground, database: Database
) -> None:
    for table in ground.tables:
        with psycopg.connect(database.app_url) as connection:
            is_clinics = table.is_of_one_clinic and table.name not in ONLY_THE_PLATFORM_WRITES
            claims = ground.victim.claims if is_clinics else Claims.system().as_json()
            connection.execute(SET_CLAIMS, [claims])
            # Up against a key is past the policies.
            with suppress(psycopg.errors.IntegrityError):
                attempt = ground.attempt(connection, table, None)
                if table.name in APPEND_ONLY:
                    with suppress(psycopg.errors.InsufficientPrivilege):
                        verb(attempt)
                else:
                    assert verb(attempt), table.name
            connection.rollback()


HOLES = """create table holes (id uuid primary key default gen_random_uuid(), org_id uuid, contact_id uuid
  references contacts (id));
insert into holes (org_id, contact_id) select org_id, id from contacts;
grant all on holes to voxanne_app"""


@pytest.mark.parametrize("verb", VERBS, ids=[verb.__name__ for verb in VERBS])
def test_every_attack_finds_a_hole(verb: attacks.Verb, ground: Ground, database: Database) -> None:
    ground.judge.execute(HOLES)
    ground = replace(ground, remembered={})
    try:
        (holes,) = (Table(*row) for row in ground.judge.execute(attacks.TABLES) if row[0] == "holes")
        assert not ground.has_changed(holes)
        with psycopg.connect(database.app_url) as connection:
            assert _attack(verb, CONTEXTS[0], ground, holes, connection)
    finally:
        ground.judge.execute("drop table holes")


def test_the_matrix_does_not_shrink(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    cells = sum(
        len(list(attacks.verbs_for(table, attacker_has_clinic=context.has_clinic)))
        for table in ground.tables
        for context in CONTEXTS
    )
    with capsys.disabled():
        print(f"\nisolation matrix: {len(ground.tables)} tables, {cells} cells")
    assert cells >= FEWEST_CELLS
