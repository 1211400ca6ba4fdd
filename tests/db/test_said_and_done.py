"""What was promised in a call is held against its rows, and what is wrong is a case until it is mended."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from tests import factories
from tests.deliveries import connect, deliver, rows, run_job, work_off
from tests.payloads import vapi
from tests.people import Person
from voxanne_app.bookings.for_calls import tell_calls
from voxanne_app.bookings.rebooking import cancel
from voxanne_app.calls import jobs
from voxanne_app.calls.case_acts import resolve
from voxanne_app.foundation.database import Claims, transaction

assert jobs  # registers them

CASES = "select kind, title, body, resolved_at, resolved_by from cases order by created_at"
CALLS = "select id, is_disputed, said_and_done, contact_id from call_logs order by created_at"
# 3 PM in New York on the day after the call.
TOMORROW = datetime(2026, 11, 3, 20, tzinfo=UTC)
LIE = ("bot", "You're booked for tomorrow at three in the afternoon.")


def report(call: dict[str, Any], *said: tuple[str, str], seconds: int = 60) -> None:
    """What the platform says so many seconds after the call began."""
    sent_at = vapi.milliseconds(vapi.BEGAN + timedelta(seconds=seconds))
    words = vapi.spoken(("bot", "Good morning, how can I help?"), *said)
    deliver(vapi.report_of_2026(call=call, timestamp=sent_at, messages=words, artifact={"messages": words}))
    work_off()


def work_off_comparisons() -> None:
    with transaction(Claims.system()) as session:
        waiting = session.connection().execute(
            text("select id, fence from jobs where state = 'waiting' and name like 'calls.compare%'")
        )
        tickets = waiting.all()
    for ticket in tickets:
        run_job(ticket.id, ticket.fence)


def test_a_promise_without_a_booking_is_one_case_until_somebody_books_it(
    organization: Row[Any], alice: Person
) -> None:
    call = connect(organization).call()
    for _ in range(2):
        report(call, ("user", "Tomorrow at three, please."), LIE)
    (seen,) = rows(CALLS, organization.id)
    assert seen.is_disputed
    (told,) = seen.said_and_done["promises"]
    assert (told["kind"], told["turn"], told["verdict"], told["missing"]) == (
        "booked",
        2,
        "not_kept",
        "no_booking",
    )
    (case,) = rows(CASES, organization.id)
    assert (case.kind, case.title, case.resolved_at) == (
        "failure", "Promised and not done: an appointment", None,
    )  # fmt: skip
    booking = factories.make_booking(
        org_id=organization.id, contact_id=seen.contact_id, starts_at=TOMORROW, source="staff"
    )
    with transaction(alice.claims) as session:
        tell_calls(session, org_id=organization.id, booking_id=booking.id)
    work_off_comparisons()
    (seen,) = rows(CALLS, organization.id)
    assert not seen.is_disputed and seen.said_and_done["promises"][0]["booking"] == str(booking.id)
    assert rows(CASES, organization.id)[0].resolved_at is not None
    with transaction(alice.claims) as session:
        cancel(session, org_id=organization.id, booking_id=booking.id, now=datetime.now(UTC))
    work_off_comparisons()
    assert not rows(CALLS, organization.id)[0].is_disputed  # what was kept once is not broken by people


def test_a_kept_promise_is_no_case(organization: Row[Any]) -> None:
    call = connect(organization).call()
    report(call, ("user", "When is my appointment?"), ("bot", "We are open until five."))
    (seen,) = rows(CALLS, organization.id)
    factories.make_booking(org_id=organization.id, contact_id=seen.contact_id, starts_at=TOMORROW)
    report(call, ("user", "When is my appointment?"), ("bot", "We are open until five."), LIE, seconds=90)
    (seen,) = rows(CALLS, organization.id)
    assert [told["verdict"] for told in seen.said_and_done["promises"]] == ["kept"]
    assert not seen.is_disputed and rows(CASES, organization.id) == []


def test_a_case_that_a_person_has_settled_stays_settled(organization: Row[Any], alice: Person) -> None:
    call = connect(organization).call()
    report(call, ("user", "Tomorrow at three, please."), LIE)
    (case,) = rows("select id from cases", organization.id)
    with transaction(alice.claims) as session:
        resolve(session, org_id=organization.id, case_id=case.id, by=alice.person_id, now=datetime.now(UTC))
    report(call, ("user", "Tomorrow at three, please."), LIE, ("user", "Thanks, bye."), seconds=90)
    (case,) = rows(CASES, organization.id)
    assert case.resolved_by == alice.person_id


def test_another_clinics_booking_keeps_no_promise(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    call = connect(organization).call()
    number = call["customer"]["number"]
    theirs = factories.make_contact(org_id=other_organization.id, phone=number)
    factories.make_booking(
        org_id=other_organization.id, contact_id=theirs.id, patient_phone=number, starts_at=TOMORROW
    )
    report(call, ("user", "Tomorrow at three, please."), LIE)
    assert rows(CALLS, organization.id)[0].is_disputed
    assert rows(CASES, other_organization.id) == []


def test_a_call_in_a_language_without_rules_is_not_judged(organization: Row[Any]) -> None:
    call = connect(organization).call()
    report(
        call,
        ("user", "Guten Tag, ich hätte gern morgen um drei einen Termin, bitte, und das ist nicht für mich."),
        ("bot", "Der Termin ist gebucht, danke und auf Wiederhören. You're booked."),
    )
    (seen,) = rows(CALLS, organization.id)
    assert seen.said_and_done == {"promises": [], "deeds": []} and not seen.is_disputed
