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
    "kept_tests": """create table kept_tests (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      agent_id uuid not null,
      name text not null check (name <> ''),
      origin text not null default 'hand' check (origin in ('hand', 'trial', 'call')),
      call_id uuid,
      lines jsonb not null default '[]',
      expectations jsonb not null default '[]',
      weekday int not null default 0 check (weekday between 0 and 6),
      minute int not null default 600 check (minute between 0 and 1439),
      shows_number boolean not null default true,
      revision int not null default 1,
      author text not null default '',
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (org_id, id),
      unique (org_id, call_id),
      foreign key (org_id, agent_id) references agents (org_id, id),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade
    )""",
    "kept_test_runs": """create table kept_test_runs (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      test_id uuid not null,
      revision int not null default 1,
      digest text not null default '',
      version int,
      state text not null default 'waiting' check (state in ('waiting', 'passed', 'failed', 'broken')),
      said int not null default 0,
      findings jsonb not null default '[]',
      turns jsonb not null default '[]',
      trouble text not null default '',
      cost_usd numeric(12, 6),
      asked_at timestamptz not null default now(),
      finished_at timestamptz,
      unique (org_id, id),
      check ((state = 'waiting') = (finished_at is null)),
      foreign key (org_id, test_id) references kept_tests (org_id, id) on delete cascade
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


KEPT_TESTS = [
    # A conversation that is a test's run goes with it.
    """alter table trials add column run_id uuid,
      add foreign key (org_id, run_id) references kept_test_runs (org_id, id) on delete cascade""",
    "create unique index trials_of_run on trials (org_id, run_id) where run_id is not null",
    "create index kept_tests_of_agent on kept_tests (org_id, agent_id, created_at)",
    "create index kept_test_runs_of_test on kept_test_runs (org_id, test_id, asked_at)",
    "create index kept_test_runs_asked on kept_test_runs (org_id, asked_at)",
    "create unique index kept_test_runs_waiting on kept_test_runs (org_id, test_id) where state = 'waiting'",
    # What patients said goes when their call's words go, whoever deletes those.
    """create function forget_tests_of_calls() returns trigger language plpgsql set search_path = '' as $$
    begin
      delete from public.kept_tests t using (select distinct org_id, call_id from gone) g
      where t.org_id = g.org_id and t.call_id = g.call_id and not exists (
        select from public.call_turns c where c.org_id = g.org_id and c.call_id = g.call_id
      );
      return null;
    end $$""",
    "revoke execute on function forget_tests_of_calls() from public",
    """create trigger call_turns_forget_tests after delete on call_turns
      referencing old table as gone for each statement execute function forget_tests_of_calls()""",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table, definition in TABLES.items():
        op.execute(definition)
        for statement in tenant_table(table):
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in (*TRIALS, *KEPT_TESTS):
        op.execute(statement)
    op.execute(f'grant execute on function trial_of_key(uuid), forget_trials(timestamptz) to "{app_role}"')


def downgrade() -> None:
    op.execute("drop trigger call_turns_forget_tests on call_turns")
    op.execute("drop function forget_tests_of_calls()")
    op.execute("drop function trial_of_key(uuid), forget_trials(timestamptz)")
    op.execute("alter table trials drop column run_id")
    for table in reversed(TABLES):
        op.execute(f"drop table {table}")
