"""Cases with an owner and a resolution, and finding what webhooks lost."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import SYSTEM_ONLY, grants, policies

revision = "0013"
down_revision = "0012"

STATEMENTS = [
    """alter table cases
      add column is_clinical boolean not null default false,
      add column assigned_to uuid references people (id),
      add column assignee text not null default '',
      add column resolution text not null default ''""",
    # How far a vendor's own list was compared with what its webhooks brought; the counts only grow.
    """create table reconciliations (
      vendor text primary key,
      reached timestamptz not null,
      ran_at timestamptz not null,
      looked_at bigint not null default 0,
      lost bigint not null default 0,
      nobodys bigint not null default 0
    )""",
    # How many are on the phone, for operators: numbers only. The platform itself reads no clinic's calls.
    """create function platform_live_calls(p_since timestamptz) returns table (org_id uuid, live bigint)
    language sql stable security definer set search_path = '' as $$
      select c.org_id, count(*) from public.call_logs c
      where c.status not in ('ended', 'scheduled') and c.created_at > p_since
        and (select public.auth_is_system())
      group by c.org_id
    $$""",
    "revoke execute on function platform_live_calls(timestamptz) from public",
    "create index call_logs_on_the_phone on call_logs (created_at) where status <> 'ended'",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        *STATEMENTS,
        *policies("reconciliations", SYSTEM_ONLY),
        grants("reconciliations", app_role),
        f'grant execute on function platform_live_calls(timestamptz) to "{app_role}"',
    ]:
        op.execute(statement)
