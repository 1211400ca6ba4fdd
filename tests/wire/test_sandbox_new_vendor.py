"""A toy vendor, added by the recipe in docs/recipes.md: one folder, and one line elsewhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.wire.sandbox_process import REPOSITORY, running_sandbox

README = "# Toy, played\n\n**What it is used for.** Ringing a bell.\n"
VENDOR = """
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from voxanne_app.sandbox.fields import Fields
from voxanne_app.sandbox.world import Json, Preset


class Toy:
    name = "toy"
    presets = (Preset("toy_is_broken", "The toy is broken", ({"vendor": "toy", "mode": "status"},)),)

    def __init__(self, world):
        self._world, self._rings = world, world.store.shelf("toy.rings")
        self._sound = "ding"

    def routes(self):
        return [Route("/bell", self.ring, methods=["POST"])]

    def control_routes(self):
        return [Route("/toy", self.rung)]

    def seed(self, given):
        fields = Fields(given, "'toy'")
        self._sound = fields.text("sound") or self._sound
        fields.finish()

    def reset(self):
        self._rings.clear()

    async def ring(self, request):
        self._rings.put(str(len(self._rings)), {"at": self._world.clock.now()})
        return PlainTextResponse(self._sound)

    async def rung(self, request):
        return Json({"times": len(self._rings)})
"""
LINE = '    "toy.vendor:Toy",\n'


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The sandbox as it is, in another place, with the toy in it."""
    copy = tmp_path_factory.mktemp("copy")
    package = copy / "voxanne_app" / "sandbox"
    shutil.copytree(REPOSITORY / "voxanne_app" / "sandbox", package)
    (copy / "voxanne_app" / "__init__.py").touch()
    add_toy(package)
    with (
        running_sandbox({"toy": {"sound": "dong"}}, code=copy) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def add_toy(package: Path) -> None:
    (package / "toy").mkdir()
    (package / "toy" / "__init__.py").touch()
    (package / "toy" / "README.md").write_text(README)
    (package / "toy" / "vendor.py").write_text(VENDOR)
    vendors = package / "vendors.py"
    before, found, after = vendors.read_text().partition("VENDORS = (\n")
    vendors.write_text(before + found + LINE + after)


def test_a_new_vendor_answers_beside_the_others(sandbox: httpx.Client) -> None:
    played = sandbox.get("/_sandbox/health").json()["vendors"]
    assert played == ["toy", "vapi", "supabase", "slack", "sentry", "s3"]
    assert sandbox.post("/toy/bell").text == "dong"
    assert sandbox.get("/_sandbox/toy").json() == {"times": 1}


def test_a_new_vendor_is_in_the_journal(sandbox: httpx.Client) -> None:
    sandbox.post("/toy/bell", content=b"{}")
    entry = sandbox.get("/_sandbox/journal", params={"vendor": "toy"}).json()["entries"][-1]
    assert (entry["path"], entry["body"], entry["status"], entry["answer"]) == ("/toy/bell", {}, 200, "dong")


def test_a_new_vendor_has_bad_days(sandbox: httpx.Client) -> None:
    assert {"name": "toy_is_broken", "title": "The toy is broken"} in sandbox.get("/_sandbox/vendors").json()[
        "presets"
    ]
    sandbox.post("/_sandbox/faults", json={"preset": "toy_is_broken"}).raise_for_status()
    assert sandbox.post("/toy/bell").status_code == 503
    sandbox.post("/_sandbox/reset").raise_for_status()
    assert sandbox.get("/_sandbox/toy").json() == {"times": 0}


def test_the_seed_of_a_new_vendor_is_checked_by_itself(sandbox: httpx.Client) -> None:
    answer = sandbox.post("/_sandbox/seed", json={"toy": {"colour": "red"}})
    assert answer.status_code == 400 and answer.json()["error"] == "'toy' has unknown fields: colour"
