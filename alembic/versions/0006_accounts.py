"""What signing in and an account of one's own need: second factors, recovery codes, devices."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import SYSTEM_ONLY, grants, policies

revision = "0006"
down_revision = "0005"

STATEMENTS = [
    # The roles that must show a second factor in this clinic.
    """alter table organizations add column requires_mfa_for text[] not null default '{}'
      check (requires_mfa_for <@ array['owner', 'admin', 'staff', 'viewer'])""",
    """alter table sessions
      add column device text not null default '',
      add column network text not null default '',
      add column has_factor boolean not null default false,
      add column recovered_at timestamptz,
      add column awaits_password boolean not null default false""",
    # What the provider said last: colleagues see who has one.
    "alter table people add column has_factor boolean not null default false",
    """create table recovery_codes (
      id uuid primary key default gen_random_uuid(),
      person_id uuid not null references people (id),
      code_hash bytea not null,
      made_at timestamptz not null default now(),
      used_at timestamptz,
      unique (person_id, code_hash)
    )""",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in STATEMENTS:
        op.execute(statement)
    for statement in policies("recovery_codes", SYSTEM_ONLY):
        op.execute(statement)
    op.execute(grants("recovery_codes", app_role))
