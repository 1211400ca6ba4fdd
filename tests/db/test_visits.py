"""Operators in a clinic: for a reason, for a while, and seen by the clinic."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from tests.db.test_team import one, trail
from tests.factories import make_person, make_session, make_visit
from tests.people import Person
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity import visits
from voxanne_app.identity.admission import Operator
from voxanne_app.identity.refusals import ClinicRefusal

NOW = datetime.now(UTC)
REASON = "A caller was not understood, ticket 4711."


@pytest.fixture
def operator(database: Any) -> Operator:
    person = make_person(full_name="Olga Operator", is_operator=True)
    return Operator(make_session(person_id=person.id).id, person.id, person.full_name, person.email)


def begin(operator: Operator, org_id: UUID, *, reason: str = REASON, minutes: int = 30) -> UUID:
    with transaction(Claims.system(person_id=operator.person_id)) as session:
        return visits.begin(session, operator, org_id=org_id, reason=reason, minutes=minutes, now=NOW).id


def seen(operator: Operator, at: datetime) -> str:
    with transaction(Claims.system()) as session:
        there = visits.with_visit(session, operator, now=at).visit
    return there.org_name if there else ""


def test_a_visit_lasts_until_its_end_and_no_longer(operator: Operator, organization: Row[Any]) -> None:
    begin(operator, organization.id)
    minutes = {0: "", 29: "", 30: ""}
    for minute in minutes:
        minutes[minute] = seen(operator, NOW + timedelta(minutes=minute))
    assert minutes == {0: "Alder Street Dental", 29: "Alder Street Dental", 30: ""}


def test_an_operator_is_in_one_clinic_at_a_time(
    operator: Operator, organization: Row[Any], other_organization: Row[Any]
) -> None:
    begin(operator, organization.id)
    begin(operator, other_organization.id)
    assert seen(operator, NOW) == "Birchwood Physiotherapy"
    assert trail(Claims.organization(organization.id)) == ["visits.began", "visits.ended"]


@pytest.mark.parametrize(
    ("reason", "minutes", "sentence"),
    [
        ("because", 30, "Say why"),
        ("          ", 30, "Say why"),
        ("x" * 501, 30, "Say why"),
        (REASON, 14, "from 15 minutes"),
        (REASON, 241, "from 15 minutes"),
        (REASON, -30, "from 15 minutes"),
    ],
)
def test_without_a_reason_and_an_end_nobody_gets_in(
    operator: Operator, organization: Row[Any], reason: str, minutes: int, sentence: str
) -> None:
    with pytest.raises(ClinicRefusal, match=sentence):
        begin(operator, organization.id, reason=reason, minutes=minutes)
    assert seen(operator, NOW) == ""


def test_the_database_itself_keeps_visits_short_and_reasoned(organization: Row[Any]) -> None:
    for values in ({"ends_at": NOW + timedelta(hours=5), "started_at": NOW}, {"reason": "no"}):
        with pytest.raises(DBAPIError):
            make_visit(org_id=organization.id, **values)


def test_the_clinic_reads_who_was_there_and_can_change_nothing(
    operator: Operator, organization: Row[Any], alice: Person, charlie: Person
) -> None:
    visit_id = begin(operator, organization.id)
    with transaction(alice.claims) as session:
        (view,) = visits.recent_visits(session, org_id=alice.org_id)
        changed = session.connection().execute(text("update visits set reason = 'nothing to see here'"))
        assert changed.rowcount == 0
    assert (view.id, view.who, view.reason, view.ended_at) == (visit_id, "Olga Operator", REASON, None)
    with transaction(charlie.claims) as session:
        assert visits.recent_visits(session, org_id=alice.org_id) == []
    said = one("select actor_kind, person_name, details from audit_events", alice.claims)
    assert (said.actor_kind, said.person_name) == ("operator", "Olga Operator")
    assert said.details == {"reason": REASON, "minutes": 30}


def test_the_end_is_written_down_once_whoever_comes_first(operator: Operator, organization: Row[Any]) -> None:
    visit_id = begin(operator, organization.id)
    late = NOW + timedelta(hours=1)
    for act in ("too early", "click", "click again", "clock", "clock of an unknown one"):
        with transaction(Claims.system(person_id=operator.person_id)) as session:
            if "click" in act:
                visits.end_of_session(session, operator.session_id, now=NOW + timedelta(minutes=5))
            else:
                at = NOW if act == "too early" else late
                visits.end_due(session, uuid4() if "unknown" in act else visit_id, now=at)
    assert trail(Claims.organization(organization.id)) == ["visits.began", "visits.ended"]
    ended = one("select ended_at from visits where id = :id", Claims.system(), id=visit_id).ended_at
    assert ended == NOW + timedelta(minutes=5)
