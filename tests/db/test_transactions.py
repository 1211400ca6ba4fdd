"""Transactions of the one door: what they undo, how long they wait, and that a lost server is noticed."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from tests.deliveries import rows
from tests.shared_postgres import Database
from voxanne_app.foundation.database import Claims, at_the_end, transaction, undone_on_failure


def open_case(session: Session, organization: Row, key: str) -> None:
    session.connection().execute(
        text("insert into cases (org_id, kind, title, request_key) values (:org_id, 'failure', 'x', :key)"),
        {"org_id": organization.id, "key": key},
    )


def test_a_server_that_went_away_while_nobody_asked_is_noticed(database: Database, organization: Row) -> None:
    rows("select 1", organization.id)
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        ended = superuser.execute(
            "select count(pg_terminate_backend(pid, 2000)) from pg_stat_activity "
            "where usename = 'voxanne_app' and datname = current_database()"
        ).fetchone()
    assert ended and ended[0] > 0
    assert [row[0] for row in rows("select 1", organization.id)] == [1]


def test_a_step_that_fails_is_undone_and_the_rest_stays(organization: Row) -> None:
    with transaction(Claims.organization(organization.id)) as session:
        open_case(session, organization, "before")
        for key in ("first", "second"):
            with pytest.raises(ZeroDivisionError), undone_on_failure(session):
                open_case(session, organization, key)
                raise ZeroDivisionError
        with undone_on_failure(session):
            open_case(session, organization, "after")
    kept = rows("select request_key from cases order by 1", organization.id)
    assert [row.request_key for row in kept] == ["after", "before"]


def test_a_statement_longer_than_its_limit_fails_and_the_next_transaction_has_none(organization: Row) -> None:
    with (
        pytest.raises(OperationalError, match="QueryCanceled"),
        transaction(Claims.organization(organization.id), statement_ms=50) as session,
    ):
        session.connection().execute(text("select pg_sleep(5)"))
    assert len(rows("select pg_sleep(0.1)", organization.id)) == 1


OPEN_CASE = (
    b"insert into cases (org_id, kind, title, request_key, created_at) values ($1, 'failure', $2, $3, $4)"
)


def test_what_comes_at_the_end_comes_after_everything_else_and_arrives_as_it_was_given(
    organization: Row,
) -> None:
    title, now = "O'Hara\\ said: $1; commit -- \u00fc", datetime(2026, 11, 23, 7, 15, tzinfo=UTC)
    with transaction(Claims.organization(organization.id)) as session:
        at_the_end(session, OPEN_CASE, organization.id, title, "last", now)
        at_the_end(session, b"update cases set title = title || $2 where request_key = $1", "first", "!")
        open_case(session, organization, "first")
    kept = rows("select request_key, title, created_at from cases order by 1", organization.id)
    assert [(row.request_key, row.title) for row in kept] == [("first", "x!"), ("last", title)]
    assert kept[1].created_at == now


@pytest.mark.parametrize("title", ["a\0b", "x" * 100_000])
def test_nothing_is_committed_when_what_comes_at_the_end_fails(organization: Row, title: str) -> None:
    with pytest.raises(psycopg.Error), transaction(Claims.organization(organization.id)) as session:
        open_case(session, organization, "before")
        at_the_end(session, OPEN_CASE, organization.id, title, "last", datetime.now(UTC))
        at_the_end(session, b"select 1 / length(left($1, 0))", title)
    assert rows("select 1 from cases", organization.id) == []
