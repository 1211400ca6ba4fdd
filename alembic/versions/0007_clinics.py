"""Invitations, operators' visits to a clinic, and what a clinic says about itself."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION,
    OWN_ORGANIZATION_OR_SYSTEM,
    SYSTEM_ONLY,
    grants,
    policies,
    tenant_table,
)

revision = "0007"
down_revision = "0006"

COLUMNS = [
    "alter table organizations add column address text not null default ''",
    "alter table organizations add column suspended_reason text not null default ''",
    "alter table organizations add column recording_announcement text not null "
    "default 'This call is recorded.'",
    # The first steps of a new clinic are on Today until they are done, or somebody has put them away.
    "alter table organizations add column first_steps_ended_at timestamptz",
    # Which of their clinics somebody turned to last: there they are when they sign in.
    "alter table memberships add column chosen_at timestamptz not null default now()",
]

TABLES = [
    # The token is mailed and then forgotten: its hash is kept, and changes with every mail.
    """create table invitations (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      email text not null check (email = lower(email) and email like '%_@_%'),
      role text not null check (role in ('owner', 'admin', 'staff', 'viewer')),
      invited_by uuid not null references people (id),
      token_hash bytea unique,
      account_id uuid,
      created_at timestamptz not null default now(),
      sent_at timestamptz,
      expires_at timestamptz not null,
      problem text not null default '',
      accepted_at timestamptz,
      withdrawn_at timestamptz,
      unique (org_id, id)
    )""",
    "create unique index invitations_one_open on invitations (org_id, email) "
    "where accepted_at is null and withdrawn_at is null",
    # An operator in a clinic: for a reason, and for four hours at most.
    """create table visits (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      person_id uuid not null references people (id),
      person_name text not null,
      session_id uuid not null,
      reason text not null constraint visits_reason_check check (length(reason) between 10 and 500),
      started_at timestamptz not null,
      ends_at timestamptz not null,
      ended_at timestamptz,
      constraint visits_length_check
        check (ends_at > started_at and ends_at <= started_at + interval '4 hours'),
      unique (org_id, id)
    )""",
    "create index visits_of_clinic on visits (org_id, started_at desc)",
    # An operator's session is in one clinic at a time.
    "create unique index visits_one_open on visits (session_id) where ended_at is null",
    # What somebody has typed so far who is setting up a clinic; clinic_id is set once it is made.
    """create table welcome_drafts (
      person_id uuid primary key references people (id),
      answers jsonb not null default '{}',
      clinic_id uuid references organizations (id),
      updated_at timestamptz not null default now()
    )""",
]

FUNCTIONS = [
    # Under the clinic's own row lock, so that of two owners who leave at once the second one finds himself
    # to be the last.
    """create function keep_an_owner() returns trigger language plpgsql set search_path = '' as $$ begin
      if old.role <> 'owner' or old.removed_at is not null
        or (tg_op = 'UPDATE' and new.role = 'owner' and new.removed_at is null) then
        return null;
      end if;
      perform from public.organizations o where o.id = old.org_id for no key update;
      if not exists (select from public.memberships m
        where m.org_id = old.org_id and m.role = 'owner' and m.removed_at is null) then
        raise exception 'a clinic keeps an owner' using errcode = 'check_violation',
          constraint = 'memberships_keep_an_owner';
      end if;
      return null;
    end $$""",
    "create trigger memberships_keep_an_owner after update or delete on memberships "
    "for each row execute function keep_an_owner()",
    # How clinics are doing, for operators: numbers and times of calls, nothing of what was said. The platform
    # itself reads no clinic's calls.
    """create function platform_call_figures(p_org_ids uuid[], p_since timestamptz)
    returns table (org_id uuid, calls bigint, last_call_at timestamptz)
    language sql stable security definer set search_path = '' as $$
      select o.id,
        (select count(*) from public.call_logs c where c.org_id = o.id and c.created_at >= p_since),
        (select max(c.created_at) from public.call_logs c where c.org_id = o.id)
      from unnest(p_org_ids) as o (id) where (select public.auth_is_system())
    $$""",
    "revoke execute on function platform_call_figures(uuid[], timestamptz) from public",
]

# Colleagues know each other's names, also of those who have left.
PEOPLE_SEEN = f"""{SYSTEM_ONLY} or id = (select auth_person_id()) or exists (
    select from memberships m where m.person_id = people.id and m.{OWN_ORGANIZATION})"""
OWN_DRAFT = f"person_id = (select auth_person_id()) or {SYSTEM_ONLY}"


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        *COLUMNS,
        *TABLES,
        *FUNCTIONS,
        *tenant_table("invitations", OWN_ORGANIZATION_OR_SYSTEM),
        # The clinic reads who was there; only the platform writes it.
        *policies("visits", SYSTEM_ONLY, may_read=OWN_ORGANIZATION_OR_SYSTEM),
        "create trigger visits_org_id_is_fixed before update of org_id on visits "
        "for each row execute function forbid_changing_organization()",
        *policies("welcome_drafts", OWN_DRAFT),
        "drop policy people_select on people",
        f"create policy people_select on people for select using ({PEOPLE_SEEN})",
        *(grants(table, app_role) for table in ("invitations", "visits", "welcome_drafts")),
        f'grant execute on function platform_call_figures(uuid[], timestamptz) to "{app_role}"',
    ]:
        op.execute(statement)
