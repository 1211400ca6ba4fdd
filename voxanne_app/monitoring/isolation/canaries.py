"""Made-up clinics with a row in every table, for the length of one transaction that is rolled back.

Rows are made from what the catalog says of a table: what it requires, which words it allows, what it refers
to. A table whose rules say more than that has its values in `SPECIAL`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg.types.json import Jsonb

from voxanne_app.foundation.database import Claims, Rehearsal
from voxanne_app.monitoring.isolation.attacks import Clinic, Table

_FAR = datetime(2199, 1, 7, 9, tzinfo=UTC)
_HALF_AN_HOUR = timedelta(minutes=30)

# Values that a table asks for beyond what can be read from its columns.
SPECIAL: dict[str, dict[str, Any]] = {
    "services": {"duration_minutes": 30},
    "working_hours": {"opens_at": "09:00", "closes_at": "17:00"},
    "bookings": {
        "starts_at": _FAR,
        "ends_at": _FAR + _HALF_AN_HOUR,
        "blocks_from": _FAR,
        "blocks_until": _FAR + _HALF_AN_HOUR,
    },
    "visits": {"started_at": _FAR, "ends_at": _FAR + _HALF_AN_HOUR},
    "isolation_probes": {"state": "done"},
    "audit_events": {"action": "isolation.probed", "actor_kind": "system"},
}

# Name, type, whether it must be given, the first word that a check allows, and what it refers to.
_COLUMNS = """
select a.attname, format_type(a.atttypid, null),
  a.attnotnull and not a.atthasdef and a.attidentity = '',
  (select (regexp_match(pg_get_constraintdef(k.oid), '''([^'']+)''::text'))[1] from pg_constraint k
    where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum]
      and pg_get_constraintdef(k.oid) ~ '(ANY|= )' limit 1),
  (select array[f.confrelid::regclass::text, t.attname::text] from pg_constraint f
    join unnest(f.conkey, f.confkey) pair (here, there) on pair.here = a.attnum
    join pg_attribute t on t.attrelid = f.confrelid and t.attnum = pair.there
    where f.conrelid = a.attrelid and f.contype = 'f' order by cardinality(f.conkey) desc limit 1)
from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
  and a.attgenerated = ''"""


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    is_required: bool
    allowed: str | None
    refers_to: list[str] | None

    def is_own_id(self, table: Table) -> bool:
        """What makes a clinic or a person who they are."""
        return self.name == "id" and table.name in ("organizations", "people")


@dataclass
class Canary:
    """A clinic, its rows by table, and why there is none in the others."""

    clinic: Clinic
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


class Aviary:
    """Makes canaries in a rehearsal."""

    def __init__(self, stage: Rehearsal, tables: list[Table]) -> None:
        self._stage = stage
        self._tables = tables
        self._columns = {
            table.name: [_Column(*row) for row in stage.connection.execute(_COLUMNS, (table.name,))]
            for table in tables
        }

    def hatch(self) -> Canary:
        """A clinic with a row wherever one can be made: tables wait for those that they refer to."""
        canary = Canary(Clinic(org_id=uuid4(), person_id=uuid4()))
        # What triggers do at commit belongs to the row, and here there is no commit.
        self._stage.connection.execute("set constraints all immediate")
        waiting, before = list(self._tables), 0
        while waiting and len(waiting) != before:
            before = len(waiting)
            waiting = [table for table in waiting if not self._has_row(table, canary)]
        return canary

    def _has_row(self, table: Table, canary: Canary) -> bool:
        reasons: list[str] = []
        for claims in self._names(canary.clinic):
            try:
                with self._stage.connection.transaction():
                    self._stage.speak_as(claims)
                    canary.rows[table.name] = self._found(table, canary) or self._made(table, canary)
            except (psycopg.Error, _NothingToReferTo) as error:
                reasons.append(_in_words(error))
            else:
                canary.missing.pop(table.name, None)
                return True
        # Not having the right in one of the names says less than what was wrong in another.
        canary.missing[table.name] = min(reasons, key=lambda reason: reason == _NO_RIGHT)
        return False

    def _names(self, clinic: Clinic) -> Iterator[str]:
        yield clinic.claims
        yield Claims.organization(clinic.org_id).as_json()
        yield Claims.system().as_json()

    def _found(self, table: Table, canary: Canary) -> dict[str, Any] | None:
        """One that a trigger has made already."""
        if "org_id" not in table.columns:
            return None
        query = SQL("select to_jsonb(t) from {} t where org_id = {} limit 1")
        found = self._stage.connection.execute(
            query.format(table.identifier, canary.clinic.org_id)
        ).fetchone()
        return dict(found[0]) if found else None

    def _made(self, table: Table, canary: Canary) -> dict[str, Any]:
        values = {
            column.name: _value(column, table, canary)
            for column in self._columns[table.name]
            if column.is_required or column.name == "org_id" or column.refers_to or column.is_own_id(table)
        }
        values |= SPECIAL.get(table.name, {})
        query = SQL("insert into {} as t ({}) values ({}) returning to_jsonb(t)").format(
            table.identifier,
            SQL(", ").join(map(Identifier, values)),
            SQL(", ").join(map(Placeholder, values)),
        )
        made = self._stage.connection.execute(query, values).fetchone()
        assert made
        return dict(made[0])


class _NothingToReferTo(Exception):
    pass


_NO_RIGHT = "no name has the right to make one"


def _in_words(error: psycopg.Error | _NothingToReferTo) -> str:
    """Without any value: Postgres quotes the row in its own words."""
    if isinstance(error, _NothingToReferTo):
        return str(error)
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return _NO_RIGHT
    broken = error.diag.constraint_name or error.diag.column_name or error.sqlstate
    return f"{type(error).__name__} of {broken}. Canaries need values for it, in SPECIAL of canaries.py."


def _value(column: _Column, table: Table, canary: Canary) -> Any:
    if column.name == "org_id":
        return canary.clinic.org_id
    if column.is_own_id(table):
        return canary.clinic.org_id if table.name == "organizations" else canary.clinic.person_id
    if column.refers_to:
        return _referred(column, table, canary)
    return column.allowed or _PLAIN.get(column.type, _text)()


def _referred(column: _Column, table: Table, canary: Canary) -> Any:
    assert column.refers_to
    other, key = column.refers_to
    if other in canary.rows:
        return canary.rows[other][key]
    if column.is_required or other != table.name:
        raise _NothingToReferTo(f"there is none in {other} to refer to")
    return None


def _text() -> str:
    return f"canary {uuid4().hex[:12]}"


_PLAIN: dict[str, Any] = {
    "uuid": uuid4,
    "bytea": lambda: uuid4().bytes,
    "boolean": lambda: False,
    "integer": lambda: 1,
    "smallint": lambda: 1,
    "bigint": lambda: 1,
    "numeric": lambda: 1,
    "double precision": lambda: 1,
    "timestamp with time zone": lambda: _FAR,
    "date": _FAR.date,
    "time without time zone": lambda: "09:00",
    "interval": lambda: _HALF_AN_HOUR,
    "jsonb": lambda: Jsonb({}),
    "text[]": list,
    "uuid[]": list,
}
