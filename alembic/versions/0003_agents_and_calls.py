"""Receptionists, the addresses that lead to them, callers, what happened on the phone, and what it cost."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION,
    OWN_ORGANIZATION_OR_SYSTEM,
    grants,
    tenant_table,
)

revision = "0003"
down_revision = "0002"

TABLES = {
    "agents": """create table agents (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      name text not null check (name <> ''),
      role text not null default 'inbound' check (role in ('inbound', 'outbound')),
      first_message text not null default '',
      system_prompt text not null default '',
      voice_provider text not null default 'vapi'
        check (voice_provider in ('vapi', 'elevenlabs', 'openai', 'google', 'azure', 'playht', 'rime')),
      voice_id text not null default 'Elliot',
      language text not null default 'en',
      version int not null default 1,
      is_active boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (org_id, id)
    )""",
    "phone_numbers": """create table phone_numbers (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      agent_id uuid,
      number text not null,
      name text not null default '',
      created_at timestamptz not null default now(),
      unique (org_id, id),
      unique (org_id, number),
      foreign key (org_id, agent_id) references agents (org_id, id)
    )""",
    # Which organization a vendor's assistant, number id or phone number leads to, and since when. The values
    # are the vendors' global ids, so the exclusion does not start with org_id: one owner at a time on the
    # platform. "Always" is two finite times: Python cannot read an infinite one.
    "vendor_addresses": """create table vendor_addresses (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      agent_id uuid,
      vendor text not null,
      kind text not null check (kind in ('assistant', 'phone_number', 'number')),
      value text not null,
      valid_from timestamptz not null default '1970-01-01T00:00:00Z',
      valid_until timestamptz not null default '9999-01-01T00:00:00Z',
      foreign key (org_id, agent_id) references agents (org_id, id),
      constraint vendor_addresses_one_owner_at_a_time exclude using gist
        (vendor with =, kind with =, value with =, tstzrange(valid_from, valid_until) with &&)
    )""",
    "contacts": """create table contacts (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      phone text not null,
      name text not null default '',
      created_at timestamptz not null default now(),
      unique (org_id, id),
      unique (org_id, phone)
    )""",
    "call_logs": """create table call_logs (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      vendor_call_id text not null,
      agent_id uuid,
      contact_id uuid,
      direction text not null default 'inbound' check (direction in ('inbound', 'outbound', 'web')),
      status text not null default 'queued'
        check (status in ('scheduled', 'queued', 'ringing', 'in_progress', 'forwarding', 'ended')),
      caller_number text,
      caller_name text,
      our_number text,
      created_at timestamptz not null,
      started_at timestamptz,
      ended_at timestamptz,
      duration_seconds numeric(12, 3),
      ended_reason text,
      outcome text,
      summary text,
      success_evaluation text,
      structured_data jsonb,
      transcript text,
      recording_url text,
      stereo_recording_url text,
      cost_usd numeric(14, 6),
      has_report boolean not null default false,
      has_booking boolean not null default false,
      is_after_hours boolean not null default false,
      metadata jsonb not null default '{}',
      evidence jsonb not null default '{}',
      last_event_at timestamptz,
      updated_at timestamptz not null default now(),
      -- A number is found by its whole, by its national and its local part, and by its last four digits.
      words tsvector generated always as (to_tsvector('simple',
        coalesce(caller_name, '') || ' ' || coalesce(regexp_replace(caller_number, '\\D', '', 'g'), '') || ' '
        || coalesce(right(regexp_replace(caller_number, '\\D', '', 'g'), 10), '') || ' '
        || coalesce(right(caller_number, 7), '') || ' ' || coalesce(right(caller_number, 4), '') || ' '
        || coalesce(summary, '') || ' ' || left(coalesce(transcript, ''), 200000))) stored,
      unique (org_id, id),
      unique (org_id, vendor_call_id),
      foreign key (org_id, agent_id) references agents (org_id, id),
      foreign key (org_id, contact_id) references contacts (org_id, id)
    )""",
    "call_turns": """create table call_turns (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      call_id uuid not null,
      position int not null,
      speaker text not null check (speaker in ('agent', 'caller')),
      words text not null,
      said_at timestamptz,
      offset_seconds numeric(12, 3),
      duration_seconds numeric(12, 3),
      unique (org_id, call_id, position),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade
    )""",
    # The digest of the arguments belongs to the key: the model at times gives one id to two requests.
    "call_tool_calls": """create table call_tool_calls (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      call_id uuid not null,
      vendor_tool_call_id text not null,
      arguments_digest text not null default '',
      name text not null,
      arguments jsonb not null default '{}',
      verdict text check (verdict in ('done', 'refused', 'failed')),
      result text,
      result_data jsonb,
      requested_at timestamptz,
      offset_seconds numeric(12, 3),
      took_ms int,
      unique (org_id, call_id, vendor_tool_call_id, arguments_digest),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade
    )""",
    "cost_entries": """create table cost_entries (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      call_id uuid,
      entry_key text not null,
      vendor text not null,
      component text not null,
      detail text not null default '',
      quantity numeric(16, 6),
      unit text not null default '',
      amount_usd numeric(14, 6) not null,
      incurred_at timestamptz not null,
      unique (org_id, entry_key),
      foreign key (org_id, call_id) references call_logs (org_id, id) on delete cascade
    )""",
    "cases": """create table cases (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      kind text not null check (kind in ('callback', 'approval', 'complaint', 'failure')),
      title text not null,
      body text not null default '',
      is_urgent boolean not null default false,
      callback_number text,
      contact_id uuid,
      call_id uuid,
      request_key text not null,
      created_at timestamptz not null default now(),
      due_at timestamptz,
      resolved_at timestamptz,
      resolved_by uuid,
      unique (org_id, request_key),
      foreign key (org_id, contact_id) references contacts (org_id, id),
      foreign key (org_id, call_id) references call_logs (org_id, id)
    )""",
}

INDEXES = [
    "create index idx_agents_active on agents (org_id) where is_active",
    # With the columns that a list filters and counts by: it need not look at 10,000 calls to count them.
    "create index idx_call_logs_org_created on call_logs (org_id, created_at desc, id desc) include "
    "(agent_id, direction, status, outcome, has_booking, is_after_hours, cost_usd, duration_seconds)",
    "create index idx_call_logs_metadata on call_logs using gin (metadata)",
    "create index call_logs_org_live on call_logs (org_id, created_at desc) where status <> 'ended'",
    "create index call_logs_org_outcome on call_logs (org_id, outcome, created_at desc)",
    "create index call_logs_org_words on call_logs using gin (org_id, words)",
    "create index call_logs_contact on call_logs (org_id, contact_id)",
    "create index cost_entries_call on cost_entries (org_id, call_id)",
    "create index cases_open on cases (org_id, created_at) where resolved_at is null",
    "create index cases_call on cases (org_id, call_id)",
]

# Text search is not leakproof, so under row level security its index would not be used. The organization
# is therefore named here, and nothing but ids leaves.
SEARCH_CALLS = """create function search_calls(p_words text, p_limit int) returns setof uuid
    language sql stable security definer set search_path = '' as $$
      select c.id from public.call_logs c
      where c.org_id = (select public.auth_org_id()) and c.words @@ pg_catalog.to_tsquery('simple', p_words)
      order by c.created_at desc limit p_limit
    $$"""


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table, definition in TABLES.items():
        op.execute(definition)
        # A webhook arrives before its tenant is known: the platform itself may read whose an address is.
        rule = OWN_ORGANIZATION_OR_SYSTEM if table == "vendor_addresses" else OWN_ORGANIZATION
        for statement in tenant_table(table, rule):
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in [*INDEXES, SEARCH_CALLS]:
        op.execute(statement)
    op.execute("revoke execute on function search_calls(text, int) from public")
    op.execute(f'grant execute on function search_calls(text, int) to "{app_role}"')
