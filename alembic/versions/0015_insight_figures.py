"""Calls counted by day and hour of the clinic's zone, so that a quarter of a year is read at once."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION,
    OWN_ORGANIZATION_OR_SYSTEM,
    grants,
    policies,
    tenant_table,
)

revision = "0015"
down_revision = "0014"

TABLES = {
    # The calls that have ended, summed. Only days that stand in call_figure_days are whole.
    "call_figures": """create table call_figures (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      on_day date not null,
      hour smallint not null,
      agent_id uuid,
      agent_version int,
      outcome text not null,
      calls int not null,
      booked int not null,
      after_hours int not null,
      timed int not null,
      seconds numeric(16, 3) not null,
      billed int not null,
      cost_usd numeric(16, 6) not null,
      unique nulls not distinct (org_id, on_day, hour, agent_id, agent_version, outcome),
      foreign key (org_id, agent_id) references agents (org_id, id)
    )""",
    "call_figure_days": """create table call_figure_days (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      on_day date not null,
      zone text not null,
      unique (org_id, on_day)
    )""",
    # When a call began that was changed since its day was counted. Only ever added to by calls, so that two
    # calls of one clinic never wait for each other.
    "call_figure_marks": """create table call_figure_marks (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      at timestamptz not null
    )""",
}

# In the call's own transaction, whoever changes it. Nothing happens while somebody is still on the phone.
_COUNTED = [
    "created_at",
    "status",
    "agent_id",
    "agent_version",
    "outcome",
    "has_booking",
    "is_after_hours",
    "duration_seconds",
    "cost_usd",
]
_ROW_OLD, _ROW_NEW = (", ".join(f"{row}.{name}" for name in _COUNTED) for row in ("old", "new"))
MARKS = [
    """create function mark_call_figures() returns trigger language plpgsql
      set search_path = '' as $$
      begin
        if tg_op <> 'INSERT' then
          insert into public.call_figure_marks (org_id, at) values (old.org_id, old.created_at);
        end if;
        if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.created_at <> old.created_at) then
          insert into public.call_figure_marks (org_id, at) values (new.org_id, new.created_at);
        end if;
        return null;
      end $$""",
    "create trigger call_logs_mark_new after insert on call_logs for each row "
    "when (new.status = 'ended') execute function mark_call_figures()",
    "create trigger call_logs_mark_gone after delete on call_logs for each row "
    "when (old.status = 'ended') execute function mark_call_figures()",
    f"create trigger call_logs_mark_changed after update of {', '.join(_COUNTED)} on call_logs for each row "
    f"when ('ended' in (old.status, new.status) and ({_ROW_OLD}) is distinct from ({_ROW_NEW})) "
    "execute function mark_call_figures()",
    "create index call_figure_marks_org on call_figure_marks (org_id, at)",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table, definition in TABLES.items():
        op.execute(definition)
        rules = tenant_table(table)
        if table == "call_figure_marks":  # the platform sees for whom there is something to count
            rules = policies(table, OWN_ORGANIZATION, may_read=OWN_ORGANIZATION_OR_SYSTEM) + rules[6:]
        for statement in rules:
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in MARKS:
        op.execute(statement)
