"""What Python believes about tables is what the migrations made. Constraints and indexes stand only there."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.types import TypeDecorator, TypeEngine

from tests.shared_postgres import Database
from voxanne_app import tables
from voxanne_app.foundation.database import driver_url

COMPARED = ("add_table", "remove_table", "add_column", "remove_column", "modify_nullable", "modify_type")
# Reached by SQL that says more than a model could.
WITHOUT_A_MODEL = {"data_keys", "jobs", "job_failures", "cron_runs", "heartbeats", "call_logs.words"}
WITHOUT_A_MODEL |= {"audit_events", "audit_heads"}
WITHOUT_A_MODEL |= {"call_figures", "call_figure_days", "call_figure_marks"}


def test_models_and_migrations_agree(database: Database) -> None:
    engine = create_engine(driver_url(database.owner_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _differ})
        differences = compare_metadata(context, tables.metadata)
    engine.dispose()
    flat = [entry for found in differences for entry in (found if isinstance(found, list) else [found])]
    said = {_place(entry): entry[0] for entry in flat if entry[0] in COMPARED}
    unexpected = {place: what for place, what in said.items() if place not in WITHOUT_A_MODEL}
    assert not unexpected, f"A model and its migration differ: {unexpected}"


def _differ(*arguments: Any) -> bool:
    """Whether values of both types are different things in Python; text and varchar, say, are not."""
    in_database, in_model = arguments[-2:]
    return _python_type(in_database) is not _python_type(in_model)


def _python_type(column_type: TypeEngine[Any]) -> type:
    return (column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type).python_type


def _place(entry: tuple[Any, ...]) -> str:
    what, *rest = entry
    if what.endswith("_table"):
        return str(rest[0].name)
    column = rest[2] if isinstance(rest[2], str) else rest[2].name
    return f"{rest[1]}.{column}"
