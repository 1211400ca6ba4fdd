"""Cases: ordered by risk and waiting, due in the clinic's hours, owned, settled with a note, opened again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Row

from tests import clinic as clinics
from tests.clinic import NOW
from tests.deliveries import rows
from tests.factories import make_contact
from tests.people import Person
from voxanne_app.calls import case_acts, cases
from voxanne_app.calls.cases import CaseNotFound, NewCase
from voxanne_app.foundation.database import Claims, transaction


def opened(org_id: Any, title: str, *, kind: cases.Kind = "callback", minutes: int = 0, **values: Any) -> Any:
    new = NewCase(kind=kind, title=title, body="", **{"request_key": str(uuid4())} | values)
    with transaction(Claims.organization(org_id)) as session:
        return cases.open_case(session, new, org_id=org_id, now=NOW + timedelta(minutes=minutes))


def waiting(org_id: Any) -> tuple[cases.CaseRow, ...]:
    with transaction(Claims.organization(org_id)) as session:
        return cases.open_cases(session, org_id=org_id)


def test_cases_wait_by_risk_and_then_by_who_waited_longest(organization: Row[Any]) -> None:
    org_id = organization.id
    opened(org_id, "Second callback", minutes=2)
    opened(org_id, "First callback", minutes=1)
    opened(org_id, "Complaint", kind="complaint", minutes=3)
    opened(org_id, "Urgent", is_urgent=True, minutes=4)
    opened(org_id, "Bleeding since the night", minutes=5)
    found = waiting(org_id)
    assert [(case.title, case.severity) for case in found] == [
        ("Bleeding since the night", "clinical"),
        ("Urgent", "urgent"),
        ("Complaint", "high"),
        ("First callback", "normal"),
        ("Second callback", "normal"),
    ]


def test_a_case_is_due_in_the_clinics_own_hours() -> None:
    clinic = clinics.open_clinic()  # NOW is 7 in the morning there; it opens at 9
    opened(clinic.org_id, "Call back")
    opened(clinic.org_id, "She is swollen")
    by_title = {case.title: case.due_at for case in waiting(clinic.org_id)}
    assert by_title == {
        "Call back": NOW + timedelta(hours=2 + 4),
        "She is swollen": NOW + timedelta(minutes=15),
    }


def test_asked_for_again_a_case_becomes_more_pressing_and_never_less(organization: Row[Any]) -> None:
    for urgent in (False, True, False):
        opened(organization.id, "Call back", request_key="the same", is_urgent=urgent)
    (case,) = waiting(organization.id)
    assert case.severity == "urgent" and case.due_at == NOW + timedelta(minutes=15)


def test_a_case_names_its_caller(organization: Row[Any]) -> None:
    contact = make_contact(org_id=organization.id, name="Nadia Osei")
    opened(organization.id, "Call back", contact_id=contact.id)
    assert [case.caller for case in waiting(organization.id)] == ["Nadia Osei"]


def test_a_case_has_an_owner_and_is_settled_with_a_note_and_opened_again(alice: Person) -> None:
    org_id = alice.org_id
    case_id = opened(org_id, "Call back")
    of_case: dict[str, Any] = {"org_id": org_id, "case_id": case_id}
    with transaction(Claims.person(org_id=org_id, person_id=alice.person_id)) as session:
        case_acts.assign(session, alice.person_id, name="Alice Alder", **of_case)
        (case,) = cases.open_cases(session, org_id=org_id)
        assert (case.assigned_to, case.assignee) == (alice.person_id, "Alice Alder")
        case_acts.resolve(session, by=alice.person_id, now=NOW, **of_case)
        case_acts.say_what_was_done(session, "She comes on Monday", **of_case)
        (settled,) = cases.settled_cases(session, org_id=org_id, since=NOW)
        assert settled.resolution == "She comes on Monday" and cases.open_cases(session, org_id=org_id) == ()
        case_acts.reopen(session, **of_case)
        (again,) = cases.open_cases(session, org_id=org_id)
        assert (again.resolved_at, again.resolution) == (None, "")
        case_acts.assign(session, None, name="", **of_case)
    acts = rows(
        "select action from audit_events where subject_id = :id order by number", org_id, id=str(case_id)
    )
    assert [row.action for row in acts] == [
        "cases.assigned", "cases.resolved", "cases.noted", "cases.reopened", "cases.assigned",
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["resolve", "reopen", "assign", "say_what_was_done"])
def test_another_clinics_case_does_not_exist(act: str, alice: Person, other_organization: Row[Any]) -> None:
    theirs: dict[str, Any] = {"case_id": opened(other_organization.id, "Theirs"), "org_id": alice.org_id}
    more: dict[str, dict[str, Any]] = {
        "resolve": {"by": alice.person_id, "now": NOW},
        "assign": {"to": None, "name": ""},
        "say_what_was_done": {"note": "Done"},
    }
    with (
        pytest.raises(CaseNotFound),
        transaction(Claims.person(org_id=alice.org_id, person_id=alice.person_id)) as session,
    ):
        getattr(case_acts, act)(session, **theirs, **more.get(act, {}))
