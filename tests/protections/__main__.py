"""Take out each protection in turn, in a copy of the working tree, and see the test that must notice it fail.

    python -m tests.protections [WORDS OF A NAME…]

Prints a line per protection; 1 if one was taken out and nobody noticed, or a test fails without that.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.protections.the_list import PROTECTIONS, Protection

ROOT = Path(__file__).resolve().parents[2]
PASSED, FAILED = 0, 1  # pytest's exit codes; any other means that no test ran
_PATIENCE_SECONDS = 300


def main(words: list[str]) -> int:
    wanted = [p for p in PROTECTIONS if all(word.lower() in p.name.lower() for word in words)]
    with tempfile.TemporaryDirectory(prefix="voxanne-protections-") as folder:
        Path(folder).chmod(0o755)  # the tests' Postgres runs as somebody else when this is root
        copy = Path(folder) / "tree"
        _copy_tree(copy)
        # First all that must pass: the tests' database is then made anew only for changed migrations.
        passing: dict[tuple[str, str], bool] = {}
        for protection in wanted:
            key = protection.test, protection.only
            if key not in passing:
                passing[key] = _run(protection, copy) == PASSED
        results = [
            _says(protection, copy, passing[protection.test, protection.only]) for protection in wanted
        ]
    uncaught = results.count(False)
    print(f"\n{len(wanted)} protections, {len(wanted) - uncaught} caught, {uncaught} NOT caught")
    return 1 if uncaught or not wanted else 0


def _copy_tree(copy: Path) -> None:
    """What git knows, and what it is about to."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)


def _says(protection: Protection, copy: Path, passes: bool) -> bool:
    began = time.monotonic()
    verdict = _verdict(protection, copy) if passes else "fails anyway"
    took = time.monotonic() - began
    print(f"{verdict:<12} {took:5.1f} s  {protection.name:<48} {_test_in_words(protection)}", flush=True)
    return verdict == "caught"


def _verdict(protection: Protection, copy: Path) -> str:
    file = copy / protection.file
    sound = file.read_text()
    if sound.count(protection.search) != 1:
        return "not found"
    file.write_text(sound.replace(protection.search, protection.without))
    try:
        code = _run(protection, copy)
    finally:
        file.write_text(sound)
    return {PASSED: "NOT caught", FAILED: "caught"}.get(code, "cannot run")


def _run(protection: Protection, copy: Path) -> int:
    """The exit code of pytest on the one test. Bytecode is not kept: two versions may be of one second."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", protection.test]
    command += ["-k", protection.only] if protection.only else []
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(copy.parent)}
    finished = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, timeout=_PATIENCE_SECONDS, check=False
    )
    return finished.returncode


def _test_in_words(protection: Protection) -> str:
    return f"{protection.test}{f' -k {protection.only!r}' if protection.only else ''}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
