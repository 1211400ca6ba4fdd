"""`voxanne up` through the deaths of its processes, and its own."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_pair_of_ports
from voxanne_app.embedded import data_directory, processes
from voxanne_app.embedded.child import Child

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ("web", "worker", "scheduler", "sandbox")


def wait_until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
    return value


class Instance:
    """`voxanne up` in a data directory and on ports of its own."""

    def __init__(self) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="voxanne-up-"))
        self.port = free_pair_of_ports()
        self.start()

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        environment |= {"VOXANNE_DATA_DIR": str(self.data_dir), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "voxanne_app.cli", "up", "--no-demo", "--port", str(self.port)]
        with (self.data_dir / "up.out").open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        wait_until(lambda: self.run_file() or self.process.poll() is not None, 110)
        assert self.process.poll() is None, self.said()

    def run_file(self) -> dict[str, Any]:
        file = self.data_dir / "run.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def pids(self) -> dict[str, int]:
        postmaster = int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        return self.run_file()["pids"] | {"database": postmaster}

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as reply:
                return reply.url.endswith("/readyz")
        except OSError:
            return False

    def said(self) -> str:
        return (self.data_dir / "up.out").read_text()

    def remove(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.data_dir)


@pytest.fixture(scope="module")
def only_instance() -> Iterator[Instance]:
    instance = Instance()
    yield instance
    instance.remove()


@pytest.fixture
def instance(only_instance: Instance) -> Instance:
    """One that runs: the test before may have ended it."""
    if only_instance.process.poll() is not None:
        only_instance.start()
    return only_instance


def test_each_process_that_is_killed_is_started_again_with_its_reason_shown(instance: Instance) -> None:
    before = instance.pids()
    assert set(before) == {*PROCESSES, "database"}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not set(instance.pids().values()) & set(before.values()))
    wait_until(instance.is_ready, 60)
    for name in before:
        assert f"{name} was killed by SIGKILL; starting it again" in instance.said()


def test_ctrl_c_ends_everything_and_a_second_start_takes_seconds(instance: Instance) -> None:
    pids = instance.pids()
    instance.process.send_signal(signal.SIGINT)
    assert instance.process.wait(30) == 0
    assert not any(processes.is_running(pid) for pid in pids.values())
    assert not instance.run_file()
    started = time.monotonic()
    instance.start()
    assert instance.is_ready()
    assert time.monotonic() - started < 20


def test_no_process_outlives_a_supervisor_that_is_killed(instance: Instance) -> None:
    pids = instance.pids()
    instance.process.kill()
    instance.process.wait()
    wait_until(lambda: not any(processes.is_running(pid) for pid in pids.values()))
    wait_until(lambda: data_directory.port_is_free(instance.port))


def test_two_instances_run_side_by_side(instance: Instance) -> None:
    other = Instance()
    try:
        assert instance.is_ready()
        assert other.is_ready()
        assert instance.run_file()["database_url"] != other.run_file()["database_url"]
        assert stat.S_IMODE((other.data_dir / "run.json").stat().st_mode) == 0o600
    finally:
        other.remove()


def test_a_port_that_is_taken_is_named_with_what_to_do(instance: Instance) -> None:
    command = [sys.executable, "-m", "voxanne_app.cli", "up", "--no-demo", "--port", str(instance.port)]
    environment = os.environ | {"VOXANNE_DATA_DIR": str(instance.data_dir / "other")}
    second = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"Port {instance.port} is taken. Choose another one: voxanne up --port" in second.stderr


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[[str], Child]]:
    started: list[Child] = []

    def start(program: str) -> Child:
        child = Child("worker", [sys.executable, "-c", program], tmp_path / "worker.log")
        started.append(child)
        child.start()
        return child

    yield start
    for child in started:
        child.stop(0.1)


def test_a_process_that_keeps_dying_is_started_less_and_less_often(child: Callable[[str], Child]) -> None:
    dying = child("import sys; print('no database'); sys.exit(3)")
    reasons = [wait_until(dying.look_after) for _ in range(3)]
    for reason, pause in zip(reasons, ("0.2", "0.5", "1"), strict=True):
        assert reason.startswith(
            f"worker ended with exit code 3; starting it again in {pause} s. It last said:"
        )
        assert "no database" in reason


def test_only_whole_lines_of_warnings_and_errors_reach_the_terminal(
    child: Callable[[str], Child],
) -> None:
    talking = child(
        "import sys, time\n"
        "for text in ('INFO ready\\n', 'WARNING slow\\n', '{\"level\": \"error\", \"n\"', ': 1}\\n'):\n"
        "    print(text, end='', flush=True); time.sleep(0.2)\n"
        "time.sleep(60)"
    )
    news: list[str] = []
    wait_until(lambda: news.extend(talking.news()) or len(news) == 2)
    assert news == ["WARNING slow", '{"level": "error", "n": 1}']


def test_what_a_process_started_ends_with_it(child: Callable[[str], Child], tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    parent = child(
        "import subprocess, time\n"
        f"print(subprocess.Popen(['sleep', '60']).pid, file=open({str(pid_file)!r}, 'w', buffering=1))\n"
        "time.sleep(60)"
    )
    grandchild = int(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
    os.kill(parent.pid, signal.SIGKILL)
    wait_until(parent.look_after)
    wait_until(lambda: not processes.is_running(grandchild))
