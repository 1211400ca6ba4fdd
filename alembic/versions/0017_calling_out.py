"""Calls that the clinic makes itself: whether people agreed to them, and each attempt as a row."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import grants, tenant_table

revision = "0017"
down_revision = "0016"

TABLES = {
    # Only ever added to: the latest one of a contact holds, and who recorded what stays.
    "contact_consents": """create table contact_consents (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      contact_id uuid not null,
      is_given boolean not null,
      how text not null default '',
      recorded_by uuid references people (id),
      recorded_by_name text not null default '',
      recorded_at timestamptz not null default now(),
      foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade
    )""",
    # `call_name`: what its call is called at the platform. `line_until`: until when it counts as a call on
    # the phone that no row of call_logs stands for yet.
    "outbound_calls": """create table outbound_calls (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      kind text not null default 'callback' check (kind in ('callback', 'test')),
      state text not null default 'asked' check (
        state in ('asked', 'dialling', 'dialled', 'ended', 'stopped', 'refused', 'failed', 'unknown')),
      number text not null,
      callee text not null default '',
      contact_id uuid,
      agent_id uuid not null,
      about text not null default '',
      case_id uuid,
      about_call_id uuid,
      call_id uuid,
      trial_id uuid,
      call_name uuid not null default gen_random_uuid(),
      due_at timestamptz not null,
      note text not null default '',
      asked_at timestamptz not null default now(),
      asked_by uuid references people (id),
      asked_by_name text not null default '',
      line_until timestamptz,
      dialling_at timestamptz,
      settled_at timestamptz,
      talked_at timestamptz,
      foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade,
      foreign key (org_id, agent_id) references agents (org_id, id),
      foreign key (org_id, case_id) references cases (org_id, id) on delete set null (case_id),
      foreign key (org_id, about_call_id) references call_logs (org_id, id)
        on delete set null (about_call_id),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete set null (call_id),
      unique (org_id, id),
      unique (org_id, call_name)
    )""",
}
BEFORE = [
    "alter table cases add constraint cases_org_id_id_key unique (org_id, id)",
    "alter table call_logs add column is_test boolean not null default false",
]
STATEMENTS = [
    "create index contact_consents_latest on contact_consents (org_id, contact_id, recorded_at desc)",
    # Whoever asks twice, or asks while somebody else does, has asked once.
    """create unique index outbound_calls_one_open on outbound_calls (org_id, number)
      where state in ('asked', 'dialling', 'dialled')""",
    "create index outbound_calls_of_number on outbound_calls (org_id, number, asked_at desc)",
    "create index outbound_calls_asked on outbound_calls (org_id, asked_at desc)",
    "create index outbound_calls_of_call on outbound_calls (org_id, call_id) where call_id is not null",
    "create index outbound_calls_lines on outbound_calls (line_until) where line_until is not null",
    # Calls that are being dialled are on the phone as well, also before anything was heard of them.
    """create or replace function platform_live_calls(p_since timestamptz)
      returns table (org_id uuid, live bigint)
      language sql stable security definer set search_path = '' as $$
        select taken.org_id, count(*) from (
          select c.org_id from public.call_logs c
          where c.status not in ('ended', 'scheduled') and c.created_at > p_since
          union all
          select o.org_id from public.outbound_calls o where o.line_until > now()
        ) taken
        where (select public.auth_is_system()) group by taken.org_id
      $$""",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in BEFORE:
        op.execute(statement)
    for table, definition in TABLES.items():
        op.execute(definition)
        for statement in tenant_table(table):
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in STATEMENTS:
        op.execute(statement)
