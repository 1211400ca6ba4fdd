"""PgBouncer in transaction mode, like the pooler of Supabase: a server connection serves whoever is next."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg

from tests.ports import free_port
from voxanne_app.embedded import processes

# Fewer than those who ask at once: each is used again and again, by everybody.
SERVER_CONNECTIONS = 3
# Debian keeps it where only root looks.
_PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


@contextmanager
def pooler(database_url: str) -> Iterator[str]:
    """The address of `database_url` through a pooler of its own."""
    there, port = urlsplit(database_url), free_port()
    with TemporaryDirectory(prefix="voxanne-pooler-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # it refuses to be root, and reads as somebody else
        users, settings, log = folder / "users.txt", folder / "pgbouncer.ini", folder / "log"
        users.write_text(f'"{there.username}" "{there.password}"\n')
        settings.write_text(
            f"[databases]\n* = host={there.hostname} port={there.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {users}\npool_mode = transaction\n"
            f"default_pool_size = {SERVER_CONNECTIONS}\nmax_client_conn = 200\n"
        )
        with log.open("w") as output:
            process = subprocess.Popen(
                [_PROGRAM, *(["-u", "nobody"] if os.getuid() == 0 else []), str(settings)],
                stdout=output,
                stderr=output,
                preexec_fn=processes.dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - no thread runs yet
            )
        try:
            pooled = f"{there.username}:{there.password}@127.0.0.1:{port}"
            url = there._replace(netloc=pooled).geturl()
            _wait_until_it_answers(url, log)
            yield url
        finally:
            processes.stop(process, signal.SIGKILL, 5)


def _wait_until_it_answers(url: str, log: Path) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(log.read_text())
