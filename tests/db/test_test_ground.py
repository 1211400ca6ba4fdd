"""The ground the other tests stand on."""

import socket

import pytest
from redis import Redis
from sqlalchemy import text

from tests.people import Person
from voxanne_app.foundation.database import Claims, transaction


def test_tests_connect_as_the_role_that_the_product_runs_as() -> None:
    with transaction(Claims.nobody()) as session:
        assert session.connection().scalar(text("select current_user")) == "voxanne_app"


def test_alice_and_bob_share_a_clinic_and_charlie_sees_another(
    alice: Person, bob: Person, charlie: Person
) -> None:
    for person, expected in ((alice, 2), (bob, 2), (charlie, 1)):
        with transaction(person.claims) as session:
            assert session.connection().scalar(text("select count(*) from memberships")) == expected


@pytest.mark.parametrize(
    "leave",
    [lambda: socket.create_connection(("192.0.2.1", 80)), lambda: socket.getaddrinfo("api.vapi.ai", 443)],
)
def test_a_test_that_leaves_this_machine_is_stopped(leave) -> None:
    with pytest.raises(Exception, match="tests reach loopback only"):
        leave()


def test_redis_refuses_to_forget_keys(redis_url: str) -> None:
    assert Redis.from_url(redis_url).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
