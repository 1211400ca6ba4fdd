"""Postgres refuses to run as root, so root runs it as `nobody`.

That user may not pass through every folder that root works in (`/root`, a private temporary folder). No
permissions are changed for that: what it cannot reach is put under `/var/lib/voxanne` instead.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

_REACHABLE_PLACE = Path("/var/lib/voxanne")


class Identity(TypedDict, total=False):
    """Keyword arguments of `subprocess` that say as whom a program runs."""

    user: int
    group: int
    extra_groups: list[int]


def identity() -> Identity:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give_away(path: Path) -> None:
    """Make the unprivileged user the owner of one file or folder."""
    if who := identity():
        os.chown(path, who["user"], who["group"])


def reachable_folder(path: Path) -> Path:
    """Where a folder of that user's own may lie: `path`, or a place that `path` then points to."""
    if not identity() or _succeeds("test", "-x", str(path.parent)):
        return path
    name = f"{path.name}-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
    place = _reachable_place() / name
    if path.is_symlink() and path.readlink() == place:
        return place
    shutil.rmtree(place, ignore_errors=True)  # left over from a data directory that was removed
    path.unlink(missing_ok=True)
    path.symlink_to(place)
    return place


def reachable_programs(programs: Path, package: Path | None, version: str) -> Path:
    """The folder of the Postgres programs, copied with their package and the `.libs` beside it if need be."""
    if not identity() or _succeeds(str(programs / "postgres"), "--version"):
        return programs
    if package is None:
        raise PermissionError(f"The user nobody cannot run {programs}/postgres: open the folders above it.")
    copy = _reachable_place() / f"postgres-{version}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(dir=copy.parent))
        unfinished.chmod(0o755)
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        subprocess.run(["/bin/chmod", "-R", "a+rX", str(unfinished)], check=True)
        unfinished.rename(copy)
    return copy / package.name / programs.relative_to(package)


def _reachable_place() -> Path:
    _REACHABLE_PLACE.mkdir(parents=True, exist_ok=True)
    _REACHABLE_PLACE.chmod(0o755)
    return _REACHABLE_PLACE


def _succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **identity())
        return done.returncode == 0
    except PermissionError:
        return False
