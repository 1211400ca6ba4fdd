"""What the superuser prepares inside a Postgres: the two roles, databases, extensions."""

from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER = "voxanne_owner"
APP = "voxanne_app"

# A schema of their own, as on Supabase: checks of `public` then see our tables only, and functions with an
# empty search_path can name `extensions.…` in both places.
_EXTENSIONS = ("vector", "btree_gist", "btree_gin", "pg_trgm", "unaccent", "pg_stat_statements")
_RIGHTS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
_SEARCH_PATH = sql.SQL('"$user", public, extensions')


def url(user: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{quote(user)}:{quote(password)}@127.0.0.1:{port}/{quote(database)}"


def with_database(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(database)}"))


def prepare_roles(superuser_url: str, *, owner_password: str, app_password: str) -> None:
    """Create or correct both roles; neither belongs to the other.

    As on Supabase, row level security does not hold the owner, so that its search functions can use indexes
    that are not leakproof. The app's role owns nothing and is held.
    """
    roles = ((OWNER, owner_password, "BYPASSRLS"), (APP, app_password, "NOBYPASSRLS"))
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role, password, row_level_security in roles:
            name = sql.Identifier(role)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {}").format(name))
            verifier = sql.Literal(_scram(connection, role, password))
            connection.execute(
                sql.SQL(f"ALTER ROLE {{}} WITH {_RIGHTS} {row_level_security} PASSWORD {{}}").format(
                    name, verifier
                )
            )
            connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(name, _SEARCH_PATH))


def create_database(superuser_url: str, name: str, *, template: str | None = None) -> None:
    """Create a database of the owner's with the extensions, or a copy of `template`, which nobody may use.

    One that exists already is left as it is.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
            )
        )
    if template is None:
        _create_extensions(superuser_url, name)


def drop_database(superuser_url: str, name: str) -> None:
    """Drop a database with whoever is connected to it."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _scram(connection: psycopg.Connection, role: str, password: str) -> str:
    """The password's verifier: pg_stat_statements keeps the text of the statement that sets it."""
    return connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()


def _create_extensions(superuser_url: str, name: str) -> None:
    with psycopg.connect(superuser_url, dbname=name) as connection:
        owner = sql.Identifier(OWNER)
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION {}").format(owner))
        connection.execute("GRANT USAGE ON SCHEMA extensions TO PUBLIC")
        for extension in _EXTENSIONS:
            statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA extensions")
            connection.execute(statement.format(sql.Identifier(extension)))
