"""Bringing the database to the schema of this code, as the owner of the tables.

The only module that reads `DATABASE_OWNER_URL`: nothing that serves a request can come by the owner's rights.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from alembic import command
from voxanne_app.foundation.database import driver_url
from voxanne_app.foundation.settings import SettingMissing, read_variable

_SCRIPTS = Path(__file__).resolve().parents[2] / "alembic"
_ONE_AT_A_TIME = 823_407_115  # any number, for the advisory lock


def owner_url() -> str:
    if url := read_variable("DATABASE_OWNER_URL"):
        return url
    raise SettingMissing(
        "DATABASE_OWNER_URL is not set: the database as the role that owns the tables, for migrations only."
    )


def role_of(url: str) -> str:
    """The role that a database address signs in as; Supabase's pooler wants its project after a dot."""
    if role := unquote(urlsplit(url).username or "").split(".")[0]:
        return role
    raise SettingMissing("A database address must name its role, as in postgresql://role:password@host/name.")


def migrate(owner_url: str, *, app_url: str) -> None:
    """Upgrade to the newest schema, a transaction per migration; of two at once, one waits for the other."""
    app_role = role_of(app_url)
    if app_role == role_of(owner_url):
        raise SettingMissing(
            f"DATABASE_URL and DATABASE_OWNER_URL both sign in as {app_role}: they must be two roles."
        )
    engine = create_engine(driver_url(owner_url), connect_args={"prepare_threshold": None})
    try:
        with engine.connect() as lock, engine.connect() as connection:
            lock.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            config = _config()
            config.attributes.update(connection=connection, app_role=app_role)
            command.upgrade(config, "head")
            connection.execute(text(f'grant select on alembic_version to "{app_role}"'))
            connection.commit()
    finally:
        engine.dispose()


def missing_migrations(connection: Connection) -> list[str]:
    """The revisions that the database lacks, oldest first; empty when it is at the newest schema."""
    scripts = ScriptDirectory.from_config(_config())
    applied = MigrationContext.configure(connection).get_current_revision()
    if applied == scripts.get_current_head():
        return []
    return [script.revision for script in scripts.iterate_revisions("head", applied or "base")][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
