"""The whole product, as `voxanne up` runs it, in a data directory of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports import free_pair_of_ports
from tests.shared_postgres import ROOT
from voxanne_app.embedded import processes

# The first start builds the front end.
_STARTING_SECONDS = 400.0


class DidNotStart(Exception):
    """Holds what `voxanne up` said."""


@dataclass(frozen=True)
class RunningApp:
    """`run` is what run.json says: addresses, pids, demo organizations and sign-ins."""

    url: str
    data_dir: Path
    run: dict[str, Any]

    def sign_in(self, role: str, *, clinic: int = 0) -> dict[str, str]:
        """The demo's e-mail and password of `role` in the first, second … clinic."""
        organization = self.run["organizations"][clinic]["name"]
        for entry in self.run["sign_ins"]:
            if entry["role"] == role and (role == "platform" or entry["organization"] == organization):
                return dict(entry)
        raise LookupError(f"The demo has no {role} of {organization}.")

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@contextmanager
def running_app(data_dir: Path, **environment: str) -> Iterator[RunningApp]:
    """Starts it, waits until it is ready, and stops it as Ctrl-C would."""
    data_dir.mkdir(parents=True, exist_ok=True)
    output = data_dir / "up.log"
    port = free_pair_of_ports()
    with output.open("w") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "voxanne_app.cli", "up", "--port", str(port)],
            cwd=ROOT,
            env=_clean_environment() | {"VOXANNE_DATA_DIR": str(data_dir)} | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - see its docstring
        )
    try:
        run = _wait_for(data_dir / "run.json", up, output)
        yield RunningApp(run["url"], data_dir, run)
    finally:
        processes.stop(up, signal.SIGINT, 30)


def _clean_environment() -> dict[str, str]:
    """This process's settings are those of its own tests."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_URL"))
    }


def _wait_for(run_file: Path, up: "subprocess.Popen[bytes]", output: Path) -> dict[str, Any]:
    deadline = time.monotonic() + _STARTING_SECONDS
    while not run_file.exists():
        if up.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(output.read_text()[-3000:])
        time.sleep(0.1)
    return dict(json.loads(run_file.read_text()))
