"""Recordings, and what people add to a call."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION,
    OWN_ORGANIZATION_OR_SYSTEM,
    grants,
    policies,
    tenant_table,
)

revision = "0011"
down_revision = "0010"

COLUMNS = [
    # Days; 0 keeps none.
    "alter table organizations add column recording_retention_days int not null default 90 "
    "constraint organizations_recording_retention_days_check check "
    "(recording_retention_days between 0 and 3650)",
    # The moment that `is_after_hours` speaks of: a call that began at another one is judged anew.
    "alter table call_logs add column hours_judged_at timestamptz",
    # Everything that was counted, as `{"prompt tokens": 812, …}`: `quantity` is only the first of it.
    "alter table cost_entries add column usage jsonb not null default '{}'",
]

TABLES = {
    # What is known of a call's recording. The audio lies in the storage, under `storage_key`.
    "call_recordings": """create table call_recordings (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      call_id uuid not null,
      state text not null default 'wanted'
        check (state in ('wanted', 'kept', 'withheld', 'lost', 'deleted')),
      reason text not null default '',
      wanted_at timestamptz not null default now(),
      attempts int not null default 0,
      next_try_at timestamptz,
      storage_key text,
      content_type text,
      size_bytes bigint,
      sha256 text,
      duration_seconds numeric(12, 3),
      waveform bytea,
      kept_at timestamptz,
      delete_after timestamptz,
      deleted_at timestamptz,
      vendor_deleted_at timestamptz,
      unique (org_id, id),
      unique (org_id, call_id),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade,
      constraint call_recordings_kept_check
        check (state <> 'kept' or (storage_key is not null and sha256 is not null))
    )""",
    "call_notes": """create table call_notes (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      call_id uuid not null,
      words text not null check (words <> ''),
      written_by uuid not null,
      author text not null,
      created_at timestamptz not null default now(),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade
    )""",
    "call_annotations": """create table call_annotations (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      call_id uuid not null,
      tags text[] not null default '{}',
      assigned_to uuid,
      assignee text not null default '',
      resolved_at timestamptz,
      resolved_by text not null default '',
      updated_at timestamptz not null default now(),
      unique (org_id, call_id),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade
    )""",
}

INDEXES = [
    # By the clock, across organizations: what is to be copied, and whose time is over.
    "create index call_recordings_wanted on call_recordings (next_try_at) where state = 'wanted'",
    "create index call_recordings_over on call_recordings (delete_after) where state = 'kept'",
    "create index call_notes_call on call_notes (org_id, call_id, created_at)",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [*COLUMNS, *TABLES.values(), *INDEXES]:
        op.execute(statement)
    # The clock looks for work in nobody's name; it reads here, and writes only what is an organization's own.
    own_fixed, *_ = reversed(tenant_table("call_recordings"))
    statements = [
        *policies("call_recordings", OWN_ORGANIZATION, may_read=OWN_ORGANIZATION_OR_SYSTEM),
        own_fixed,
        *tenant_table("call_notes"),
        *tenant_table("call_annotations"),
        *(grants(table, app_role) for table in TABLES),
    ]
    for statement in statements:
        op.execute(statement)
