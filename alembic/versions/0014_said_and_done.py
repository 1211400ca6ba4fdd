"""What the agent promised against what was done."""

from alembic import op

revision = "0014"
down_revision = "0013"

STATEMENTS = [
    # Verdicts with their places in the transcript, no words. Null: not compared yet.
    "alter table call_logs add column said_and_done jsonb",
    "alter table call_logs add column is_disputed boolean not null default false",
    # Few of all calls are: the list's view and the search for what a change mends read only these.
    "create index call_logs_disputed on call_logs (org_id, contact_id, created_at desc) where is_disputed",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
