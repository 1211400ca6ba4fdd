"""The folder that holds everything the embedded services keep: `$VOXANNE_DATA_DIR`."""

import fcntl
import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Below the range from which the kernel takes ports for outgoing connections: a remembered port stays free.
_PORTS = range(20_000, 30_000)


class DataDirectoryBusy(Exception):
    """Another process works with the same data directory."""


def prepare(path: Path) -> Path:
    """Create the folder if need be, return its absolute path. Others may pass through, but not list it."""
    path = path.expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o711)
    return path


@contextmanager
def locked(path: Path, name: str, *, wait: bool = False) -> Iterator[None]:
    """Hold `<path>/<name>.lock`; the kernel lets go of it when this process dies, however it dies."""
    descriptor = os.open(path / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        os.close(descriptor)
        raise DataDirectoryBusy(
            f"{path} is in use by another Voxanne. Stop that one, or set VOXANNE_DATA_DIR to another folder."
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only from its first byte on."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def remembered_secrets(path: Path, makers: dict[str, Callable[[], str]]) -> dict[str, str]:
    """The secrets in `secrets.json`, after making those which are not there yet."""
    file = path / "secrets.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = {name: make() for name, make in makers.items() if name not in known}
    if missing:
        write_private(file, json.dumps(known | missing, indent=2))
    return {name: (known | missing)[name] for name in makers}


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def remembered_port(file: Path) -> int:
    """The port used last time if it is still free, otherwise another one, remembered from now on."""
    if file.exists() and port_is_free(port := int(file.read_text())):
        return port
    port = next(port for port in random.sample(_PORTS, 200) if port_is_free(port))
    write_private(file, str(port))
    return port
