"""Statements straight to the driver, for the path on which a caller waits.

A session's own way to the database takes 0.2 ms of processor time per statement, this one 0.05: that much of
it is the same for every statement. It is the same connection, and the same transaction with its claims.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult
from sqlmodel import Session

_PLACE = re.compile(rb"\$(\d+)")
_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def ask(session: Session, statement: bytes, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement, with `$1` … for `values`, in the session's transaction; its rows.

    Nothing is prepared, so it gets through every pooler. Raises psycopg.Error, whose message quotes no row.
    """
    connection = _driver(session)
    adapting = Transformer(connection)
    given = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
    with _left_when_lost(session, connection):
        result = connection.pgconn.exec_params(
            statement, given, adapting.types, adapting.formats, result_format=Format.BINARY
        )
        _check(result)
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


def commit_after(session: Session, statements: Sequence[tuple[bytes, Sequence[Any]]]) -> None:
    """Run these, with `$1` … for their values, and commit: one round trip for all of it."""
    connection = _driver(session)
    spell = Transformer(connection).as_literal
    spelled = []
    for statement, values in statements:
        parts = _PLACE.split(statement)  # every second one is a place's number
        parts[1::2] = [bytes(spell(values[int(place) - 1])) for place in parts[1::2]]
        spelled.append(b"".join(parts))
    with _left_when_lost(session, connection):
        run(connection, b";".join([*spelled, b"commit"]))


def run(connection: psycopg.Connection[Any], statements: bytes) -> None:
    """Statements without values and rows, in one round trip."""
    _check(connection.pgconn.exec_(statements))


def _driver(session: Session) -> psycopg.Connection[Any]:
    found = session.info.get("driver") or session.connection().connection.driver_connection
    return cast("psycopg.Connection[Any]", found)


@contextmanager
def _left_when_lost(session: Session, connection: psycopg.Connection[Any]) -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError:
        if connection.closed:
            session.connection().invalidate()  # so that nobody is given it from the pool
        raise


def _check(result: PGresult) -> None:
    if result.status in _GOOD:
        return
    state = result.error_field(DiagnosticField.SQLSTATE)
    message = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"the connection is lost"
    kind = psycopg.errors.lookup(state.decode()) if state else psycopg.OperationalError
    raise kind(message.decode(errors="replace"))
