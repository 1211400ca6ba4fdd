"""Attacks on the rows of others: what is tried against a table, and in whose name.

The operators' page tries them as two made-up clinics in a transaction that is rolled back; the tests, for
every table that the catalog knows, in transactions that are committed.
"""

# ruff: noqa: S608 - what comes from the catalog is quoted by psycopg

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from psycopg.types.json import Jsonb

from voxanne_app.foundation.database import Claims


@dataclass(frozen=True)
class Clinic:
    org_id: UUID
    person_id: UUID

    @property
    def claims(self) -> str:
        return Claims.person(org_id=self.org_id, person_id=self.person_id).as_json()


@dataclass(frozen=True)
class Table:
    name: str
    columns: list[str]  # those that can be written
    key: list[str]
    references: list[str]  # columns that name a row of another table with org_id

    @property
    def identifier(self) -> Identifier:
        return Identifier(*self.name.split("."))

    @property
    def is_of_one_clinic(self) -> bool:
        return "org_id" in self.columns and self.name != "sessions"

    def own(self, clinic: Clinic | None) -> Composable:
        """The condition that a row is `clinic`'s."""
        if clinic is None:
            return SQL("false")
        if self.is_of_one_clinic:
            return SQL("org_id is not distinct from {}").format(clinic.org_id)
        if self.name in ("organizations", "people"):
            return SQL("id = {}").format(clinic.org_id if self.name == "organizations" else clinic.person_id)
        is_a_persons = "person_id" in self.columns and "org_id" not in self.columns
        return SQL("person_id = {}").format(clinic.person_id) if is_a_persons else SQL("false")

    def is_row(self, row: dict[str, Any]) -> Composable:
        same = (
            SQL("to_jsonb({}) = {}").format(Identifier(name), Literal(Jsonb(row[name]))) for name in self.key
        )
        return SQL(" and ").join(same)


# Every table that policies protect. Without a primary key, `key` is empty: there is no way to name a row.
TABLES = """
select c.relname,
  array(select attname::text from pg_attribute a where attrelid = c.oid and attnum > 0 and not attisdropped
        and attgenerated = ''),
  array(select attname::text from pg_attribute a where attrelid = c.oid and attnum = any(k.conkey)),
  array(select distinct attname::text from pg_constraint f join pg_attribute a on a.attrelid = c.oid
        and a.attnum = any(f.conkey) where f.conrelid = c.oid and f.contype = 'f' and attname <> 'org_id'
        and exists (select from pg_attribute o where o.attrelid = f.confrelid and o.attname = 'org_id'))
from pg_class c left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'
order by c.relname"""


@dataclass(frozen=True)
class Attempt:
    """In somebody's name, against a table: `own` is a row of the attacker's, `foreign` is not."""

    connection: psycopg.Connection[Any]
    table: Table
    attacker: Clinic | None
    own: dict[str, Any] | None
    foreign: dict[str, Any]

    def count(self, statement: LiteralString, **parts: Composable) -> int:
        """How many rows the statement saw or touched."""
        return max(self.connection.execute(self.query(statement, **parts)).rowcount, 0)

    def query(self, statement: LiteralString, **parts: Composable) -> Composed:
        return SQL(statement).format(
            table=self.table.identifier,
            columns=SQL(", ").join(map(Identifier, self.table.columns)),
            key=SQL(", ").join(map(Identifier, self.table.key)),
            key_part=Identifier(self.table.key[0]),
            not_mine=SQL("not ({})").format(self.table.own(self.attacker)),
            the_foreign=self.table.is_row(self.foreign),
            the_own=self.table.is_row(self.own) if self.own else SQL("false"),
            **parts,
        )

    def insert(self, row: dict[str, Any], then: LiteralString = "") -> int:
        values = SQL("jsonb_populate_record(null::{table}, {row})").format(
            table=self.table.identifier, row=Literal(Jsonb(row))
        )
        picked = SQL(", ").join(SQL("r.{}").format(Identifier(name)) for name in self.table.columns)
        return self.count(
            "insert into {table} ({columns}) select {picked} from {values} r " + then,
            picked=picked,
            values=values,
        )


