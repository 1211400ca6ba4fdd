"""What the catalog cannot show about tenancy: connections, errors, announcements and addresses at work."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.people import Person
from tests.shared_postgres import Database
from voxanne_app.foundation import changes
from voxanne_app.foundation.database import Claims, transaction


def test_a_statement_outside_a_transaction_sees_no_row(alice: Person, database: Database) -> None:
    factories.make_call(org_id=alice.org_id)
    with psycopg.connect(database.app_url, autocommit=True) as connection:
        connection.execute("select set_config('request.jwt.claims', %s, true)", [alice.claims.as_json()])
        assert connection.execute("select count(*) from call_logs").fetchone() == (0,)


def test_claims_end_with_their_transaction(alice: Person) -> None:
    with transaction(alice.claims) as session:
        session.connection().execute(text("select 1"))
        session.commit()
        claims = session.connection().scalar(text("select current_setting('request.jwt.claims', true)"))
        assert json.loads(claims)["sub"] == str(alice.person_id)  # set anew for the next transaction
    with transaction(Claims.nobody()) as session:
        assert session.connection().scalar(text("select count(*) from memberships")) == 0


def test_a_failed_transaction_leaves_no_row_and_no_claims(alice: Person) -> None:
    with pytest.raises(ZeroDivisionError), transaction(alice.claims) as session:
        session.connection().execute(
            text("insert into contacts (org_id, phone) values (:org, '+12125550000')"), {"org": alice.org_id}
        )
        raise ZeroDivisionError
    with transaction(alice.claims) as session:
        assert session.connection().scalar(text("select count(*) from contacts")) == 0


def test_nobody_makes_themselves_an_operator(alice: Person) -> None:
    with transaction(alice.claims) as session:
        changed = session.connection().execute(text("update people set is_operator = true"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def test_an_announcement_says_whose_and_about_what_and_nothing_else(
    alice: Person, database: Database
) -> None:
    with psycopg.connect(database.app_url, autocommit=True) as listener:
        listener.execute(f"listen {changes.CHANNEL}")
        with transaction(alice.claims) as session:
            changes.announce(session, org_id=alice.org_id, topic="calls")
            changes.announce(session, org_id=alice.org_id, topic="calls")
        heard = [json.loads(notice.payload) for notice in listener.notifies(timeout=0.5)]
    assert heard == [{"org_id": str(alice.org_id), "topic": "calls"}]


SECRET = "Wilhelmina Featherstone"
BREACHES: dict[str, Any] = {
    "unique": ("contacts", {"phone": "+12125559999"}),
    "check": (
        "bookings",
        {"starts_at": datetime(2031, 1, 1, tzinfo=UTC), "ends_at": datetime(2030, 1, 1, tzinfo=UTC)},
    ),
    "not null": ("contacts", {"phone": None}),
    "foreign key": ("call_logs", {"contact_id": uuid4()}),
    "overlap": ("bookings", {}),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_an_error_of_the_database_repeats_no_value(breach: str, organization: Row[Any]) -> None:
    table, values = BREACHES[breach]
    org_id = organization.id
    factories.make_contact(org_id=org_id, name=SECRET, phone="+12125559999")
    booking = factories.make_booking(org_id=org_id, patient_name=SECRET)
    make = {"contacts": factories.make_contact, "bookings": factories.make_booking}.get(
        table, factories.make_call
    )
    if table == "contacts":
        values = {"name": SECRET, **values}
    if table == "bookings":
        values = {"patient_name": SECRET, "practitioner_id": booking.practitioner_id, **values}
        values.setdefault("starts_at", booking.starts_at)
    with pytest.raises(IntegrityError) as caught:
        make(org_id=org_id, **values)
    said = str(caught.value) + repr(caught.value.orig)
    for value in (SECRET, "+12125559999", *map(str, values.values())):
        assert value == "None" or value not in said, f"{breach}: {said}"


def test_an_address_leads_to_one_clinic_at_a_time(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    ported_at = datetime.now(UTC)
    number = {"kind": "number", "value": factories.a_phone_number()}
    factories.make_vendor_address(org_id=organization.id, valid_until=ported_at, **number)
    with pytest.raises(IntegrityError, match="vendor_addresses_one_owner_at_a_time"):
        factories.make_vendor_address(
            org_id=other_organization.id, valid_from=ported_at - timedelta(seconds=1), **number
        )
    factories.make_vendor_address(org_id=other_organization.id, valid_from=ported_at, **number)
