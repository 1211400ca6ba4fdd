"""Rows of `jobs`: asked for, taken, done once, tried again, put aside."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from voxanne_app.foundation import clock, job_line, job_rows
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_attempt import perform
from voxanne_app.foundation.job_queue import JobRun, LostLease, PermanentError, enqueue, job
from voxanne_app.foundation.job_rows import StartedJob

_PLATFORM = Claims.system()


@pytest.fixture(autouse=True)
def _empty_queue() -> None:
    execute("delete from jobs")


def execute(statement: str, claims: Claims = _PLATFORM, **values: Any) -> Any:
    with transaction(claims) as session:
        return session.connection().execute(text(statement), values)


def rows() -> list[Row[Any]]:
    with transaction(_PLATFORM) as session:
        return list(session.connection().execute(text("select * from jobs order by created_at, id")))


def ask(name: str = "tests.db.any", org_id: UUID | None = None, **options: Any) -> None:
    with transaction(Claims.organization(org_id) if org_id else _PLATFORM) as session:
        enqueue(session, name, options.pop("arguments", {}), org_id=org_id, **options)


def start_next() -> StartedJob:
    (ticket,) = job_line.take_next(1)
    started = start(ticket.job_id, ticket.fence)
    assert started
    return started


def start(job_id: UUID, fence: int) -> StartedJob | None:
    with transaction(_PLATFORM) as session:
        return job_rows.start(session, job_id, fence)


def run_of(started: StartedJob) -> JobRun:
    return JobRun(started.job_id, started.name, started.org_id, started.attempt, started.fence, clock.now())


def worker_dies() -> None:
    execute("update jobs set lease_until = now() - interval '1 second' where state = 'running'")
    with transaction(_PLATFORM) as session:
        job_rows.take_from_the_dead(session)


def huey_forgets() -> None:
    execute("update jobs set queued_until = now() - interval '1 second'")


def test_a_job_asked_for_in_a_transaction_that_fails_was_never_asked_for(organization) -> None:
    with pytest.raises(ZeroDivisionError), transaction(Claims.organization(organization.id)) as session:
        enqueue(session, "tests.db.any", {}, org_id=organization.id)
        raise ZeroDivisionError
    assert rows() == []


def test_an_organization_cannot_ask_for_work_in_anothers_name(organization, other_organization) -> None:
    claims = Claims.organization(organization.id)
    with pytest.raises(Exception, match="row-level security"), transaction(claims) as session:
        enqueue(session, "tests.db.any", {}, org_id=other_organization.id)


def test_waiting_work_is_not_asked_for_twice_by_its_key(organization, other_organization) -> None:
    for org_id in (organization.id, organization.id, other_organization.id, None, None):
        ask(org_id=org_id, unique_key="sync")
    ask("tests.db.other", organization.id, unique_key="sync")
    ask(org_id=organization.id)
    ask(org_id=organization.id)
    assert len(rows()) == 6


def test_work_asked_for_while_it_runs_runs_once_more_afterwards(organization) -> None:
    ask(org_id=organization.id, unique_key="sync")
    first = start_next()
    ask(org_id=organization.id, unique_key="sync")
    (ticket,) = job_line.take_next(1)
    assert start(ticket.job_id, ticket.fence) is None, "two at once"
    with run_of(first).finish():
        pass
    execute("update jobs set due_at = now() where state = 'waiting'")
    assert start_next().job_id != first.job_id


@pytest.mark.parametrize("ending", ["fails", "dies"])
def test_work_asked_for_anew_stands_for_the_run_that_did_not_make_it(organization, ending: str) -> None:
    ask(org_id=organization.id, unique_key="sync")
    first = start_next()
    ask(org_id=organization.id, unique_key="sync")
    if ending == "dies":
        worker_dies()
    else:
        with transaction(_PLATFORM) as session:
            assert job_rows.retry(session, first.job_id, first.fence, error="x", delay=1, queued_for=1)
    assert sorted(row.state for row in rows()) == ["done", "waiting"]


def test_a_job_is_not_given_out_before_it_is_due(organization) -> None:
    ask(org_id=organization.id, due_at=clock.now() + timedelta(minutes=1))
    assert not job_line.anything_due()
    assert job_line.take_next(5) == []


def test_a_job_is_given_to_huey_once_and_again_when_huey_may_have_lost_it(organization) -> None:
    ask(org_id=organization.id)
    (ticket,) = job_line.take_next(5)
    assert job_line.take_next(5) == []
    assert not job_line.anything_due()
    huey_forgets()
    assert job_line.take_next(5) == [ticket]


def test_two_tickets_for_one_job_start_it_once(organization) -> None:
    ask(org_id=organization.id)
    (ticket,) = job_line.take_next(5)
    assert start(ticket.job_id, ticket.fence)
    assert start(ticket.job_id, ticket.fence) is None


def test_organizations_take_turns_however_long_ones_line_is(organization, other_organization) -> None:
    for _ in range(50):
        ask(org_id=organization.id)
    for _ in range(2):
        ask(org_id=other_organization.id)
    ask(org_id=None)
    turns = job_line.take_next(6)
    owner = {row.id: row.org_id for row in rows()}
    assert sorted(ticket.turn for ticket in turns) == [1, 1, 1, 2, 2, 3]
    assert [owner[ticket.job_id] for ticket in turns].count(other_organization.id) == 2
    assert [owner[ticket.job_id] for ticket in turns[:3]].count(organization.id) == 1


def test_what_an_organization_has_underway_counts_as_its_turn(organization, other_organization) -> None:
    for _ in range(10):
        ask(org_id=organization.id)
    for ticket in job_line.take_next(5):
        start(ticket.job_id, ticket.fence)
    ask(org_id=other_organization.id)
    first, *_ = job_line.take_next(5)
    assert (first.turn, first.job_id) == (1, rows()[-1].id)


def test_effect_and_done_are_one_transaction(organization) -> None:
    ask(org_id=organization.id)
    run = run_of(start_next())
    with pytest.raises(ZeroDivisionError), run.finish() as session:
        session.connection().execute(text("update organizations set name = 'Half-way'"))
        raise ZeroDivisionError
    assert rows()[0].state == "running"
    with run.finish() as session:
        session.connection().execute(text("update organizations set name = 'Done'"))
    assert rows()[0].state == "done"
    assert execute("select name from organizations where id = :id", id=organization.id).scalar() == "Done"


def test_a_job_acts_for_its_own_organization_only(organization, other_organization) -> None:
    ask(org_id=organization.id)
    with run_of(start_next()).finish() as session:
        seen = session.connection().execute(text("select id from organizations")).scalars().all()
    assert seen == [organization.id]


def test_a_zombie_writes_nothing_after_its_job_was_taken_over(organization) -> None:
    ask(org_id=organization.id)
    zombie = run_of(start_next())
    worker_dies()
    heir = run_of(start_next())
    with pytest.raises(LostLease), zombie.finish():
        pytest.fail("the zombie was let in")
    with heir.finish():
        pass
    with pytest.raises(LostLease), zombie.finish():
        pytest.fail("the zombie was let in")
    assert (rows()[0].state, rows()[0].kills) == ("done", 1)


def test_a_lease_that_is_kept_is_not_taken(organization) -> None:
    ask(org_id=organization.id)
    started = start_next()
    execute("update jobs set lease_until = now() + interval '10 ms'")
    with transaction(_PLATFORM) as session:
        job_rows.extend(session, [started])
    execute("select pg_sleep(0.05)")
    with transaction(_PLATFORM) as session:
        assert job_rows.take_from_the_dead(session) == 0


def test_keeping_leases_does_not_wait_for_a_job_that_is_just_finishing(organization) -> None:
    ask(org_id=organization.id)
    started = start_next()
    with run_of(started).finish(), transaction(_PLATFORM) as session:
        session.connection().execute(text("set local lock_timeout = '100ms'"))
        job_rows.extend(session, [started])
        assert job_rows.take_from_the_dead(session) == 0


def test_what_is_handed_back_can_start_at_once_and_has_lost_no_attempt(organization) -> None:
    ask(org_id=organization.id)
    before = start_next()
    with transaction(_PLATFORM) as session:
        job_rows.hand_back(session, before.job_id, before.fence)
    again = start_next()
    assert (again.attempt, again.kills) == (1, 0)
    with pytest.raises(LostLease), run_of(before).finish():
        pytest.fail("it was handed back")


def test_a_job_whose_workers_keep_dying_is_put_aside_at_last(organization) -> None:
    ask(org_id=organization.id)
    for _ in range(job_rows.MOST_KILLS):
        start_next()
        worker_dies()
    (row,) = rows()
    assert (row.state, row.kills) == ("dead", job_rows.MOST_KILLS)
    assert row.finished_at
    failures = execute("select count(*) from job_failures where job_id = :id", id=row.id).scalar()
    assert failures == job_rows.MOST_KILLS


@job("tests.db.fails")
def _fails(run: JobRun, *, patient: str) -> None:
    raise ConnectionError(f"could not reach {patient}")


@job("tests.db.refuses")
def _refuses(run: JobRun) -> None:
    raise PermanentError("The clinic has no calendar.")


@job("tests.db.does nothing")
def _does_nothing(run: JobRun) -> None:
    assert run.attempt == 1


def test_a_job_that_only_returns_is_done(organization) -> None:
    ask("tests.db.does nothing", organization.id)
    perform(start_next())
    assert rows()[0].state == "done"


def test_a_failure_is_tried_again_and_every_attempt_is_kept_without_what_it_said(organization) -> None:
    ask("tests.db.fails", organization.id, arguments={"patient": "Pat Doe"})
    later: list[tuple[UUID, int, float]] = []
    for _ in range(2):
        perform(start_next(), lambda *when: later.append(when))
        execute("update jobs set due_at = now(), queued_until = null")
    (row,) = rows()
    assert (row.state, row.attempts, row.finished_at) == ("waiting", 2, None)
    assert [(when[:2], round(when[2]) in (2, 3, 4, 5)) for when in later] == [
        ((row.id, 1), True),
        ((row.id, 2), True),
    ]
    kept = execute("select attempt, error from job_failures where job_id = :id order by attempt", id=row.id)
    assert [(attempt, error.split()[0]) for attempt, error in kept] == [
        (1, "ConnectionError"),
        (2, "ConnectionError"),
    ]
    assert "Pat" not in row.last_error


def test_a_retry_is_hueys_alone_until_huey_is_late(organization) -> None:
    ask("tests.db.fails", organization.id, arguments={"patient": "x"})
    perform(start_next(), lambda *_: None)
    execute("update jobs set due_at = now()")
    assert job_line.take_next(5) == []
    huey_forgets()
    assert len(job_line.take_next(5)) == 1


def test_without_huey_the_table_times_a_retry(organization) -> None:
    ask("tests.db.fails", organization.id, arguments={"patient": "x"})
    perform(start_next())
    execute("update jobs set due_at = now()")
    assert len(job_line.take_next(5)) == 1


def test_a_job_that_cannot_succeed_goes_to_the_dead_letters_at_once(organization) -> None:
    ask("tests.db.refuses", organization.id)
    perform(start_next())
    (row,) = rows()
    assert (row.state, row.last_error) == ("dead", "PermanentError: The clinic has no calendar.")


def test_a_job_that_failed_for_a_day_goes_to_the_dead_letters(organization) -> None:
    ask("tests.db.fails", organization.id, arguments={"patient": "x"})
    for _ in range(12):
        execute("update jobs set due_at = now(), queued_until = null")
        perform(start_next())
    assert rows()[0].state == "dead"


def test_a_job_that_this_version_does_not_know_waits_for_one_that_does(organization) -> None:
    ask("tests.db.of tomorrow", organization.id)
    perform(start_next())
    assert (rows()[0].state, rows()[0].last_error.split(":")[0]) == ("waiting", "UnknownJob")
