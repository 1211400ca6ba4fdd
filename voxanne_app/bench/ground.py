"""A database to measure on: a Postgres of its own beside the instance's, empty and at the newest schema."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text

from voxanne_app.embedded import databases, postgres
from voxanne_app.embedded.postgres import EmbeddedPostgres
from voxanne_app.foundation.database import Claims, engine_for, transaction
from voxanne_app.foundation.migrations import migrate
from voxanne_app.foundation.settings import get_settings

DATABASE = "bench"


@contextmanager
def bench_database() -> Iterator[EmbeddedPostgres]:
    """Durable as in production; `DATABASE_URL` names it while the block lasts, for child processes too."""
    data_dir = get_settings().voxanne_data_dir.resolve() / "bench"
    before = os.environ.get("DATABASE_URL")
    with postgres.running(data_dir) as server:
        databases.drop_database(server.superuser_url, DATABASE)
        databases.create_database(server.superuser_url, DATABASE)
        app_url = databases.with_database(server.app_url, DATABASE)
        migrate(databases.with_database(server.owner_url, DATABASE), app_url=app_url)
        os.environ["DATABASE_URL"] = app_url
        get_settings.cache_clear()
        try:
            yield server
        finally:
            engine_for(app_url).dispose()
            databases.drop_database(server.superuser_url, DATABASE)
            os.environ.pop("DATABASE_URL")
            if before:
                os.environ["DATABASE_URL"] = before
            get_settings.cache_clear()


def owner_url(server: EmbeddedPostgres) -> str:
    return databases.with_database(server.owner_url, DATABASE)


def make_clinic() -> UUID:
    org_id = uuid4()
    with transaction(Claims.organization(org_id)) as session:
        session.connection().execute(
            text("insert into organizations (id, name, time_zone) values (:id, 'Bench clinic', 'UTC')"),
            {"id": org_id},
        )
    return org_id


def connect(org_id: UUID, assistant_id: str) -> None:
    """Let Vapi's assistant with this id lead to the organization."""
    with transaction(Claims.organization(org_id)) as session:
        session.connection().execute(
            text(
                "insert into vendor_addresses (org_id, vendor, kind, value) "
                "values (:org_id, 'vapi', 'assistant', :value)"
            ),
            {"org_id": org_id, "value": assistant_id},
        )


def count(server: EmbeddedPostgres, table: str) -> int:
    """How many rows a table has, whoever's they are: for the judge, not for the measured."""
    url = databases.with_database(server.superuser_url, DATABASE)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier(table))
        )
        found = row.fetchone()
    return int(found[0]) if found else 0
