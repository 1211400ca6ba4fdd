"""Attacks on the rows of others: for every table that the catalog knows, what is tried, and in whose name."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal
from psycopg.types.json import Jsonb

from tests import factories
from voxanne_app.foundation.database import Claims

SET_CLAIMS = "select set_config('request.jwt.claims', %s, true)"


@dataclass(frozen=True)
class Clinic:
    org_id: UUID
    person_id: UUID

    @property
    def claims(self) -> str:
        return Claims.person(org_id=self.org_id, person_id=self.person_id).as_json()


def clinic_with_a_row_everywhere() -> Clinic:
    """A new table gets a factory, and a line here."""
    org_id = factories.make_organization().id
    person_id = factories.make_person().id
    factories.make_membership(org_id=org_id, person_id=person_id)
    factories.make_session(org_id=org_id, person_id=person_id)
    agent = factories.make_agent(org_id=org_id)
    factories.make_phone_number(org_id=org_id, agent_id=agent.id)
    factories.make_vendor_address(org_id=org_id, agent_id=agent.id)
    contact = factories.make_contact(org_id=org_id)
    call = factories.make_call(org_id=org_id, agent_id=agent.id, contact_id=contact.id)
    factories.make_turn(org_id=org_id, call_id=call.id)
    factories.make_tool_call(org_id=org_id, call_id=call.id)
    factories.make_cost_entry(org_id=org_id, call_id=call.id)
    factories.make_recording(org_id=org_id, call_id=call.id)
    factories.make_call_note(org_id=org_id, call_id=call.id)
    factories.make_call_annotation(org_id=org_id, call_id=call.id)
    factories.make_case(org_id=org_id, call_id=call.id, contact_id=contact.id)
    booking = factories.make_booking(org_id=org_id, call_id=call.id, contact_id=contact.id)
    factories.make_working_hours(org_id=org_id, practitioner_id=booking.practitioner_id, weekdays=[0])
    factories.make_hour_exception(org_id=org_id, practitioner_id=booking.practitioner_id)
    factories.make_webhook(org_id=org_id)
    factories.make_job_failure(job_id=factories.make_job(org_id=org_id).id)
    factories.make_cron_run()
    factories.make_heartbeat()
    factories.make_alert()
    factories.make_isolation_probe()
    factories.make_audit_event(org_id=org_id)
    return Clinic(org_id, person_id)


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
        owner = {"organizations": "org_id", "people": "person_id"}.get(self.name)
        if clinic and self.is_of_one_clinic:
            return SQL("org_id is not distinct from {}").format(clinic.org_id)
        return SQL("id = {}").format(getattr(clinic, owner)) if clinic and owner else SQL("false")

    def is_row(self, row: dict[str, Any]) -> Composable:
        same = (
            SQL("to_jsonb({}) = {}").format(Identifier(name), Literal(Jsonb(row[name]))) for name in self.key
        )
        return SQL(" and ").join(same)


# What the matrix runs over: every table that the app's role may use and that policies protect.
TABLES = """
select c.relname,
  array(select attname::text from pg_attribute a where attrelid = c.oid and attnum > 0 and not attisdropped
        and attgenerated = ''),
  array(select attname::text from pg_attribute a where attrelid = c.oid and attnum = any(k.conkey)),
  array(select distinct attname::text from pg_constraint f join pg_attribute a on a.attrelid = c.oid
        and a.attnum = any(f.conkey) where f.conrelid = c.oid and f.contype = 'f' and attname <> 'org_id'
        and exists (select from pg_attribute o where o.attrelid = f.confrelid and o.attname = 'org_id'))
from pg_class c join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
where c.relnamespace = 'public'::regnamespace and c.relname <> 'alembic_version' order by c.relname"""


@dataclass(frozen=True)
class Attempt:
    """In somebody's name, against a table: `own` is a row of the attacker's, `foreign` is not."""

    connection: psycopg.Connection
    table: Table
    attacker: Clinic | None
    own: dict[str, Any] | None
    foreign: dict[str, Any]

    def count(self, statement: str, **parts: Composable) -> int:
        """How many rows the statement saw or touched."""
        query = SQL(statement).format(
            table=self.table.identifier,
            columns=SQL(", ").join(map(Identifier, self.table.columns)),
            key=SQL(", ").join(map(Identifier, self.table.key)),
            key_part=Identifier(self.table.key[0]),
            not_mine=SQL("not ({})").format(self.table.own(self.attacker)),
            the_foreign=self.table.is_row(self.foreign),
            the_own=self.table.is_row(self.own) if self.own else SQL("false"),
            **parts,
        )
        return max(self.connection.execute(query).rowcount, 0)

    def insert(self, row: dict[str, Any], then: str = "") -> int:
        values = SQL("jsonb_populate_record(null::{table}, {row})").format(
            table=self.table.identifier, row=Literal(Jsonb(row))
        )
        picked = SQL(", ").join(SQL("r.{}").format(Identifier(name)) for name in self.table.columns)
        return self.count(
            "insert into {table} ({columns}) select {picked} from {values} r " + then,
            picked=picked,
            values=values,
        )


def select(attempt: Attempt) -> int:
    return attempt.count("select from {table} where {not_mine}")


def lock(attempt: Attempt) -> int:
    return attempt.count("select from {table} where {not_mine} for update")


def copy_out(attempt: Attempt) -> int:
    table = attempt.table
    secret = str(attempt.foreign[table.key[-1]]).encode()
    with attempt.connection.cursor().copy(SQL("copy {} to stdout").format(table.identifier)) as rows:
        return sum(secret in bytes(row) for row in rows)


def copy_in(attempt: Attempt) -> int:
    cursor = attempt.connection.cursor()
    with cursor.copy(SQL("copy {} from stdin").format(attempt.table.identifier)) as rows:
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


@dataclass(frozen=True)
class Context:
    """In whose name: `claims` makes the setting from (attacker, victim); None leaves it alone."""

    name: str
    claims: Callable[[Clinic, Clinic], str] | None
    has_clinic: bool = False


def _claims(**claims: Any) -> str:
    return json.dumps({"role": "authenticated", **claims}, default=str)


CONTEXTS = [
    Context("another clinic's person", lambda attacker, _: attacker.claims, has_clinic=True),
    Context(
        "another clinic's own work",
        lambda attacker, _: Claims.organization(attacker.org_id).as_json(),
        has_clinic=True,
    ),
    Context("nobody", lambda *_: Claims.nobody().as_json()),
    Context("unset", None),
    Context("a connection that the victim used before", None),
    Context("empty", lambda *_: ""),
    Context("not JSON", lambda _, victim: str(victim.org_id)),
    Context("not an object", lambda _, victim: json.dumps([str(victim.org_id)])),
    Context("not an id", lambda *_: _claims(app_metadata={"org_id": "' or true --"})),
    Context("an id of nothing", lambda *_: _claims(app_metadata={"org_id": uuid4()})),
    Context(
        "what people edit themselves", lambda _, victim: _claims(user_metadata={"org_id": victim.org_id})
    ),
    Context("in the wrong place", lambda _, victim: _claims(org_id=victim.org_id, app_role="voxanne_system")),
]
REUSED = CONTEXTS[4]
