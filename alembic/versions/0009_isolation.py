"""Probes of the walls between clinics, and alerts."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import SYSTEM_ONLY, grants, policies

revision = "0009"
down_revision = "0008"

TABLES = {
    # One row per trouble, however often it is noticed: `key` is free again when it is resolved.
    "alerts": """create table alerts (
      id uuid primary key default gen_random_uuid(),
      key text not null check (key <> ''),
      severity text not null check (severity in ('warning', 'critical')),
      title text not null check (title <> ''),
      body text not null default '',
      times int not null default 1,
      reopened int not null default 0,
      raised_at timestamptz not null default now(),
      last_raised_at timestamptz not null default now(),
      cleared_at timestamptz,
      resolved_at timestamptz,
      acknowledged_at timestamptz,
      acknowledged_by uuid references people (id),
      told_at timestamptz,
      told_resolved_at timestamptz,
      telling_trouble text
    )""",
    "isolation_probes": """create table isolation_probes (
      id uuid primary key default gen_random_uuid(),
      asked_by uuid references people (id),
      state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
      stage text not null default '',
      tables_done int not null default 0,
      tables_in_all int not null default 0,
      asked_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz,
      duration_ms int,
      attempts int not null default 0,
      holes int not null default 0,
      not_run int not null default 0,
      findings jsonb not null default '{}'
    )""",
}

INDEXES = [
    "create unique index alerts_open_key on alerts (key) where resolved_at is null",
    "create index alerts_key on alerts (key, raised_at desc)",
    "create index alerts_raised on alerts (raised_at)",
    "create index isolation_probes_asked on isolation_probes (asked_at)",
    # Asking twice while one waits means once.
    "create unique index isolation_probes_waiting on isolation_probes (state) where state = 'waiting'",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table, definition in TABLES.items():
        op.execute(definition)
        for statement in policies(table, SYSTEM_ONLY):
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in INDEXES:
        op.execute(statement)
