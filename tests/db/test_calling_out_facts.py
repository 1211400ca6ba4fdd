"""What the checks before a call are held against, as it stands in the tables of one clinic."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row

from tests import factories
from tests.deliveries import rows
from voxanne_app.calls.lines import lines_now
from voxanne_app.calls.outbound import targets
from voxanne_app.calls.outbound.checks import Facts
from voxanne_app.calls.outbound.facts import facts_about
from voxanne_app.calls.outbound.targets import NoNumber
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction

NUMBER = "+15035550164"


def facts(org_id: Any, number: str = NUMBER, **about: Any) -> Facts:
    with transaction(Claims.organization(org_id)) as session:
        who: dict[str, Any] = {"contact_id": None, "agent_id": None} | about
        return facts_about(session, number, org_id=org_id, now=clock.now(), **who)


def dialled(org_id: Any, *, minutes_ago: float, **values: Any) -> Row[Any]:
    at = clock.now() - timedelta(minutes=minutes_ago)
    made = {"state": "ended", "asked_at": at, "dialling_at": at, "due_at": at} | values
    return factories.make_outbound_call(org_id=org_id, **made)


def test_attempts_are_those_of_this_number_and_this_clinic(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    org_id = organization.id
    dialled(other_organization.id, minutes_ago=1, number=NUMBER)
    factories.make_outbound_call(org_id=other_organization.id, number=NUMBER)
    assert facts(org_id).dialled_today == 0 and not facts(org_id).has_open_attempt
    before = dialled(org_id, minutes_ago=10, number=NUMBER)
    dialled(org_id, minutes_ago=3)
    dialled(org_id, minutes_ago=25 * 60, number=NUMBER)
    factories.make_outbound_call(org_id=org_id)
    found = facts(org_id)
    assert (found.dialled_today, found.has_open_attempt) == (2, False)
    assert found.last_dialled_at == before.dialling_at == found.first_dialled_at
    own = factories.make_outbound_call(org_id=org_id, number=NUMBER)
    assert facts(org_id).has_open_attempt and not facts(org_id, own=own.id).has_open_attempt


def test_who_is_on_the_phone_is_not_called_and_who_was_is(organization: Row[Any]) -> None:
    org_id = organization.id
    long_ago = clock.now() - timedelta(hours=3)
    factories.make_call(org_id=org_id, caller_number=NUMBER, status="ended")
    factories.make_call(org_id=org_id, caller_number=NUMBER, status="in_progress", created_at=long_ago)
    factories.make_call(org_id=org_id, caller_number="+15035550165", status="in_progress")
    assert not facts(org_id).is_on_the_phone
    factories.make_call(org_id=org_id, caller_number=NUMBER, status="ringing")
    assert facts(org_id).is_on_the_phone


def test_own_numbers_lines_and_agents_are_the_clinics(organization: Row[Any]) -> None:
    org_id = organization.id
    ringing = factories.make_phone_number(org_id=org_id).number
    rows("update organizations set phone = '+15035550100' where id = :id returning 1", org_id, id=org_id)
    inbound = factories.make_agent(org_id=org_id)
    line = factories.make_vendor_address(org_id=org_id, agent_id=inbound.id, kind="phone_number").value
    unready = factories.make_agent(org_id=org_id, role="outbound", system_prompt="You call.")
    ready = factories.make_agent(org_id=org_id, role="outbound", system_prompt="You call. {{about}}")
    assert facts(org_id).own_numbers == {ringing, "+15035550100"} and facts(org_id).line_id == line
    said = [facts(org_id, agent_id=one.id).is_agent_ready for one in (inbound, unready, ready)]
    assert said == [False, False, True]


def test_the_latest_word_about_consent_counts(organization: Row[Any]) -> None:
    org_id = organization.id
    contact = factories.make_contact(org_id=org_id, phone=NUMBER)

    def consent() -> Any:
        return facts(org_id, contact_id=contact.id).consent

    assert consent() is None
    for days, is_given in ((2, True), (3, False), (1, False), (0, True)):
        at = clock.now() - timedelta(days=days)
        factories.make_calling_consent(
            org_id=org_id, contact_id=contact.id, is_given=is_given, recorded_at=at
        )
        assert consent().is_given is (days in (2, 3, 0))


def test_a_call_that_is_being_dialled_takes_a_line(organization: Row[Any]) -> None:
    def live() -> int:
        with transaction(Claims.system()) as session:
            return lines_now(session, in_all=10, now=clock.now()).live.get(organization.id, 0)

    for minutes in (-1, 1):
        until = clock.now() + timedelta(minutes=minutes)
        factories.make_outbound_call(org_id=organization.id, line_until=until)
        assert live() == (minutes > 0)


@pytest.mark.parametrize("number", [None, "anonymous", "sip:desk@clinic", "+"])
def test_who_withheld_their_number_cannot_be_called_back(organization: Row[Any], number: str | None) -> None:
    call: UUID = factories.make_call(org_id=organization.id, caller_number=number).id
    with pytest.raises(NoNumber), transaction(Claims.organization(organization.id)) as session:
        targets.of_call(session, org_id=organization.id, call_id=call)
