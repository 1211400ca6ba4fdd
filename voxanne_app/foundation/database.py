"""The database: who asks, in one transaction at a time.

The only module that commits, and the only one that says for whom: every transaction carries claims in
`request.jwt.claims`, as Supabase's own API does, and row level security reads nothing else.
"""

import json
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg.pq import Escaping, TransactionStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, SQLModel

from voxanne_app.foundation import direct
from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.foundation.settings import get_settings

_SAY_FOR_WHOM = b"select set_config('request.jwt.claims', %s, true)"
_LIMIT = b", set_config('statement_timeout', '%d', true)"

SQLModel.metadata.naming_convention = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


@dataclass(frozen=True)
class Claims:
    """For whom a transaction is made: a person, an organization's own work, the platform, or nobody.

    `origin` and `is_assistant` are for the audit: the database is not told them with the claims.
    """

    role: str
    org_id: UUID | None = None
    person_id: UUID | None = None
    origin: Origin = NOWHERE
    is_assistant: bool = False

    @classmethod
    def person(cls, *, org_id: UUID, person_id: UUID, origin: Origin = NOWHERE) -> "Claims":
        return cls(role="authenticated", org_id=org_id, person_id=person_id, origin=origin)

    @classmethod
    def assistant(cls, org_id: UUID) -> "Claims":
        """What a caller has the organization's voice assistant do."""
        return cls(role="authenticated", org_id=org_id, is_assistant=True)

    @classmethod
    def organization(cls, org_id: UUID) -> "Claims":
        return cls(role="authenticated", org_id=org_id)

    @classmethod
    def system(cls, *, person_id: UUID | None = None, origin: Origin = NOWHERE) -> "Claims":
        """The platform's own work, in no organization. Allowed only where a test lists it.

        `person_id`: whose act it is, when it is a person's: an operator, or somebody who is not in yet.
        """
        return cls(role="voxanne_system", person_id=person_id, origin=origin)

    @classmethod
    def nobody(cls) -> "Claims":
        return cls(role="anon")

    def as_json(self) -> str:
        claims: dict[str, Any] = {"role": self.role}
        if self.person_id:
            claims["sub"] = str(self.person_id)
        if self.org_id:
            claims["app_metadata"] = {"org_id": str(self.org_id)}
        return json.dumps(claims)


class ClaimedSession(Session):
    """A session whose every transaction starts by saying for whom it is."""

    def __init__(self, engine: Engine, claims: Claims, statement_ms: int | None = None) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.claims = claims
        self.statement_ms = statement_ms


@event.listens_for(ClaimedSession, "after_begin")
def _set_claims(session: ClaimedSession, _transaction: SessionTransaction, connection: Any) -> None:
    """Begin, and say for whom, in one round trip, before whatever the session is asked to do."""
    driver: psycopg.Connection[Any] = connection.connection.driver_connection
    claims = Escaping(driver.pgconn).escape_literal(session.claims.as_json().encode())
    begin = b"begin;" if driver.info.transaction_status == TransactionStatus.IDLE else b""
    limit = _LIMIT % session.statement_ms if session.statement_ms else b""
    direct.run(driver, begin + _SAY_FOR_WHOM % claims + limit)
    session.info["driver"] = driver


@event.listens_for(ClaimedSession, "after_transaction_end")
def _let_go(session: ClaimedSession, _transaction: SessionTransaction) -> None:
    session.info.pop("driver", None)  # from here on it is somebody else's


def driver_url(url: str) -> str:
    """The same address for SQLAlchemy, with psycopg 3 as its driver."""
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


@lru_cache(maxsize=8)
def engine_for(url: str, *, pool_size: int = 20) -> Engine:
    # Prepared statements break behind a pooler in transaction mode, so none are made.
    made = create_engine(
        driver_url(url),
        # No overflow: its connections are closed after use, and opening one costs more than a transaction.
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={"prepare_threshold": None, "connect_timeout": 5, "application_name": "voxanne"},
    )
    event.listen(made, "checkout", _check_line)
    return made


def _check_line(connection: Any, _record: object, _proxy: object) -> None:
    """Notice a server that went away while the connection was idle: its goodbye waits to be read.

    Asking the server itself, as `pool_pre_ping` does, costs every transaction a round trip.
    """
    if connection.closed:
        raise InvalidatePoolError
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0):
        raise InvalidatePoolError


def engine() -> Engine:
    return engine_for(get_settings().require_database_url())


@contextmanager
def transaction(claims: Claims, *, statement_ms: int | None = None) -> Iterator[Session]:
    """One transaction for `claims`: committed at the end of the block, rolled back when it raises.

    A statement that runs longer than `statement_ms` fails.
    """
    url = get_settings().require_database_url()
    with transaction_at(url, claims, statement_ms=statement_ms) as session:
        yield session


def at_the_end(session: Session, statement: bytes, *values: Any) -> None:
    """Have a statement run just before the commit, in the same round trip. Its rows are not looked at.

    `$1` … stand for `values`. It runs after whatever the session has yet to write.
    """
    session.info.setdefault("at_the_end", []).append((statement, values))


@contextmanager
def transaction_beside(claims: Claims) -> Iterator[Session]:
    """The same on a connection kept for it: for what other transactions wait for in their middle."""
    beside = engine_for(get_settings().require_database_url(), pool_size=1)
    with ClaimedSession(beside, claims) as session:
        yield session
        session.commit()


@contextmanager
def transaction_at(url: str, claims: Claims, *, statement_ms: int | None = None) -> Iterator[Session]:
    """The same in the database at `url`, for processes whose own settings name none yet."""
    with ClaimedSession(engine_for(url), claims, statement_ms) as session:
        yield session
        if last := session.info.pop("at_the_end", None):
            session.flush()
            direct.commit_after(session, last)
        session.commit()  # what has been committed already it leaves alone


@contextmanager
def undone_on_failure(session: Session) -> Iterator[None]:
    """What the block writes is undone when it raises; what came before it in the transaction stays.

    A savepoint without the bookkeeping of `begin_nested`; the next one, or the commit, lets it go.
    """
    session.flush()
    direct.ask(session, b"savepoint before_step")
    try:
        yield
        session.flush()
    except BaseException:
        session.expunge_all()
        direct.ask(session, b"rollback to savepoint before_step")
        raise


@contextmanager
def cursor(claims: Claims) -> Iterator[psycopg.Cursor[Any]]:
    """The same on the driver's own cursor, for the few statements where a session's own work would show."""
    pooled = engine().raw_connection()
    try:
        connection: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment]
        with connection.cursor() as opened:
            opened.execute(_SAY_FOR_WHOM, (claims.as_json(),))
            yield opened
        connection.commit()
    finally:
        pooled.close()  # back to the pool, which rolls back what was not committed


class Rehearsal:
    """One transaction in one name after the other, of which nothing stays: for trying what must not work."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def speak_as(self, claims: str) -> None:
        """From here on the claims are this text, which need not be a sound one."""
        self.connection.execute("select set_config('request.jwt.claims', %s, true)", (claims,))


@contextmanager
def rehearsal() -> Iterator[Rehearsal]:
    """Rolled back at the end, whatever happens. A statement of it waits for nobody longer than a second."""
    pooled = engine().raw_connection()
    connection: psycopg.Connection[Any] = pooled.driver_connection  # type: ignore[assignment]
    try:
        connection.execute("set local lock_timeout = '1s'; set local statement_timeout = '10s'")
        yield Rehearsal(connection)
    finally:
        connection.rollback()
        pooled.close()
