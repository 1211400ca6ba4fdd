"""What the audit writes down: one row per act, chained by the database, whoever writes it."""

import hashlib
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import ProgrammingError

from tests import factories
from tests.deliveries import rows
from tests.people import Person
from tests.shared_postgres import Database
from voxanne_app.audit.trail import record, record_read
from voxanne_app.foundation.database import Claims, transaction, undone_on_failure
from voxanne_app.foundation.origin import Origin

ORIGIN = Origin(uuid4(), "203.0.113.7", "Firefox on Windows")


def events(org_id: UUID) -> list[Row]:
    return rows("select * from audit_events order by number", org_id)


def act(claims: Claims, action: str = "tests.acted", **more: object) -> None:
    with transaction(claims) as session:
        record(session, action, **more)  # type: ignore[arg-type]


def test_a_row_says_who_did_what_when_and_from_where(alice: Person) -> None:
    claims = Claims.person(org_id=alice.org_id, person_id=alice.person_id, origin=ORIGIN)
    booking_id = uuid4()
    act(claims, "bookings.moved", subject=("booking", booking_id), details={"outside_hours": True})
    (event,) = events(alice.org_id)
    assert (event.actor_kind, event.person_id, event.person_name) == (
        "person",
        alice.person_id,
        "Alice Alder",
    )
    assert (event.session_id, event.address, event.device) == tuple(vars(ORIGIN).values())
    assert (event.action, event.subject_kind, event.subject_id) == (
        "bookings.moved",
        "booking",
        str(booking_id),
    )
    assert event.details == {"outside_hours": True} and event.outcome == "done"
    assert event.happened_at is not None


def test_who_acts_is_what_the_claims_say_and_not_what_the_statement_says(alice: Person) -> None:
    forged = {"actor_kind": "operator", "person_id": uuid4(), "person_name": "Mallory", "number": 70}
    made = factories.save("audit_events", alice.claims, org_id=alice.org_id, action="tests.acted", **forged)
    (event,) = events(alice.org_id)
    assert (made.person_name, event.actor_kind, event.number) == ("Alice Alder", "person", 1)


@pytest.mark.parametrize(
    ("claims", "kind"), [(Claims.assistant, "assistant"), (Claims.organization, "system")]
)
def test_acts_without_a_person_say_what_acted(organization: Row, claims, kind: str) -> None:
    act(claims(organization.id))
    assert [event.actor_kind for event in events(organization.id)] == [kind]


def test_an_operator_in_a_clinic_is_told_from_its_people(organization: Row) -> None:
    operator = factories.make_person(is_operator=True, full_name="Olga Operator")
    act(Claims.person(org_id=organization.id, person_id=operator.id))
    act(Claims.system(person_id=operator.id), org_id=organization.id)
    seen = [(event.actor_kind, event.person_name) for event in events(organization.id)]
    assert seen == [("operator", "Olga Operator")] * 2


def test_acts_in_no_clinic_are_in_the_platforms_chain_which_no_clinic_sees(
    alice: Person, database: Database
) -> None:
    subject = ("organization", alice.org_id)
    act(Claims.system(), "organizations.suspended", subject=subject)
    assert events(alice.org_id) == []
    with transaction(Claims.system()) as session:
        found = session.connection().execute(
            text("select number from audit_events where org_id is null and subject_id = :id"),
            {"id": str(alice.org_id)},
        )
        assert found.scalar_one() > 0


def test_each_row_is_hashed_over_the_one_before_it(alice: Person) -> None:
    for _ in range(3):
        act(alice.claims)
    head = rows("select number, hash from audit_heads", alice.org_id)
    chain = events(alice.org_id)
    assert [event.number for event in chain] == [1, 2, 3]
    previous = hashlib.sha256(b"").digest()
    for event in chain:
        told = rows(
            "select convert_to(jsonb_build_array(id, org_id, number, to_char(happened_at at time zone 'UTC', "
            "'YYYY-MM-DD\"T\"HH24:MI:SS.US'), actor_kind, person_id, person_name, session_id, address, "
            "device, action, subject_kind, subject_id, details, outcome)::text, 'UTF8') as told "
            f"from audit_events where number = {event.number}",
            alice.org_id,
        )[0].told
        previous = hashlib.sha256(previous + bytes(told)).digest()
        assert bytes(event.hash) == previous
    assert (head[0].number, bytes(head[0].hash)) == (3, previous)


def test_what_was_undone_leaves_no_row_and_no_gap(alice: Person) -> None:
    with transaction(alice.claims) as session:
        record(session, "tests.first")
        with pytest.raises(ZeroDivisionError), undone_on_failure(session):
            record(session, "tests.undone")
            raise ZeroDivisionError
        record(session, "tests.last")
    with pytest.raises(ZeroDivisionError), transaction(alice.claims) as session:
        record(session, "tests.rolled_back")
        raise ZeroDivisionError
    assert [(event.number, event.action) for event in events(alice.org_id)] == [
        (1, "tests.first"),
        (2, "tests.last"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_events set action = 'tests.other'",
        "delete from audit_events",
        "truncate audit_events",
        "update audit_heads set number = number - 1",
        "delete from audit_heads",
        "truncate audit_heads",
        "update audit_heads set hash = ''",
    ],
)
def test_the_app_cannot_change_what_was_written_and_hardly_the_owner(
    statement: str, alice: Person, database: Database
) -> None:
    act(alice.claims)
    with (
        pytest.raises(ProgrammingError, match="InsufficientPrivilege"),
        transaction(alice.claims) as session,
    ):
        session.connection().execute(text(statement))
    if "hash =" in statement:
        return  # only the verifier notices that
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement)


def test_reading_again_within_minutes_leaves_one_row_per_session_and_record(alice: Person) -> None:
    claims = Claims.person(org_id=alice.org_id, person_id=alice.person_id, origin=ORIGIN)
    elsewhere = Claims.person(org_id=alice.org_id, person_id=alice.person_id, origin=Origin(uuid4()))
    first, second = uuid4(), uuid4()
    for who, call_id in ((claims, first), (claims, first), (elsewhere, first), (claims, second)):
        with transaction(who) as session:
            record_read(session, "calls.transcript_opened", subject=("call", call_id))
    read = [(event.session_id, event.subject_id) for event in events(alice.org_id)]
    assert read == [
        (ORIGIN.session_id, str(first)),
        (elsewhere.origin.session_id, str(first)),
        (ORIGIN.session_id, str(second)),
    ]
