"""The same behaviour from the cache of one process and from the shared one in a real Redis."""

import time
from uuid import uuid4

import pytest

from voxanne_app.foundation.cache import Cache, ProcessCache, RedisCache
from voxanne_app.foundation.ttl_cache import TtlCache


@pytest.fixture(params=["process", "redis"])
def cache(request: pytest.FixtureRequest) -> Cache:
    if request.param == "process":
        return ProcessCache()
    return RedisCache(request.getfixturevalue("redis_url"))


@pytest.fixture
def key() -> str:
    return str(uuid4())


def test_what_was_set_is_there_until_its_time_is_over(cache: Cache, key: str) -> None:
    cache.set("platform", key, {"a": [1, None, "é"]}, 1)
    assert cache.get("platform", key) == {"a": [1, None, "é"]}
    time.sleep(1.05)
    assert cache.get("platform", key) is None


def test_organizations_do_not_see_each_others_values(cache: Cache, key: str) -> None:
    mine, theirs = uuid4(), uuid4()
    cache.set(mine, key, "mine", 60)
    assert (cache.get(mine, key), cache.get(theirs, key), cache.get("platform", key)) == ("mine", None, None)


def test_what_was_deleted_is_gone(cache: Cache, key: str) -> None:
    cache.set("platform", key, 1, 60)
    cache.delete("platform", key)
    assert cache.get("platform", key) is None


def test_a_value_cannot_be_changed_from_outside(cache: Cache, key: str) -> None:
    value = [1]
    cache.set("platform", key, value, 60)
    value.append(2)
    assert cache.get("platform", key) == [1]


def test_a_count_goes_up_and_down_and_starts_again_after_its_window(cache: Cache, key: str) -> None:
    assert [cache.count("platform", key, 1) for _ in range(3)] == [1, 2, 3]
    assert cache.count("platform", key, 1, by=-1) == 2
    time.sleep(1.05)
    assert cache.count("platform", key, 1) == 1


def test_counting_on_does_not_move_the_end_of_the_window(cache: Cache, key: str) -> None:
    cache.count("platform", key, 2)
    time.sleep(1.2)
    cache.count("platform", key, 2)
    time.sleep(1)
    assert cache.count("platform", key, 2) == 1


def test_a_deleted_count_starts_again(cache: Cache, key: str) -> None:
    cache.count("platform", key, 60)
    cache.delete("platform", key)
    assert cache.count("platform", key, 60) == 1


def test_two_processes_share_what_lies_in_redis(redis_url: str, key: str) -> None:
    RedisCache(redis_url).set("platform", key, "shared", 60)
    assert RedisCache(redis_url).get("platform", key) == "shared"


def test_without_redis_the_cache_is_empty_and_counts_go_on() -> None:
    away = RedisCache("redis://127.0.0.1:1/0")
    away.set("platform", "key", 1, 60)
    assert away.get("platform", "key") is None
    assert [away.count("platform", "count", 60) for _ in range(2)] == [1, 2]


def test_a_full_cache_forgets_what_was_unused_longest() -> None:
    small: TtlCache[str, int] = TtlCache(max_entries=2)
    small.set("a", 1, 60)
    small.set("b", 2, 60)
    small.get("a")
    small.set("c", 3, 60)
    assert [small.get(key) for key in "abc"] == [1, None, 3]
