"""A worker that is killed while the platform dials, for real: whoever comes after it rings nobody again."""

import httpx
import pytest

from tests import factories
from tests.calling_desk import connected_desk, somebody_awake
from tests.faults.background import Ledger, running, wait_until
from tests.shared_postgres import Database
from tests.wire.sandbox_process import running_sandbox

PRODUCT = "voxanne_app.worker"


def test_a_killed_worker_is_followed_by_one_that_looks_and_never_dials(
    own_database: Database, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = factories.make_organization(name="Alder Street Dental")
    with (
        running_sandbox() as url,
        httpx.Client(base_url=url, timeout=30) as sandbox,
        connected_desk(sandbox, organization, monkeypatch) as desk,
    ):
        number = somebody_awake()
        desk.fault("slow", seconds=300)  # three, at this sandbox's pace: it dials after the worker is gone
        attempt = desk.ask(desk.target(number))
        with running(PRODUCT):
            wait_until(lambda: desk.posts() == 1, "the platform is asked")
        assert desk.row(attempt).state == "dialling" and desk.calls(number) == []
        with running(PRODUCT):
            made = ("dialled", "ended")
            wait_until(lambda: desk.row(attempt).state in made, "the second one has found the call")
            wait_until(lambda: ledger.unfinished() == 0, "nothing is left to do")
        assert (desk.posts(), len(desk.calls(number))) == (1, 1)
