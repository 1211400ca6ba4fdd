"""The embedded Postgres through crashes: real servers in data directories of their own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from voxanne_app.embedded import data_directory, databases, postgres, processes, unprivileged


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not tmp_path: for root, Postgres runs as nobody, who may not enter root's private folders.
    folder = data_directory.prepare(Path(tempfile.mkdtemp(prefix="voxanne-postgres-")))
    yield folder
    shutil.rmtree(folder)


def write_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists notes (id serial)")
        connection.execute("insert into notes default values")


def count_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("select count(*) from notes").fetchone()[0]


def wait_until(condition, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def test_committed_rows_survive_kill_9_and_the_address_stays_the_same(data_dir: Path) -> None:
    first = postgres.start(data_dir)
    for _ in range(20):
        write_row(first.owner_url)
    os.kill(first.pid, signal.SIGKILL)
    first.stop()
    with postgres.running(data_dir) as second:
        assert second.owner_url == first.owner_url
        assert count_rows(second.owner_url) == 20


@pytest.mark.parametrize("command", [["sleep", "60"], ["true"]], ids=["stranger", "zombie"])
def test_it_starts_when_its_old_pid_is_taken(data_dir: Path, command: list[str]) -> None:
    with postgres.running(data_dir) as first:
        write_row(first.owner_url)
        lock = Path(data_dir / "postgres" / "postmaster.pid").resolve()
        left_behind = lock.read_text()
    other = subprocess.Popen(command, **unprivileged.identity())  # a zombie until somebody waits for it
    try:
        wait_until(lambda: processes.is_running(other.pid) == (command != ["true"]))
        lock.write_text(left_behind.replace(str(first.pid), str(other.pid), 1))
        with postgres.running(data_dir) as second:
            assert count_rows(second.owner_url) == 1
        assert processes.is_running(other.pid) == (command != ["true"])
    finally:
        other.kill()
        other.wait()


def test_nothing_is_left_when_the_process_that_started_it_is_killed(data_dir: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from voxanne_app.embedded import postgres\n"
        "print(postgres.start(Path(sys.argv[1])).pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program, str(data_dir)], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout
    pid = int(launcher.stdout.readline())
    assert processes.is_running(pid, "postgres", str(data_dir))
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    wait_until(lambda: not processes.is_running(pid, "postgres", str(data_dir)))
    postgres.start(data_dir).stop()


def test_two_instances_run_side_by_side(data_dir: Path) -> None:
    with postgres.running(data_dir / "a") as a, postgres.running(data_dir / "b") as b:
        write_row(a.owner_url)
        write_row(b.owner_url)
        write_row(b.owner_url)
        assert (count_rows(a.owner_url), count_rows(b.owner_url)) == (1, 2)


def test_a_second_start_in_the_same_data_directory_is_refused(data_dir: Path) -> None:
    with (
        postgres.running(data_dir) as running,
        pytest.raises(data_directory.DataDirectoryBusy, match="set VOXANNE_DATA_DIR to another folder"),
    ):
        postgres.start(data_dir)
    assert running.poll() is not None


def test_passwords_are_readable_by_their_owner_only_and_needed(data_dir: Path) -> None:
    with postgres.running(data_dir) as running:
        assert stat.S_IMODE((data_dir / "secrets.json").stat().st_mode) == 0o600
        for role in (databases.OWNER, databases.APP):
            port = int((data_dir / "postgres.port").read_text())
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(databases.url(role, "guessed", port, postgres.DATABASE))
        assert running.app_url != running.owner_url


def test_statements_that_fail_leave_no_values_in_the_log(data_dir: Path) -> None:
    with postgres.running(data_dir) as running:
        with psycopg.connect(running.owner_url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("create table patients (name text unique)")
            connection.execute("insert into patients values ('Ada Byron'), ('Ada Byron')")
        assert "Ada Byron" not in (data_dir / "logs" / "postgres.log").read_text()
