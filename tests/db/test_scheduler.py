from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from voxanne_app.foundation.cron_runs import Tick
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JOBS
from voxanne_app.scheduler import TICKS, Clock
from voxanne_app.worker import import_jobs

_HOURLY = Tick("tests.hourly", every=timedelta(hours=1))
_DAILY = Tick("tests.daily", every=timedelta(days=1), offset=timedelta(hours=4))
_START = datetime(2026, 10, 20, 12, 30, tzinfo=UTC)  # clocks change in Europe and in America within 30 days


@pytest.fixture(autouse=True)
def _nothing_taken() -> None:
    execute("delete from jobs")
    execute("delete from cron_runs")


def execute(statement: str, **values: Any) -> Any:
    with transaction(Claims.system()) as session:
        return session.connection().execute(text(statement), values)


def finish_all() -> None:
    execute("update jobs set state = 'done', finished_at = now() where state = 'waiting'")


def asked(name: str) -> int:
    return int(execute("select count(*) from jobs where name = :name", name=name).scalar())


def test_two_clocks_over_thirty_days_with_restarts_take_each_tick_once() -> None:
    clocks = [Clock((_HOURLY, _DAILY)), Clock((_HOURLY, _DAILY))]
    now = _START
    while now < _START + timedelta(days=30):
        for number, clock in enumerate(clocks):
            clock.look(now)
            if now.hour == 7 * number:
                clocks[number] = Clock((_HOURLY, _DAILY))  # restarted: it has forgotten what it saw
        finish_all()
        now += timedelta(minutes=30)
    # and the ones that were current at the start
    assert asked("tests.hourly") == 30 * 24 + 1
    assert asked("tests.daily") == 30 + 1


def test_a_clock_that_was_away_takes_the_latest_tick_when_it_is_back() -> None:
    clock = Clock((_DAILY,))
    clock.look(_START)
    finish_all()
    clock.look(_START + timedelta(days=5))
    assert asked("tests.daily") == 2


def test_a_tick_is_not_taken_when_what_it_causes_could_not_be_written() -> None:
    clock = Clock((_HOURLY,))
    with pytest.MonkeyPatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr("voxanne_app.scheduler.job_queue.enqueue", lambda *_, **__: 1 / 0)
        clock.look(_START)
    assert execute("select count(*) from cron_runs").scalar() == 0
    clock.look(_START)
    assert asked("tests.hourly") == 1


def test_everything_that_the_clock_asks_for_is_done_by_somebody() -> None:
    import_jobs()
    assert {tick.job for tick in TICKS} <= JOBS.keys()
