"""What this machine's kernel can do for a parent process and its children."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(parent_died: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `parent_died` to the child when its parent is gone, even by kill -9.

    Linux counts the death of the *thread* that started the child: start children from a thread that lives on.
    """
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, parent_died, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def is_running(pid: int, *words: str) -> bool:
    """Whether `pid` is alive (a zombie is not) and has all `words` on its command line."""
    if sys.platform == "linux":
        try:
            folder = Path("/proc") / str(pid)
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            command = (folder / "cmdline").read_text()
        except OSError:
            return False
    else:
        ps = ["/bin/ps", "-o", "stat=,command=", "-p", str(pid)]
        state, _, command = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.partition(
            " "
        )
    return state[:1] not in ("", "Z", "X") and all(word in command for word in words)


def stop(process: subprocess.Popen[bytes], politely: signal.Signals, seconds: float) -> None:
    """Ask a child to stop, wait, and kill it if it does not."""
    if process.poll() is None:
        process.send_signal(politely)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
