"""Huey with its two brokers, as the app's own role."""

import pickle
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from voxanne_app.foundation.job_broker import Broker, create_huey
from voxanne_app.foundation.job_line import Ticket
from voxanne_app.foundation.settings import get_settings

_RAN: list[tuple[UUID, int]] = []


@pytest.fixture(params=["postgres", "redis"])
def broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    if request.param == "redis":
        monkeypatch.setenv("REDIS_URL", request.getfixturevalue("redis_url"))
    get_settings.cache_clear()
    broker = Broker(lambda job_id, fence: _RAN.append((job_id, fence)))
    broker.huey.storage.flush_all()
    _RAN.clear()
    yield broker
    broker.huey.storage.close()
    monkeypatch.undo()
    get_settings.cache_clear()


def run_next(broker: Broker) -> None:
    task = broker.huey.dequeue()
    assert task is not None
    broker.huey.execute(task)


def test_a_ticket_comes_out_as_it_went_in(broker: Broker) -> None:
    job_id = uuid4()
    broker.give(Ticket(job_id, fence=7, turn=1))
    assert broker.length() == 1
    run_next(broker)
    assert [(job_id, 7)] == _RAN
    assert broker.length() == 0


def test_who_has_the_earlier_turn_overtakes(broker: Broker) -> None:
    flood, other = uuid4(), uuid4()
    for turn in (1, 2, 3):
        broker.give(Ticket(flood, fence=turn, turn=turn))
    broker.give(Ticket(other, fence=0, turn=1))
    for _ in range(4):
        run_next(broker)
    assert [job_id for job_id, _ in _RAN] == [flood, other, flood, flood]


def test_huey_times_a_retry(broker: Broker) -> None:
    broker.give_later(uuid4(), 1, 0.3)
    assert broker.huey.read_schedule() == []
    time.sleep(0.4)
    (task,) = broker.huey.read_schedule()
    broker.huey.execute(task)
    assert [fence for _, fence in _RAN] == [1]


def _explode() -> None:
    _RAN.append((uuid4(), -1))


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[()]]:
        return _explode, ()


def test_what_lies_in_the_broker_cannot_run_code(broker: Broker) -> None:
    broker.huey.storage.enqueue(pickle.dumps(_Bomb()))
    with pytest.raises(ValueError, match=r"decode|JSON|Expecting"):
        broker.huey.dequeue()
    assert _RAN == []


def test_two_installations_in_one_redis_do_not_take_each_others_work(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    names = set()
    for database in ("one", "two"):
        monkeypatch.setenv("DATABASE_URL", f"postgresql://app:x@127.0.0.1/{database}")
        get_settings.cache_clear()
        names.add(create_huey(get_settings()).name)
    monkeypatch.undo()
    get_settings.cache_clear()
    assert len(names) == 2
