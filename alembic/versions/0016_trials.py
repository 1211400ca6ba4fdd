"""Conversations that try an agent out, and the tests kept of them."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import grants, tenant_table

revision = "0016"
down_revision = "0015"

TABLES = {
    "trials": """create table trials (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      agent_id uuid not null,
      person_id uuid,
      happens_at timestamptz not null,
      caller_number text,
      configuration jsonb not null default '{}',
      turns jsonb not null default '[]',
      state text not null default 'waiting' check (state in ('waiting', 'asked', 'answering')),
      asked text not null default '',
      key uuid,
      used jsonb not null default '[]',
      trouble text not null default '',
      chats int not null default 0,
      cost_usd numeric(12, 6),
      asked_at timestamptz,
      created_at timestamptz not null default now(),
      unique (org_id, id),
      foreign key (org_id, agent_id) references agents (org_id, id)
    )""",
}

TRIALS = [
    "create index trials_of_person on trials (org_id, agent_id, person_id, created_at desc)",
    "create index trials_created on trials (created_at)",
    "create unique index trials_key on trials (key) where key is not null",
    # Whose it is says the row, and only to the platform, which has nothing but the key.
    """create function trial_of_key(wanted uuid) returns table (org_id uuid, trial_id uuid)
      language sql stable security definer set search_path = '' as $$
      select org_id, id from public.trials where key = wanted and (select public.auth_is_system())
    $$""",
    """create function forget_trials(since timestamptz) returns bigint
      language sql security definer set search_path = '' as $$
      with gone as (
        delete from public.trials where created_at < since and (select public.auth_is_system()) returning 1
      )
      select count(*) from gone
    $$""",
    "revoke execute on function trial_of_key(uuid), forget_trials(timestamptz) from public",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table, definition in TABLES.items():
        op.execute(definition)
        for statement in tenant_table(table):
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in TRIALS:
        op.execute(statement)
    op.execute(f'grant execute on function trial_of_key(uuid), forget_trials(timestamptz) to "{app_role}"')


def downgrade() -> None:
    op.execute("drop function trial_of_key(uuid), forget_trials(timestamptz)")
    for table in reversed(TABLES):
        op.execute(f"drop table {table}")
