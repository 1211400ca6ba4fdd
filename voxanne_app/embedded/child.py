"""One process that the supervisor keeps alive."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from voxanne_app.embedded import processes

_BACKOFF_SECONDS = (0.2, 0.5, 1, 2, 5, 10, 30)
_STEADY_SECONDS = 60.0  # alive for so long, its next death counts as the first
_KEPT_LOG_BYTES = 10_000_000
_WORTH_SHOWING = re.compile(rb'\b(WARNING|ERROR|CRITICAL)\b|"level": ?"(warning|error|critical)"')


class Child:
    """Started in a session of its own: Ctrl-C in the terminal reaches the supervisor only, which stops it.

    What it prints goes to a log file, from which `news` picks warnings and errors.
    """

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self.environment: dict[str, str] = {}
        self._command = command
        self._log = log
        self._read = 0
        self._deaths = 0
        self._started_at = 0.0
        self._next_start: float | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        if self._log.exists() and self._log.stat().st_size > _KEPT_LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._log.open("ab") as output:
            self._read = output.tell()
            self._process = subprocess.Popen(
                self._command,
                env=_inherited() | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGTERM),
            )
        self._started_at = time.monotonic()
        self._next_start = None

    def look_after(self) -> str | None:
        """Start it again when it is time to; why it died, once, when it has."""
        if self._next_start is not None:
            if time.monotonic() >= self._next_start:
                self.start()
            return None
        if not self._process or (code := self._process.poll()) is None:
            return None
        self._kill_what_it_left()
        self._deaths = 1 if time.monotonic() - self._started_at > _STEADY_SECONDS else self._deaths + 1
        pause = _BACKOFF_SECONDS[min(self._deaths, len(_BACKOFF_SECONDS)) - 1]
        self._next_start = time.monotonic() + pause
        said = "".join(f"\n    {line}" for line in self._last_lines()) or " nothing"
        return f"{self.name} {how_it_ended(code)}; starting it again in {pause:g} s. It last said:{said}"

    def news(self) -> list[str]:
        """Warnings and errors since the last look; a line that is still being written waits."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            whole, newline, _ = log.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return [line.decode(errors="replace") for line in whole.splitlines() if _WORTH_SHOWING.search(line)]

    def restart(self) -> None:
        """Stop it, and let `look_after` start it with its new environment."""
        if self._process:
            self._process.terminate()

    def ask_to_stop(self) -> None:
        self._next_start = None
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def stop(self, seconds: float) -> None:
        if self._process:
            processes.stop(self._process, signal.SIGTERM, seconds)
            self._kill_what_it_left()

    def _kill_what_it_left(self) -> None:
        """A web server that was killed leaves workers, which hold its port."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _last_lines(self) -> list[str]:
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - 4000))
            return [line.decode(errors="replace") for line in log.read().splitlines()[-8:]]


def _inherited() -> dict[str, str]:
    """Our environment without the owner's rights to the database, which no process that serves needs."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_OWNER_URL")}
    return ours | {"PYTHONUNBUFFERED": "1"}  # its last words must reach the log


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
