"""Calling out, over the wire: whatever goes wrong with the one request that dials, it rings once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Row

from tests import factories
from tests.calling_desk import ABOUT, CallingDesk, connected_desk, somebody_awake
from tests.deliveries import rows
from tests.wire.sandbox_process import running_sandbox
from voxanne_app import vendors
from voxanne_app.calls import call_log
from voxanne_app.calls.outbound import asking, dialling
from voxanne_app.calls.outbound import jobs as outbound_jobs
from voxanne_app.calls.outbound.asking import CannotCall, CannotStop
from voxanne_app.calls.ports import Line
from voxanne_app.contacts import calling_consent
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun, LostLease
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.vapi.call_news import read_news

# Whoever looks for a call may find it over already: the sandbox talks a hundred times as fast.
MADE = ("dialled", "ended")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[httpx.Client]:
    with running_sandbox() as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def desk(
    sandbox: httpx.Client, organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[CallingDesk]:
    with connected_desk(sandbox, organization, monkeypatch) as desk:
        yield desk


def heard(desk: CallingDesk, number: str) -> Row[Any]:
    """The call as it ended, folded in as a webhook or the reconciliation would."""
    over = desk.when_over(number)
    news = vendors.call_archive().call(over["id"])
    assert news
    with transaction(Claims.organization(desk.org_id)) as session:
        call_id = call_log.take_in(session, news, line=Line(desk.org_id), now=clock.now())
    return rows("select * from call_logs where id = :id", desk.org_id, id=call_id)[0]


def test_it_is_dialled_with_what_the_agent_must_know_and_settles_its_case_once_they_talked(
    desk: CallingDesk,
) -> None:
    number = somebody_awake()
    case = factories.make_case(org_id=desk.org_id, callback_number=number)
    attempt = desk.ask(desk.target(number, case_id=case.id))
    assert desk.work_off(attempt).state == "dialled"
    row = desk.row(attempt)
    (call,) = rows("select * from call_logs where id = :id", desk.org_id, id=row.call_id)
    assert (call.direction, call.caller_number, call.agent_id) == ("outbound", number, desk.agent_id)
    (made,) = desk.calls(number)
    assert made["assistantOverrides"]["variableValues"] == {"about": ABOUT, "callee": "Maria Lopez"}
    ended = heard(desk, number)
    assert (ended.id, ended.direction, ended.outcome) == (call.id, "outbound", "answered")
    assert desk.row(attempt).state == "ended"
    statement = "select resolved_at, resolved_by from cases where id = :id"
    (settled,) = rows(statement, desk.org_id, id=case.id)
    assert settled.resolved_at and settled.resolved_by is None
    # Opened again by a person, it stays open, whatever is heard of that call later.
    rows("update cases set resolved_at = null where id = :id returning id", desk.org_id, id=case.id)
    heard(desk, number)
    assert rows(statement, desk.org_id, id=case.id)[0].resolved_at is None
    assert desk.posts() == 1


@pytest.mark.parametrize("last_digits", ["0197", "0198", "0199"])
def test_a_machine_or_nobody_settles_no_case(desk: CallingDesk, last_digits: str) -> None:
    number = somebody_awake(last_digits)
    case = factories.make_case(org_id=desk.org_id, callback_number=number)
    attempt = desk.ask(desk.target(number, case_id=case.id))
    desk.work_off(attempt)
    heard(desk, number)
    assert desk.row(attempt).state == "ended" and desk.row(attempt).talked_at is None
    (waits,) = rows("select resolved_at from cases where id = :id", desk.org_id, id=case.id)
    assert waits.resolved_at is None


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        ("succeed_then_reset", {}),
        ("cut", {}),
        ("slow", {"seconds": 1}),
    ],
)
def test_it_rings_once_though_nobody_heard_the_answer(
    desk: CallingDesk, mode: str, what: dict[str, Any]
) -> None:
    number = somebody_awake()
    attempt = desk.ask(desk.target(number))
    desk.fault(mode, **what)
    assert desk.work_off(attempt, times=3).state in MADE
    assert (desk.posts(), len(desk.calls(number))) == (1, 1)
    assert desk.row(attempt).call_id


@pytest.mark.parametrize("mode", ["black_hole", "reset", "html", "status", "wrong_json"])
def test_nobody_dials_again_when_nobody_knows_and_a_person_is_told(desk: CallingDesk, mode: str) -> None:
    number = somebody_awake()
    attempt = desk.ask(desk.target(number))
    desk.fault(mode, **({"seconds": 1} if mode == "black_hole" else {}))
    assert desk.work_off(attempt).state == "dialling"
    assert desk.work_off(attempt).state == "dialling", "it may still come up in the platform's list"
    desk.age(attempt, 61)
    assert desk.work_off(attempt).state == "unknown"
    (case,) = rows("select * from cases", desk.org_id)
    assert "do not know whether Maria Lopez was called" in case.title and case.callback_number == number
    assert desk.work_off(attempt, times=3).state == "unknown"
    assert (desk.posts(), len(desk.calls(number))) == (1, 0)


def test_what_was_unknown_is_known_as_soon_as_its_call_is_heard_of(desk: CallingDesk) -> None:
    number = somebody_awake()
    attempt = desk.ask(desk.target(number))
    desk.fault("succeed_then_reset")
    desk.fault("status", method="GET", path="/call*", status=503, count=50)
    desk.work_off(attempt)
    desk.age(attempt, 16 * 60)
    assert desk.work_off(attempt).state == "unknown"
    desk.sandbox.delete("/_sandbox/faults")
    ended = heard(desk, number)
    row = desk.row(attempt)
    assert (row.state, row.call_id) == ("ended", ended.id)
    (case,) = rows("select resolved_at from cases", desk.org_id)
    assert case.resolved_at


def test_a_worker_that_dies_before_or_after_it_dialled_leaves_one_call_at_most(desk: CallingDesk) -> None:
    before, after = somebody_awake("0151"), somebody_awake("0152")
    attempts = {number: desk.ask(desk.target(number)) for number in (before, after)}
    for number, attempt in attempts.items():
        with transaction(Claims.organization(desk.org_id)) as session:
            found = dialling.find(session, org_id=desk.org_id, attempt_id=attempt)
            assert found
            order = dialling.begin(session, found, now=clock.now())
        assert order
        if number == after:
            vendors.dialler().dial(order)  # and then the worker is gone
    assert desk.work_off(attempts[after]).state in MADE
    desk.age(attempts[before], 61)
    assert desk.work_off(attempts[before]).state == "unknown"
    assert (len(desk.calls(before)), len(desk.calls(after)), desk.posts()) == (0, 1, 1)


def test_two_people_and_two_workers_make_one_call(desk: CallingDesk) -> None:
    target = desk.target()

    def ask() -> UUID | None:
        with suppress(CannotCall):
            return desk.ask(target)
        return None

    with ThreadPoolExecutor(4) as people:
        asked = list(filter(None, people.map(lambda _: ask(), range(8))))
    assert len(asked) == 1

    def work(fence: int) -> None:
        with suppress(LostLease):
            run = JobRun(UUID(int=fence), "calls.dial", desk.org_id, 1, fence, clock.now())
            outbound_jobs.dial(run, attempt_id=str(asked[0]))

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(1, 9)))
    assert (desk.posts(), len(desk.calls(target.number))) == (1, 1)
    assert desk.work_off(asked[0]).state in MADE


def test_over_the_limit_it_waits_and_is_dialled_later(desk: CallingDesk) -> None:
    number = somebody_awake()
    attempt = desk.ask(desk.target(number))
    body = {"message": "Over Concurrency Limit", "error": "Over Concurrency Limit", "statusCode": 400}
    desk.fault("status", status=400, body=body)
    waiting = desk.work_off(attempt)
    assert waiting.state == "asked" and "no line free" in waiting.note and waiting.line_until is None
    assert desk.work_off(attempt).state == "dialled"
    assert len(desk.calls(number)) == 1


def test_a_call_that_never_rang_for_want_of_a_line_is_made_again_under_a_new_name(desk: CallingDesk) -> None:
    attempt = desk.ask(desk.target())
    dialled = desk.work_off(attempt)
    (call,) = rows("select vendor_call_id from call_logs where id = :id", desk.org_id, id=dialled.call_id)
    ended = {
        "type": "status-update",
        "status": "ended",
        "endedReason": "call.start.error-subscription-concurrency-limit-reached",
        "call": {"id": call.vendor_call_id, "type": "outboundPhoneCall", "name": str(dialled.call_name)},
    }
    for _ in range(2):  # the second time it is nobody's any more
        with transaction(Claims.organization(desk.org_id)) as session:
            news = read_news(ended)
            assert news
            call_log.take_in(session, news, line=Line(desk.org_id), now=clock.now())
    again = desk.row(attempt)
    assert again.state == "asked" and again.call_id is None and again.call_name != dialled.call_name
    assert desk.work_off(attempt).state == "dialled" and desk.posts() == 2


def test_without_a_line_to_share_nothing_is_dialled(
    desk: CallingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAPI_LINES", "1")
    get_settings.cache_clear()
    attempt = desk.ask(desk.target())
    waiting = desk.work_off(attempt)
    assert (waiting.state, waiting.note, desk.posts()) == ("asked", dialling.NO_LINE, 0)
    assert waiting.due_at > clock.now()


def test_what_the_platform_refuses_has_failed(desk: CallingDesk) -> None:
    attempt = desk.ask(desk.target())
    desk.fault("status", status=400, body={"message": ["customer is odd"], "statusCode": 400})
    assert desk.work_off(attempt, times=3).state == "failed" and desk.posts() == 1


def test_consent_withdrawn_or_a_clinic_suspended_meanwhile_is_seen_at_the_last_moment(
    desk: CallingDesk,
) -> None:
    target = desk.target()
    attempt = desk.ask(target)
    later = clock.now() + timedelta(seconds=1)
    desk.within(
        lambda session: calling_consent.withdraw(
            session, org_id=desk.org_id, contact_id=target.contact_id, by=desk.person, now=later
        )
    )
    refused = desk.work_off(attempt)
    assert refused.state == "refused" and "took back" in refused.note
    with pytest.raises(CannotCall, match="took back"):
        desk.ask(target)
    waiting = desk.ask(desk.target(somebody_awake("0153")))
    rows(
        "update organizations set suspended_at = now() where id = :id returning 1",
        desk.org_id,
        id=desk.org_id,
    )
    suspended = desk.work_off(waiting)
    assert suspended.state == "refused" and "suspended" in suspended.note
    assert desk.posts() == 0


def test_it_can_be_stopped_as_long_as_it_waits_and_not_by_another_clinic(
    desk: CallingDesk, other_organization: Row[Any]
) -> None:
    attempt = desk.ask(desk.target())
    where: dict[str, Any] = {"attempt_id": attempt, "now": clock.now()}
    with pytest.raises(CannotStop), transaction(Claims.organization(other_organization.id)) as session:
        asking.stop(session, org_id=other_organization.id, **where)
    desk.within(lambda session: asking.stop(session, org_id=desk.org_id, **where))
    assert desk.work_off(attempt).state == "stopped" and desk.posts() == 0
    with pytest.raises(CannotStop):
        desk.within(lambda session: asking.stop(session, org_id=desk.org_id, **where))


@pytest.mark.parametrize("about", ["", "  ", "x" * 301, "Say {{now}}"])
def test_what_it_is_about_is_a_sentence(desk: CallingDesk, about: str) -> None:
    wish = asking.Wish(desk.target(), desk.agent_id, about, desk.person)
    with pytest.raises(CannotCall):
        desk.within(lambda session: asking.ask(session, wish, org_id=desk.org_id, now=clock.now()))
