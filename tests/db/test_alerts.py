"""Alerts: one row per lasting trouble, told once, resolved when it has stayed away."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, text

from tests import factories
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.monitoring import alert_news, alerts, failing_jobs
from voxanne_app.monitoring.ports import AlertNews, ChannelRefuses, ChannelUnavailable

_PLATFORM = Claims.system()


@pytest.fixture(autouse=True)
def _all_quiet(database: object) -> None:
    execute("delete from alerts")
    execute("delete from jobs")


def execute(statement: str, **values: Any) -> Any:
    with transaction(_PLATFORM) as session:
        return session.connection().execute(text(statement), values)


def raise_it(key: str = "tests.trouble", severity: Any = "warning", **values: Any) -> None:
    with transaction(_PLATFORM) as session:
        alerts.raise_alert(
            session, key=key, severity=severity, **{"title": "It is wrong", "body": "So wrong."} | values
        )


def clear_it(key: str = "tests.trouble") -> None:
    with transaction(_PLATFORM) as session:
        alerts.clear_alert(session, key)


def settle(after: timedelta = timedelta()) -> None:
    """As if `after` had passed."""
    execute("update alerts set cleared_at = cleared_at - cast(:after as interval)", after=after)
    with transaction(_PLATFORM) as session:
        alerts.settle(session)


def rows() -> list[Row[Any]]:
    return list(execute("select * from alerts order by raised_at, key"))


def asked_to_tell() -> int:
    return int(execute("select count(*) from jobs where name = 'monitoring.tell_alerts'").scalar_one())


class Notebook:
    """A channel that keeps what it is told, or does what a test wants instead."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.told: list[AlertNews] = []

    def tell(self, news: Any) -> None:
        if self.trouble:
            raise self.trouble
        self.told += news


def tell(channel: Notebook) -> list[tuple[str, str]]:
    with transaction(_PLATFORM) as session:
        news = alert_news.untold(session)
        alert_news.note_told(session, news, trouble=alert_news.tell(news, channel))
    return [(one.what, one.title) for one in channel.told]


def test_a_lasting_trouble_is_one_alert_that_is_counted() -> None:
    for _ in range(3):
        raise_it()
    raise_it("tests.other", body="Once.")
    assert [(row.key, row.times) for row in rows()] == [("tests.trouble", 3), ("tests.other", 1)]
    assert asked_to_tell() == 1


def test_operators_hear_of_it_once_and_again_when_it_has_ended() -> None:
    raise_it()
    assert tell(Notebook()) == [("raised", "It is wrong")]
    raise_it()
    assert tell(Notebook()) == []
    clear_it()
    settle(timedelta(minutes=6))
    assert tell(Notebook()) == [("resolved", "It is wrong")]
    assert tell(Notebook()) == []


def test_it_is_resolved_only_when_it_has_stayed_away() -> None:
    raise_it()
    clear_it()
    settle(timedelta(minutes=4))
    assert rows()[0].resolved_at is None
    settle(timedelta(minutes=1))
    assert rows()[0].resolved_at is not None


def test_what_flaps_stays_one_alert_and_must_stay_away_longer_each_time() -> None:
    raise_it()
    tell(Notebook())
    clear_it()
    raise_it()
    assert (rows()[0].cleared_at, tell(Notebook())) == (None, [])
    for minutes in (5, 10, 20):
        clear_it()
        settle(timedelta(minutes=minutes - 1))
        assert rows()[0].resolved_at is None
        settle(timedelta(minutes=1))
        assert rows()[0].resolved_at is not None
        raise_it()
    assert [(row.reopened, row.times) for row in rows()] == [(3, 5)]


def test_what_comes_back_much_later_is_a_new_alert() -> None:
    raise_it()
    execute("update alerts set resolved_at = now() - interval '2 hours', told_at = now(), cleared_at = now()")
    raise_it()
    assert [row.times for row in rows()] == [1, 1]


def test_a_warning_that_becomes_critical_is_news() -> None:
    raise_it()
    tell(Notebook())
    raise_it(severity="critical")
    assert tell(Notebook()) == [("raised", "It is wrong")]
    raise_it(severity="warning")
    assert tell(Notebook()) == []


def test_the_first_who_looks_after_it_stands_there(alice: Any, bob: Any) -> None:
    raise_it()
    with transaction(_PLATFORM) as session:
        for person in (alice, bob):
            alerts.acknowledge(session, rows()[0].id, person_id=person.person_id)
    assert rows()[0].acknowledged_by == alice.person_id


def test_numbers_and_addresses_never_stand_in_an_alert() -> None:
    raise_it(title="A call from +1 212 555 0199 failed", body="Write to dana@example.test")
    assert (rows()[0].title, rows()[0].body) == ("A call from [removed] failed", "Write to [removed]")


def test_a_channel_that_is_away_hears_it_later_and_one_that_refuses_is_left_alone() -> None:
    raise_it()
    with pytest.raises(ChannelUnavailable):
        tell(Notebook(ChannelUnavailable("away")))
    assert rows()[0].told_at is None
    assert tell(Notebook(ChannelRefuses("Slack refused it: 410."))) == []
    assert rows()[0].telling_trouble == "Slack refused it: 410."
    assert tell(Notebook()) == []


def test_what_was_over_before_anybody_heard_of_it_is_not_told() -> None:
    raise_it()
    clear_it()
    settle(timedelta(minutes=6))
    assert tell(Notebook()) == []


def test_an_organization_sees_no_alert_and_can_raise_none(alice: Any) -> None:
    raise_it()
    with transaction(alice.claims) as session:
        assert session.connection().execute(text("select count(*) from alerts")).scalar_one() == 0
        with pytest.raises(Exception, match="row-level security"):
            alerts.raise_alert(session, key="mine", title="T", body="", severity="warning")


def watch() -> dict[str, tuple[str, int]]:
    with transaction(_PLATFORM) as session:
        failing_jobs.watch(session)
    return {row.key: (row.severity, row.times) for row in rows() if row.cleared_at is None}


def test_operators_hear_of_jobs_whose_quick_retries_are_used_up_and_of_dead_ones() -> None:
    factories.make_job(name="calls.fetch", attempts=3)
    factories.make_job(name="calls.fetch", state="running", attempts=4)
    assert watch() == {}
    late = factories.make_job(name="calls.fetch", attempts=4)
    assert watch() == {"jobs.retrying.calls.fetch": ("warning", 1)}
    execute("update jobs set state = 'running', attempts = 5 where id = :id", id=late.id)
    assert watch() == {"jobs.retrying.calls.fetch": ("warning", 1)}
    execute("update jobs set state = 'dead', finished_at = now() where id = :id", id=late.id)
    assert watch() == {"jobs.dead.calls.fetch": ("critical", 1)}
    execute("delete from jobs")
    assert watch() == {}
