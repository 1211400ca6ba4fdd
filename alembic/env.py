"""How Alembic runs here: `foundation.migrations.migrate` hands over a connection of the owner's."""

from sqlalchemy import Connection, event, text

from alembic import context
from voxanne_app import tables

# A migration that cannot get its lock gives up, rather than letting everybody queue behind it.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def run(connection: Connection) -> None:
    @event.listens_for(connection, "begin")
    def _limit(begun: Connection) -> None:
        begun.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
        begun.execute(text(f"set local statement_timeout = '{STATEMENT_TIMEOUT}'"))

    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
