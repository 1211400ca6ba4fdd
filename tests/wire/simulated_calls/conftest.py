"""A clinic that listens to the sandbox's simulated calls, and a front desk that answers them."""

from collections.abc import Iterator

import httpx
import pytest

from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_clinic import Desk
from tests.wire.sandbox_listener import Listener, listening
from tests.wire.sandbox_process import running_sandbox


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture(scope="module")
def sandbox(listener: Listener) -> Iterator[httpx.Client]:
    with running_sandbox(clinic.seed(listener.url)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def desk(listener: Listener, sandbox: httpx.Client) -> Desk:
    desk = Desk()
    sandbox.post("/_sandbox/reset").raise_for_status()
    listener.received.clear(), listener.headers.clear(), listener.bodies.clear()
    listener.reply = desk.reply
    return desk
