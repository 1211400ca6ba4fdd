"""Invitations, operators' visits to a clinic, and what a clinic says about itself."""

from alembic import context, op

revision = "0007"
down_revision = "0006"

# How clinics are doing, for operators: numbers and times of calls, nothing of what was said. The platform
# itself reads no clinic's calls.
CALL_FIGURES = """create function platform_call_figures(p_org_ids uuid[], p_since timestamptz)
    returns table (org_id uuid, calls bigint, last_call_at timestamptz)
    language sql stable security definer set search_path = '' as $$
      select o.id,
        (select count(*) from public.call_logs c where c.org_id = o.id and c.created_at >= p_since),
        (select max(c.created_at) from public.call_logs c where c.org_id = o.id)
      from unnest(p_org_ids) as o (id) where (select public.auth_is_system())
    $$"""


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    op.execute(CALL_FIGURES)
    signature = "platform_call_figures(uuid[], timestamptz)"
    op.execute(f"revoke execute on function {signature} from public")
    op.execute(f'grant execute on function {signature} to "{app_role}"')
