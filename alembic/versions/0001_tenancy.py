"""Organizations, people, sessions, and the functions row level security stands on."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION_OR_SYSTEM,
    SYSTEM_ONLY,
    grants,
    policies,
    tenant_table,
)

revision = "0001"
down_revision = None

EXTENSIONS = ("vector", "btree_gist", "btree_gin", "pg_trgm")

FUNCTIONS = [
    # The claims are JSON text, as on Supabase; after `set_config(…, true)` the setting is '', not null.
    """create function auth_claims() returns jsonb language sql stable set search_path = '' as
    $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$""",
    """create function auth_org_id() returns uuid language sql stable set search_path = '' as
    $$ select nullif(public.auth_claims() #>> '{app_metadata,org_id}', '')::uuid $$""",
    """create function auth_person_id() returns uuid language sql stable set search_path = '' as
    $$ select nullif(public.auth_claims() ->> 'sub', '')::uuid $$""",
    """create function auth_is_system() returns boolean language sql stable set search_path = '' as
    $$ select coalesce(public.auth_claims() ->> 'role' = 'voxanne_system', false) $$""",
    """create function forbid_changing_organization() returns trigger language plpgsql set search_path = ''
    as $$ begin
      if new.org_id is distinct from old.org_id then
        raise exception 'a row never moves to another organization' using errcode = 'check_violation';
      end if;
      return new;
    end $$""",
]

TABLES = [
    """create table organizations (
      id uuid primary key default gen_random_uuid(),
      name text not null check (name <> ''),
      time_zone text not null,
      currency text not null default 'USD',
      phone text,
      suspended_at timestamptz,
      created_at timestamptz not null default now()
    )""",
    """create table people (
      id uuid primary key,
      email text not null unique,
      full_name text not null default '',
      is_operator boolean not null default false,
      created_at timestamptz not null default now()
    )""",
    """create table memberships (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      person_id uuid not null references people (id),
      role text not null check (role in ('owner', 'admin', 'staff', 'viewer')),
      created_at timestamptz not null default now(),
      removed_at timestamptz,
      unique (org_id, person_id)
    )""",
    "create index memberships_of_person on memberships (person_id) where removed_at is null",
    """create table sessions (
      id uuid primary key default gen_random_uuid(),
      token_hash bytea not null unique,
      person_id uuid not null references people (id),
      org_id uuid references organizations (id),
      access_token bytea not null,
      refresh_token bytea not null,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null,
      ended_at timestamptz,
      foreign key (org_id, person_id) references memberships (org_id, person_id)
    )""",
    "create index sessions_of_person on sessions (person_id)",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    statements = [
        # Where Supabase has them too. The owner's search_path ends with this schema, there and here.
        "create schema if not exists extensions",
        *(f"create extension if not exists {name} with schema extensions" for name in EXTENSIONS),
        *FUNCTIONS,
        *TABLES,
        *policies("organizations", "id = (select auth_org_id()) or (select auth_is_system())"),
        # People read about themselves, and cannot make themselves operators.
        *policies("people", SYSTEM_ONLY, may_read=f"{SYSTEM_ONLY} or id = (select auth_person_id())"),
        *tenant_table("memberships", OWN_ORGANIZATION_OR_SYSTEM),
        *policies("sessions", SYSTEM_ONLY),
        "revoke create on schema public from public",
        f'grant usage on schema public, extensions to "{app_role}"',
        *(grants(table, app_role) for table in ("organizations", "people", "memberships", "sessions")),
    ]
    for statement in statements:
        op.execute(statement)
    take_back_what_supabase_grants()


def take_back_what_supabase_grants() -> None:
    """Supabase grants all that is new to the roles of its public API, which is not used here."""
    op.execute(
        """do $$ declare r text; kind text; begin
          foreach r in array array['anon', 'authenticated'] loop
            continue when not exists (select from pg_roles where rolname = r);
            foreach kind in array array['tables', 'functions', 'sequences'] loop
              execute format('revoke all on all %s in schema public from %I', kind, r);
              execute format('alter default privileges in schema public revoke all on %s from %I', kind, r);
            end loop;
          end loop;
        end $$"""
    )
