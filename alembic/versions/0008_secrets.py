"""Keys of organizations, and secrets that lie under them."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import SYSTEM_ONLY, grants, tenant_table

revision = "0008"
down_revision = "0007"

STATEMENTS = [
    # org_id is null for the platform's own.
    """create table data_keys (
      id uuid primary key,
      org_id uuid references organizations (id),
      wrapped_key bytea not null,
      wrapped_by text not null,
      created_at timestamptz not null default now(),
      replaced_at timestamptz
    )""",
    # One at a time seals; those it replaced are kept until nothing lies under them.
    "create unique index data_keys_one_current on data_keys (org_id) nulls not distinct "
    "where replaced_at is null",
    "create index data_keys_of on data_keys (org_id)",
    # How often the tokens of a session were replaced: earlier ones put back are refused.
    "alter table sessions add column tokens_version integer not null default 0",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    # No organization reads its own: whoever acts in its name has secrets opened, never keys.
    for statement in (*STATEMENTS, *tenant_table("data_keys", SYSTEM_ONLY), grants("data_keys", app_role)):
        op.execute(statement)
