"""One Postgres for all test processes of this checkout: the first that needs it starts it, the last stops it.

Run as a program, this is the keeper: it starts the server as its child, and leaves when nobody holds the lock
of its users any more. The kernel lets go of that lock when a process dies, however it dies. The cluster stays
for the next run.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from voxanne_app.embedded import data_directory, databases, postgres
from voxanne_app.foundation.migrations import migrate

ROOT = Path(__file__).resolve().parents[1]
_SCHEMA = (*sorted(ROOT.glob("alembic/**/*.py")), ROOT / "voxanne_app/foundation/row_level_security.py")
_STARTING_SECONDS = 60


@dataclass(frozen=True)
class Database:
    """One database as its three roles; only `app_url` is what the product gets in production."""

    app_url: str
    owner_url: str
    superuser_url: str

    def named(self, name: str) -> "Database":
        """The same server and roles, another database."""
        return Database(
            **{role: urlsplit(url)._replace(path=f"/{name}").geturl() for role, url in vars(self).items()}
        )


def directory() -> Path:
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"voxanne-tests-{os.getuid()}-{checkout}"


@contextmanager
def migrated_database(name: str) -> Iterator[Database]:
    """A database of its own at the newest schema: a copy, in about 50 ms, of one that was migrated once."""
    folder = data_directory.prepare(directory())
    with (folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with _only_one(folder):
            server = _running_server(folder)
            databases.create_database(server.superuser_url, name, template=_template(server))
        try:
            yield server.named(name)
        finally:
            databases.drop_database(server.superuser_url, name)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / "preparing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running_server(folder: Path) -> Database:
    urls = folder / "urls.json"
    if urls.exists() and _answers(server := Database(**json.loads(urls.read_text()))):
        return server
    urls.unlink(missing_ok=True)
    with (folder / "keeper.log").open("w") as log:
        command = [sys.executable, "-m", "tests.shared_postgres"]
        keeper = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + _STARTING_SECONDS
    while not urls.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The tests' Postgres did not start:\n{(folder / 'keeper.log').read_text()}")
        time.sleep(0.02)
    return Database(**json.loads(urls.read_text()))


def _answers(server: Database) -> bool:
    try:
        psycopg.connect(server.superuser_url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _template(server: Database) -> str:
    """The name of a database at the newest schema; those of other versions of the migrations are dropped."""
    version = hashlib.sha256(b"".join(path.read_bytes() for path in _SCHEMA)).hexdigest()[:16]
    name, unfinished = f"template_{version}", "template_unfinished"
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        found = connection.execute("select datname from pg_database where datname like 'template\\_%'")
        templates = {row[0] for row in found}
        if name in templates:
            return name
        for old in templates:
            databases.drop_database(server.superuser_url, old)
        databases.create_database(server.superuser_url, unfinished)
        new = server.named(unfinished)
        migrate(new.owner_url, app_url=new.app_url)
        connection.execute(f'alter database "{unfinished}" rename to "{name}"')
    return name


def _keep(folder: Path) -> None:
    with postgres.running(folder) as server:
        _prepare(server.superuser_url)
        urls = Database(server.app_url, server.owner_url, server.superuser_url)
        data_directory.write_private(folder / "urls.json", json.dumps(vars(urls)))
        with (folder / "users.lock").open("w") as users:
            while not _nobody_holds(users.fileno()):
                time.sleep(1)
            (folder / "urls.json").unlink()
            server.stop()  # before the lock is let go: whoever waits for it starts another one


def _prepare(superuser_url: str) -> None:
    """Leave out what only a power cut needs, and drop the databases of test processes that were killed."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
        left_over = connection.execute(
            "select datname from pg_database where datname like 'test\\_%'"
        ).fetchall()
    for (name,) in left_over:
        databases.drop_database(superuser_url, name)


def _nobody_holds(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    _keep(directory())
