"""Watching every transaction of a signed-in person: whoever changes something leaves exactly one audit row.

The watch lies over all tests of screens and addresses, so that a new handler which forgets its row fails its
own tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from voxanne_app.foundation.database import ClaimedSession

# What a person's transaction may write without a row, and why that is no act.
REVIEWED = {
    "jobs": "asks for work, which is recorded where it changes something",
    "welcome_drafts": "what somebody types before there is a clinic that could have a trail",
    "sessions": "where somebody is, not what they do; ways in and out record themselves",
}
_AUDIT = {"audit_events", "audit_heads"}
# Postgres adds to these what earlier transactions have not reported yet: the difference counts.
_WRITTEN = text("""
    select relname, n_tup_ins + n_tup_upd + n_tup_del as rows from pg_stat_xact_user_tables
    where schemaname = 'public'
""")
# A person's have no number until they commit, an assistant's for a while after. The difference counts here,
# too: what somebody has touched while it waited never gets one.
_ROWS = text("select count(*) from audit_events where number is null and actor_kind <> 'assistant'")


class NotAudited(AssertionError):
    """A person's transaction changed something and left no audit row, or more than one."""


@contextmanager
def watched() -> Iterator[None]:
    event.listen(ClaimedSession, "after_begin", _remember)
    event.listen(ClaimedSession, "before_commit", _check)
    try:
        yield
    finally:
        event.remove(ClaimedSession, "after_begin", _remember)
        event.remove(ClaimedSession, "before_commit", _check)


def _is_somebodys(session: ClaimedSession) -> bool:
    """Whether it came from a browser: through a screen, or an address that names its session."""
    return session.claims.person_id is not None and session.claims.origin.session_id is not None


def _remember(session: ClaimedSession, _transaction: Any, connection: Any) -> None:
    if _is_somebodys(session) and "written_before" not in session.info:
        session.info["written_before"] = {row.relname: row.rows for row in connection.execute(_WRITTEN)}
        session.info["rows_before"] = connection.execute(_ROWS).scalar_one()


def _check(session: ClaimedSession) -> None:
    if not _is_somebodys(session) or session.in_nested_transaction():
        return
    session.flush()
    connection = session.connection()
    before = session.info.get("written_before", {})
    after = {row.relname: row.rows for row in connection.execute(_WRITTEN)}
    changed = {table for table, count in after.items() if count > before.get(table, 0)}
    rows = connection.execute(_ROWS).scalar_one() - session.info.get("rows_before", 0)
    acted = changed - REVIEWED.keys() - _AUDIT
    if rows > 1 or (acted and not rows):
        raise NotAudited(f"{sorted(acted)} were changed with {rows} audit rows: see docs/recipes.md")
