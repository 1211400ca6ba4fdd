"""The sandbox as a real process on a free port."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

REPOSITORY = Path(__file__).parents[2]
STARTS_WITHIN_SECONDS = 10


@contextmanager
def running_sandbox(
    seed: Mapping[str, Any] | None = None,
    *,
    state_dir: Path | None = None,
    port: int | None = None,
    code: Path = REPOSITORY,
) -> Iterator[str]:
    """Yields the address, without a slash at the end. Without `state_dir` it forgets everything.

    `code` is where the package lies that is run.
    """
    with TemporaryDirectory() as directory:
        port = port or free_port()
        seed_file = Path(directory) / "seed.json"
        seed_file.write_text(json.dumps(seed or {}))
        command = [sys.executable, "-m", "voxanne_app.sandbox", "--port", str(port), "--seed", str(seed_file)]
        command += ["--state-dir", str(state_dir)] if state_dir else []
        process = subprocess.Popen(command, cwd=code)
        try:
            base_url = f"http://127.0.0.1:{port}"
            _wait_until_up(base_url, process)
            yield base_url
        finally:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(base_url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{base_url}/_sandbox/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError(f"the sandbox did not start at {base_url}; it ended with {process.poll()}")
