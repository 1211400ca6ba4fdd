"""Statements straight to the driver: in the session's transaction, for its claims, and not any longer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Row

from tests import factories
from tests.deliveries import rows
from tests.shared_postgres import Database
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.direct import ask

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CLAIMS = b"select current_setting('request.jwt.claims')"


def test_values_go_in_and_come_out_as_what_they_are(organization: Row[Any]) -> None:
    values = (uuid4(), "O'Neil; drop table calls --\n\u00fc", NOW, 7, None, True)
    statement = b"select $1::uuid, $2::text, $3::timestamptz, $4::int, $5::text, $6::bool"
    with transaction(Claims.organization(organization.id)) as session:
        assert ask(session, statement, *values) == [values]


def test_an_error_is_of_its_kind_and_quotes_no_row(organization: Row[Any]) -> None:
    person = Claims.organization(organization.id)
    with pytest.raises(psycopg.errors.UniqueViolation) as caught, transaction(person) as session:
        for _ in range(2):
            ask(session, b"insert into contacts (org_id, phone) values ($1, '+15035550199')", organization.id)
    assert "+15035550199" not in str(caught.value)
    assert not rows("select id from contacts", organization.id)


def test_a_lost_connection_fails_the_transaction_and_not_the_next_one(
    database: Database, organization: Row[Any]
) -> None:
    with (
        pytest.raises(psycopg.OperationalError),
        transaction(Claims.organization(organization.id)) as session,
        psycopg.connect(database.superuser_url, autocommit=True) as superuser,
    ):
        ((pid,),) = ask(session, b"select pg_backend_pid()")
        superuser.execute("select pg_terminate_backend(%s, 2000)", [pid])
        ask(session, b"select 1")
    assert len(rows("select 1", organization.id)) == 1


def test_a_session_kept_too_long_cannot_reach_into_somebody_elses_transaction(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    with transaction(Claims.organization(organization.id)) as kept:
        ((first,),) = ask(kept, CLAIMS)
    with transaction(Claims.organization(other_organization.id)) as session:
        ((theirs,),) = ask(session, CLAIMS)
        ((ours,),) = ask(kept, CLAIMS)
        assert (str(organization.id) in first, str(other_organization.id) in theirs) == (True, True)
        assert ours == first
    kept.close()


def test_the_claims_may_hold_whatever_a_device_calls_itself(organization: Row[Any]) -> None:
    rude = Claims.organization(organization.id)
    object.__setattr__(rude, "role", "it's\\'); select 1 --\x00")
    with transaction(rude) as session:
        ((claims,),) = ask(session, CLAIMS)
    assert claims == rude.as_json()


@pytest.mark.parametrize(
    "statement",
    [
        b"select * from begin_tool_call($1, 'call', null, now(), 'tool', 'digest')",
        b"select answer_tool_call($1, $1, now(), 'tool', 'digest', 'n', '{}', 'done', 'x', '{}', 1)",
        b"select store_webhooks(array['v'], array['k'], array['t'], array[$1::uuid], array['{}'], "
        b"array['waiting'])",
        b"select * from find_or_make_contact($1, '+15035550198', 'Dana')",
        b"select insert_booking(gen_random_uuid(), $1, $1, $1, null, null, 'Dana', null, now(), "
        b"now() + '1 h', now(), now() + '1 h', 'confirmed', 'phone', '', 'key', null, now())",
    ],
)
def test_no_function_writes_for_another_organization(
    statement: bytes, organization: Row[Any], other_organization: Row[Any]
) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(Claims.organization(organization.id)) as session,
    ):
        ask(session, statement, other_organization.id)


def test_no_function_reads_for_another_organization(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    practitioner = factories.make_practitioner(org_id=other_organization.id)
    service = factories.make_service(org_id=other_organization.id)
    factories.make_booking(
        org_id=other_organization.id, practitioner_id=practitioner.id, service_id=service.id, starts_at=NOW
    )
    day = timedelta(days=1)
    asked = b"select schedule_version($1), (select count(*) from busy_times($1, $2, $3, $2, $3, null))"
    seen = []
    for who in (other_organization, organization):
        with transaction(Claims.organization(who.id)) as session:
            seen += ask(session, asked, other_organization.id, NOW - day, NOW + day)
    ((version, busy), nothing) = seen
    assert (version is not None, busy) == (True, 1)
    assert nothing == (None, 0)
