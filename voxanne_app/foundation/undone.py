"""Trying what would happen, in a transaction of which nothing stays."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from voxanne_app.foundation import direct
from voxanne_app.foundation.database import ClaimedSession, Claims, engine


@contextmanager
def transaction_undone(claims: Claims, *, statement_ms: int, lock_ms: int) -> Iterator[Session]:
    """One transaction for `claims` that is rolled back, however it ends.

    Others may wait for what it holds, so it does not linger: it waits for a lock no longer than `lock_ms`,
    and a process that stops in its middle loses it after twice as long as a statement may take.
    """
    with ClaimedSession(engine(), claims, statement_ms) as session:
        direct.ask(session, b"set local lock_timeout = %d" % lock_ms)
        direct.ask(session, b"set local idle_in_transaction_session_timeout = %d" % (2 * statement_ms))
        yield session
