"""What `voxanne up` tells: people by its lines in the terminal, programs by `run.json`."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from voxanne_app.embedded import data_directory, processes
from voxanne_app.foundation.settings import Settings

FILE = "run.json"


class NothingRuns(Exception):
    """There is no running instance here; the message says how to start one."""


class Demo(Protocol):
    """What the demo's seed tells about itself; both lists as `run.json` has them."""

    @property
    def organizations(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def sign_ins(self) -> Sequence[Mapping[str, str]]: ...

    def sandbox_seed(self, settings: Settings) -> dict[str, dict[str, Any]]:
        """The vendors' side of the demo by vendor, as the sandbox's README has it, without keys."""
        ...


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A line of progress: what is going on, and then how long it took."""
    if sys.stdout.isatty():
        print(f"  {name} …", end="\r", flush=True)
    started = time.monotonic()
    yield
    say(f"{name:<24} ready {time.monotonic() - started:5.1f} s")


def say(text: str) -> None:
    """A line of its own, over what a stage in progress has written."""
    print(("\r\033[K" if sys.stdout.isatty() else "") + f"  {text}", flush=True)


def write(
    data_dir: Path, settings: Settings, owner_url: str | None, pids: dict[str, int], demo: Demo | None
) -> None:
    """`run.json` for tests and tools on this machine. It holds passwords, so there is none in production."""
    if settings.voxanne_env == "production":
        return
    known = {
        "url": settings.public_url,
        "sandbox_url": settings.voxanne_sandbox_url,
        "database_url": settings.require_database_url(),
        "database_owner_url": owner_url,
        "redis_url": settings.redis_url.get_secret_value() if settings.redis_url else None,
        "pids": pids,
        "vapi_webhook_secret": settings.require_list("vapi_webhook_secrets")[0],
        "metrics_token": settings.require("metrics_token"),
        "organizations": demo.organizations if demo else [],
        "sign_ins": demo.sign_ins if demo else [],
    }
    data_directory.write_private(data_dir / FILE, json.dumps(known, indent=2, default=str))


def running(data_dir: Path) -> dict[str, Any]:
    """What `run.json` says of the instance that runs here. Raises NothingRuns."""
    try:
        known: dict[str, Any] = json.loads((data_dir / FILE).read_text())
    except (OSError, ValueError):
        known = {}
    # An instance that was killed leaves its file behind.
    if not any(processes.is_running(pid) for pid in known.get("pids", {}).values()):
        raise NothingRuns(f"Nothing runs with the data in {data_dir}: start it with `voxanne up`.")
    return known


def introduce(settings: Settings, demo: Demo | None, logs: Path) -> None:
    print(f"\n  {settings.public_url}\n")
    if demo:
        print("  Sign in as")
    for person in demo.sign_ins if demo else ():
        who = ", ".join(filter(None, (person["role"], person["organization"])))
        print(f"    {person['email']:<34} {person['password']:<28} {who}")
    if settings.voxanne_sandbox_url:
        print(f"\n  The vendors are played by {settings.voxanne_sandbox_url}/_sandbox/")
    print(f"  Logs: {logs}    Ctrl-C stops everything.\n", flush=True)