# One row of somebody else's is as bad as all of them; on a live table, all of them are too many to fetch.
def select(attempt: Attempt) -> int:
    return attempt.count("select from {table} where {not_mine} limit 1")


def lock(attempt: Attempt) -> int:
    return attempt.count("select from {table} where {not_mine} limit 1 for update")


def copy_out(attempt: Attempt) -> int:
    query = attempt.query("copy (select {columns} from {table} where {not_mine} limit 1) to stdout")
    with attempt.connection.cursor().copy(query) as rows:
        return sum(1 for _ in rows)


def copy_in(attempt: Attempt) -> int:
    cursor = attempt.connection.cursor()
    with cursor.copy(attempt.query("copy {table} from stdin")) as rows:
        rows.write(b"")
    return 1  # it was let in, whether or not anything came


def insert(attempt: Attempt) -> int:
    return attempt.insert(attempt.foreign | _new_key(attempt.table))


def insert_for_nobody(attempt: Attempt) -> int:
    return attempt.insert(attempt.foreign | _new_key(attempt.table) | {"org_id": None})


def upsert(attempt: Attempt) -> int:
    return attempt.insert(
        attempt.foreign, "on conflict ({key}) do update set {key_part} = excluded.{key_part}"
    )


def upsert_as_mine(attempt: Attempt) -> int:
    assert attempt.attacker
    row = attempt.foreign | {"org_id": str(attempt.attacker.org_id)}
    return attempt.insert(row, "on conflict ({key}) do update set {key_part} = excluded.{key_part}")


def update(attempt: Attempt) -> int:
    return attempt.count("update {table} set {key_part} = {key_part} where {the_foreign}")


def delete(attempt: Attempt) -> int:
    return attempt.count("delete from {table} where {the_foreign}")


def truncate(attempt: Attempt) -> int:
    attempt.count("truncate {table} cascade")
    return 1


def may_truncate(attempt: Attempt) -> int:
    """Instead of doing it, where others work: it would make everybody wait."""
    return attempt.count("select where has_table_privilege({name}, 'truncate')", name=_literal(attempt.table))


def take_over(attempt: Attempt) -> int:
    assert attempt.attacker
    org_id = Literal(attempt.attacker.org_id)
    return attempt.count("update {table} set org_id = {org_id} where {the_foreign}", org_id=org_id)


def give_away(attempt: Attempt) -> int:
    org_id = Literal(attempt.foreign["org_id"])
    return attempt.count("update {table} set org_id = {org_id} where {the_own}", org_id=org_id)


def refer_to(attempt: Attempt) -> int:
    """Each foreign key in its own savepoint: the first refusal must not hide the next."""
    referred = 0
    for column in attempt.table.references:
        try:
            with attempt.connection.transaction():
                referred += attempt.count(
                    "update {table} set {column} = {value} where {the_own}",
                    column=Identifier(column),
                    value=Literal(attempt.foreign[column]),
                )
        except psycopg.errors.IntegrityError:
            continue
    return referred


def _new_key(table: Table) -> dict[str, Any]:
    return {"id": str(uuid4())} if table.key == ["id"] else {}


def _literal(table: Table) -> Literal:
    return Literal(table.name)


Verb = Callable[[Attempt], int]
ANYBODYS = (select, lock, copy_out, copy_in, insert, upsert, update, delete, truncate)
# These need a row or an organization of the attacker's own.
ONLY_WITH_A_CLINIC = (take_over, give_away, upsert_as_mine)


def verbs_for(table: Table, *, attacker_has_clinic: bool) -> Iterator[Verb]:
    yield from ANYBODYS
    if "org_id" in table.columns:
        yield insert_for_nobody
    if attacker_has_clinic and table.is_of_one_clinic:
        yield from ONLY_WITH_A_CLINIC
        if table.references:
            yield refer_to


# How a refusal may look, by its SQLSTATE. Anything else is trouble, not a refusal.
REFUSALS = {
    "42501": "no right, or a policy",
    "22P02": "claims that cannot be read",
    "0A000": "COPY FROM under row level security",
    "23503": "a foreign key that holds org_id",
    "23514": "the trigger that keeps org_id",
}
