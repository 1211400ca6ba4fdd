"""Nothing that a machine makes, and nothing that is true on one machine only."""

import re
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

GENERATED = re.compile(
    r"(^|/)(\.web|\.build|\.states|\.voxanne|__pycache__|node_modules|\.venv|\.[a-z_]+_cache|\.hypothesis)/"
    r"|\.(pyc|db|sqlite3?|log|pid|rdb|orig|rej|bak|egg-info)$|(^|/)(\.env|run\.json|\.DS_Store)$"
)
# A home or work folder of somebody's.
ONE_MACHINES = re.compile(r"/(home|Users|root|work|workspace|mnt)/[\w.-]+")
IN_A_CONTAINER = {"setup.sh", "tests/install_programs.sh"}


@lru_cache(maxsize=1)
def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).exists()]


def _text(name: str) -> str:
    try:
        return (ROOT / name).read_text()
    except UnicodeDecodeError:
        return ""


def test_nothing_generated_is_tracked() -> None:
    generated = [name for name in tracked() if GENERATED.search(name)]
    assert not generated, f"git rm --cached, and a line in .gitignore: {generated}"


def test_no_path_of_one_machine_is_written_down() -> None:
    found = {
        name: hit.group()
        for name in tracked()
        if name != Path(__file__).relative_to(ROOT).as_posix()
        if (hit := ONE_MACHINES.search(_text(name)))
    }
    assert not found, f"Compute it, or let a variable say it: {found}"


@pytest.mark.parametrize(
    "name", ["web/__pycache__/a.pyc", ".web/x", "a/.voxanne/run.json", "x.log", ".env", "a/.env"]
)
def test_a_generated_file_is_recognised(name: str) -> None:
    assert GENERATED.search(name)


@pytest.mark.parametrize("path", ["/home/ann/voxanne", "/Users/ann", "/root/x"])
def test_a_path_of_one_machine_is_recognised(path: str) -> None:
    assert ONE_MACHINES.search(f'DATA = "{path}"')
