"""What the list of calls needs to be fast in every order and for every word, and the day's settled cases.

The index that lists and figures read learns who called, and all else that they ask, so that nobody need look
at the calls themselves. The one for the longest calls goes: it was quick for one order in one direction, slow
as soon as a filter kept most calls out, and written with every change of a call. Why: docs/decisions/0032.
"""

from alembic import context, op

revision = "0018"
down_revision = "0017"

# As `find_calls`, and whose call it is: that one stays for processes that know nothing of this one.
CALLS_SAYING = """create function calls_saying(p_words text, p_limit int)
    returns table (id uuid, created_at timestamptz, agent_id uuid, contact_id uuid, direction text,
      outcome text, has_booking boolean, is_after_hours boolean, cost_usd numeric, duration_seconds numeric,
      caller_name text)
    language sql stable security definer set search_path = '' as $$
      select c.id, c.created_at, c.agent_id, c.contact_id, c.direction, c.outcome, c.has_booking,
        c.is_after_hours, c.cost_usd, c.duration_seconds, c.caller_name
      from public.call_logs c
      where c.org_id = (select public.auth_org_id()) and c.words @@ pg_catalog.to_tsquery('simple', p_words)
      order by c.created_at desc limit p_limit
    $$"""

INDEXES = [
    "drop index call_logs_org_length",
    "create index call_logs_listed on call_logs (org_id, created_at desc, id desc) include (agent_id, "
    "agent_version, contact_id, direction, status, outcome, has_booking, is_after_hours, is_test, cost_usd, "
    "duration_seconds, caller_name)",
    "drop index idx_call_logs_org_created",
    "alter index call_logs_listed rename to idx_call_logs_org_created",
    # Some clinics call nobody: without it, that there are no such calls is known after a look at all.
    "create index call_logs_not_inbound on call_logs (org_id, direction, created_at desc) "
    "where direction <> 'inbound'",
    # By agent in order of time, for the list; before, only by version, and not of calls without one.
    "drop index call_logs_org_agent_version",
    "create index call_logs_org_agent on call_logs (org_id, agent_id, created_at desc) "
    "include (agent_version)",
    # An agent is of one organization: unknown, that makes two hundred times as many calls out of few.
    "create statistics call_logs_whose (dependencies, mcv) on org_id, agent_id from call_logs",
    # What was settled today, without a look at all that ever was.
    "create index cases_settled on cases (org_id, resolved_at desc) where resolved_at is not null",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        *INDEXES,
        CALLS_SAYING,
        "revoke execute on function calls_saying(text, int) from public",
        f'grant execute on function calls_saying(text, int) to "{app_role}"',
    ]:
        op.execute(statement)
