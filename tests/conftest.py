"""What every test stands on: a migrated database, two organizations, and no network but this machine."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from sqlalchemy import Row

from tests import factories, people
from tests.people import Person
from tests.ports import free_port
from tests.shared_postgres import Database, migrated_database
from tests.wire.sandbox_process import running_sandbox as sandbox_process
from voxanne_app.embedded import processes
from voxanne_app.foundation.database import engine_for
from voxanne_app.foundation.settings import Settings, get_settings

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


class NetworkClosed(Exception):
    """A test tried to leave this machine. Let the sandbox play the vendor, on the wire."""


def pytest_configure() -> None:
    for name in (*Settings.model_fields, "database_owner_url"):
        os.environ.pop(name.upper(), None)
        os.environ.pop(f"{name.upper()}_FILE", None)
    os.environ["VOXANNE_ENV"] = "test"  # which also keeps `.env` out
    sys.addaudithook(_close_network)


def _close_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        reached, address = arguments
        host = address[0] if reached.family in (socket.AF_INET, socket.AF_INET6) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if host and not str(host).startswith(_LOOPBACK):
        raise NetworkClosed(
            f"{event} to {host!r}: tests reach loopback only. Let the sandbox play the vendor."
        )


@pytest.fixture(autouse=True)
def _settings_of_this_test() -> Iterator[None]:
    """Nobody reads what another test had set: its database may be gone."""
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A migrated database of this process; `DATABASE_URL` is its address as the app's role."""
    with pytest.MonkeyPatch.context() as environment, migrated_database(f"test_{os.getpid()}") as database:
        environment.setenv("DATABASE_URL", database.app_url)
        get_settings.cache_clear()
        yield database
        engine_for(database.app_url).dispose()
    get_settings.cache_clear()


@pytest.fixture
def organization(database: Database) -> Row[Any]:
    return factories.make_organization(name="Alder Street Dental")


@pytest.fixture
def other_organization(database: Database) -> Row[Any]:
    return factories.make_organization(name="Birchwood Physiotherapy")


@pytest.fixture
def alice(organization: Row[Any]) -> Person:
    return people.join(organization, full_name="Alice Alder", role="owner")


@pytest.fixture
def bob(organization: Row[Any]) -> Person:
    return people.join(organization, full_name="Bob Brook", role="staff")


@pytest.fixture
def charlie(other_organization: Row[Any]) -> Person:
    return people.join(other_organization, full_name="Charlie Birch", role="owner")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian's redis-server on a free port, set as production must be: it keeps every key or says no."""
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    options = f"--port {port} --bind 127.0.0.1 --dir {folder} --maxmemory-policy noeviction --save".split()
    server = subprocess.Popen(
        ["redis-server", *options, ""],
        stdout=subprocess.DEVNULL,
        preexec_fn=processes.dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - no thread runs yet
    )
    url = f"redis://127.0.0.1:{port}/0"
    redis.Redis.from_url(url, retry=Retry(ConstantBackoff(0.05), 100)).ping()
    yield url
    processes.stop(server, signal.SIGTERM, 5)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[str]:
    """The address of a sandbox that plays every vendor, and keeps nothing."""
    with sandbox_process() as address:
        yield address
