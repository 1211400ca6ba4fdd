"""Whether the schema keeps organizations apart, read from the catalog of the migrated database."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.db.isolation_breaches import WAYS
from tests.shared_postgres import Database
from voxanne_app.monitoring.isolation import reviewed
from voxanne_app.monitoring.isolation.rules import RULES, Rule, parameters

BREACHES = [(rule, way) for rule in RULES for way in WAYS[rule.number, rule.says]]


@pytest.fixture
def catalog(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.superuser_url) as connection:
        yield connection
        connection.rollback()


def violations(catalog: psycopg.Connection, rule: Rule) -> list[str]:
    found = catalog.execute(rule.violations, parameters("voxanne_app")).fetchall()
    return sorted({str(name) for (name,) in found} - set(rule.reviewed))


@pytest.mark.parametrize("rule", RULES, ids=[f"{rule.number} {rule.says}" for rule in RULES])
def test_the_schema_keeps(rule: Rule, catalog: psycopg.Connection) -> None:
    broken_by = violations(catalog, rule)
    assert not broken_by, f"{rule.number}, {rule.says}: broken by {', '.join(broken_by)}. {rule.remedy}"


@pytest.mark.parametrize(
    ("rule", "way"), BREACHES, ids=[f"{rule.number} {way[:60]}" for rule, way in BREACHES]
)
def test_a_breach_is_noticed(rule: Rule, way: str, catalog: psycopg.Connection) -> None:
    catalog.execute(way)
    assert violations(catalog, rule), f"{rule.number}, {rule.says}: nobody noticed `{way}`"


def test_every_rule_has_been_seen_to_fail() -> None:
    assert all(WAYS.values())


def test_the_reviewed_lists_name_only_what_exists(catalog: psycopg.Connection) -> None:
    found = catalog.execute(
        "select oid::regclass::text from pg_class "
        "union select proname from pg_proc where pronamespace = 'public'::regnamespace"
    )
    existing = {name for (name,) in found}
    lists = {
        name: value
        for name, value in vars(reviewed).items()
        if isinstance(value, dict) and name.isupper() and not name.startswith("SUPABASE")
    }
    stale = [
        f"{name}: {entry}" for name, entries in lists.items() for entry in entries if entry not in existing
    ]
    assert not stale, f"Remove from isolation/reviewed.py what is gone: {stale}"
