"""What came in from vendors, what is to be done, and who does it."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION_OR_SYSTEM,
    SYSTEM_ONLY,
    grants,
    policies,
)

revision = "0002"
down_revision = "0001"

TABLES = [
    # org_id is null until the tenant is known; what belongs to nobody keeps it null, for the operator only.
    """create table webhook_inbox (
      id uuid primary key default gen_random_uuid(),
      provider text not null,
      event_key text not null,
      event_type text not null,
      org_id uuid references organizations (id),
      body jsonb,
      verdict text not null default 'waiting'
        check (verdict in ('waiting', 'handled', 'answered', 'counted', 'nobodys', 'failed')),
      note text,
      received_at timestamptz not null default now(),
      handled_at timestamptz,
      unique (provider, event_key)
    )""",
    "create index webhook_inbox_received on webhook_inbox (received_at)",
    "create index webhook_inbox_bodies on webhook_inbox (handled_at) where body is not null",
    # The truth about work to be done. org_id is null for the platform's own work.
    """create table jobs (
      id uuid primary key default gen_random_uuid(),
      org_id uuid references organizations (id),
      name text not null,
      arguments jsonb not null default '{}',
      unique_key text,
      state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
      due_at timestamptz not null default now(),
      queued_until timestamptz,
      lease_until timestamptz,
      fence bigint not null default 0,
      attempts int not null default 0,
      kills int not null default 0,
      last_error text,
      started_at timestamptz,
      created_at timestamptz not null default now(),
      finished_at timestamptz
    )""",
    # Work that waits is not asked for twice. Work that runs may have read what has changed since, so it may.
    "create unique index jobs_unique_key on jobs "
    "(name, coalesce(org_id, '00000000-0000-0000-0000-000000000000'), unique_key) "
    "where unique_key is not null and state = 'waiting'",
    "create index jobs_due on jobs (due_at) where state = 'waiting'",
    # Organizations take turns: each one's oldest waiting work, found without reading everybody else's.
    "create index jobs_turns on jobs (coalesce(org_id, '00000000-0000-0000-0000-000000000000'), due_at) "
    "where state = 'waiting'",
    "create index jobs_queued on jobs (queued_until) where state = 'waiting' and queued_until is not null",
    "create index jobs_leases on jobs (lease_until) where state = 'running'",
    "create index jobs_finished on jobs (finished_at) where state in ('done', 'dead')",
    # A retry must not overwrite what went wrong before it.
    """create table job_failures (
      id uuid primary key default gen_random_uuid(),
      job_id uuid not null references jobs (id) on delete cascade,
      attempt int not null,
      started_at timestamptz not null,
      failed_at timestamptz not null default now(),
      error text not null
    )""",
    "create index job_failures_of_job on job_failures (job_id, attempt)",
    "create index job_failures_failed on job_failures (failed_at)",
    """create table cron_runs (
      job text not null,
      fire_at timestamptz not null,
      claimed_at timestamptz not null default now(),
      primary key (job, fire_at)
    )""",
    """create table heartbeats (
      process text not null,
      instance text not null,
      beat_at timestamptz not null,
      primary key (process, instance)
    )""",
]

# What Huey needs where there is no Redis, in a schema of its own: it knows nothing of claims and keeps only
# the ids of jobs. As `huey.storage.PostgresStorage` would make them, which as the app's role it may not.
HUEY = [
    "create schema huey",
    """create table huey.huey_task (
      id bigserial primary key, queue text not null, data bytea not null,
      priority double precision not null default 0.0
    )""",
    "create index huey_task_queue_priority_id on huey.huey_task (queue, priority desc, id)",
    """create table huey.huey_schedule (
      id bigserial primary key, queue text not null, data bytea not null,
      timestamp double precision not null
    )""",
    "create index huey_schedule_queue_timestamp on huey.huey_schedule (queue, timestamp)",
    "create table huey.huey_kv (queue text, key text, value bytea not null, primary key (queue, key))",
    """create table huey.huey_counter (
      queue text, key text, value bigint not null default 0, primary key (queue, key)
    )""",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        *TABLES,
        *policies("webhook_inbox", OWN_ORGANIZATION_OR_SYSTEM),
        *policies("jobs", OWN_ORGANIZATION_OR_SYSTEM),
        *policies("job_failures", SYSTEM_ONLY),
        *policies("cron_runs", SYSTEM_ONLY),
        *policies("heartbeats", SYSTEM_ONLY),
        *(
            grants(table, app_role)
            for table in ("webhook_inbox", "jobs", "job_failures", "cron_runs", "heartbeats")
        ),
        *HUEY,
        f'grant usage on schema huey to "{app_role}"',
        f'grant select, insert, update, delete on all tables in schema huey to "{app_role}"',
        f'grant usage on all sequences in schema huey to "{app_role}"',
    ]:
        op.execute(statement)
