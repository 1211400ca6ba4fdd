"""What an agent says and does, version by version, and what of it is published."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import grants, tenant_table

revision = "0010"
down_revision = "0009"

VERSIONS = """create table agent_versions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references organizations (id),
  agent_id uuid not null,
  number int,
  state text not null default 'draft' check (state in ('draft', 'publishing', 'published')),
  configuration jsonb not null default '{}',
  revision int not null default 1,
  restored_from int,
  -- As reviewed, from the moment on that somebody asked for it to be published.
  first_message text not null default '',
  prompt text not null default '',
  is_recorded boolean not null default true,
  digest text not null default '',
  -- How many of a hundred callers are to meet it: everybody, or a candidate's part.
  share int not null default 100 check (share between 1 and 100),
  -- What the voice platform was given, without secrets.
  platform_body jsonb,
  trouble text not null default '',
  created_at timestamptz not null default now(),
  saved_at timestamptz not null default now(),
  saved_by uuid,
  saved_by_name text not null default '',
  asked_at timestamptz,
  published_at timestamptz,
  published_by uuid,
  published_by_name text not null default '',
  unique (org_id, id),
  unique (org_id, agent_id, number),
  foreign key (org_id, agent_id) references agents (org_id, id),
  constraint agent_versions_number_check check ((state = 'draft') = (number is null)),
  constraint agent_versions_published_at_check check ((state = 'published') = (published_at is not null))
)"""

ONE_OF_EACH = [
    "create unique index agent_versions_one_draft on agent_versions (org_id, agent_id) where state = 'draft'",
    "create unique index agent_versions_one_publishing on agent_versions (org_id, agent_id) "
    "where state = 'publishing'",
]

# Whoever may write at all can still not rewrite what callers have heard.
IMMUTABLE = [
    """create function forbid_changing_published_version() returns trigger
    language plpgsql set search_path = '' as $$
      begin
        raise exception 'a published version never changes' using errcode = 'restrict_violation';
      end
    $$""",
    "create trigger agent_versions_stay before update or delete on agent_versions for each row "
    "when (old.state = 'published') execute function forbid_changing_published_version()",
]

COLUMNS = [
    # What the voice platform's copy says otherwise than ours: [{"place", "ours", "theirs"}].
    "alter table agents add column drift jsonb, add column drift_found_at timestamptz",
    "alter table agents add column candidate_version int, add column candidate_share int not null default 0",
    "alter table agents add constraint agents_candidate_share_check "
    "check (candidate_share between 0 and 100)",
    "alter table phone_numbers add column pinned_version int",
    "alter table call_logs add column agent_version int",
    "create index call_logs_org_agent_version on call_logs (org_id, agent_id, agent_version, created_at) "
    "where agent_version is not null",
]

# Agents that were there before versions were: what they say is their first one.
FIRST_VERSIONS = """
insert into agent_versions (org_id, agent_id, number, state, configuration, first_message, prompt,
  created_at, saved_at, published_at)
select org_id, id, greatest(version, 1), 'published',
  jsonb_build_object('name', name, 'role', role, 'first_message', first_message, 'prompt', system_prompt,
    'voice', jsonb_build_object('provider', voice_provider, 'voice_id', voice_id), 'language', language),
  first_message, system_prompt, created_at, updated_at, updated_at
from agents"""


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        VERSIONS,
        *ONE_OF_EACH,
        # The owner is held to the policies too, and sees every organization's agents only without them.
        "alter table agents no force row level security",
        FIRST_VERSIONS,
        "alter table agents force row level security",
        *IMMUTABLE,
        *COLUMNS,
        *tenant_table("agent_versions"),
        grants("agent_versions", app_role),
    ]:
        op.execute(statement)
