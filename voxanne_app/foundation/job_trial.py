"""A suspected job is tried in a process of its own.

Up to five jobs run in a worker when it dies, and perhaps one of them killed it: by a crash in C code, by its
memory, by a loop that never lets go. A job that was there twice is done in a child process the next time. If
that dies too while we live, the job is the culprit and is put aside; if not, it was a bystander, and is done.
"""

import contextlib
import faulthandler
import importlib
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from voxanne_app.foundation import job_rows, logs
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_attempt import perform
from voxanne_app.foundation.job_queue import RegisteredJob
from voxanne_app.foundation.job_rows import StartedJob

log = logging.getLogger(__name__)

CULPRIT = "It ended its worker again and again, and at last a process of its own, so it was put aside."
# So much longer than in a thread may it take, for the start of the child.
MARGIN = timedelta(seconds=30)


def hold(job: StartedJob, registered: RegisteredJob) -> None:
    """Do a started job in a child process, which records the outcome, or bury it when the child dies."""
    limit = (registered.limit + MARGIN).total_seconds()
    command = [sys.executable, "-m", __name__, registered.function.__module__, str(limit)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:  # noqa: S603 - our own module names
        assert child.stdin
        try:
            with contextlib.suppress(BrokenPipeError):  # it is dead already, which its exit code tells
                child.stdin.write(json.dumps(asdict(job), default=str).encode() + b"\n")
                child.stdin.flush()
            died = child.wait(limit) != 0  # the pipe stays open while we live: its end tells the child to go
        except subprocess.TimeoutExpired:
            child.kill()
            died = True
    if died:
        with transaction(Claims.system()) as session:
            job_rows.bury(session, job.job_id, job.fence, error=CULPRIT, kills=1)
        log.error("Job is dead: %s", CULPRIT)


def main() -> None:
    """The child: its arguments are the module of the job and the limit, the job itself comes on stdin."""
    module, limit = sys.argv[1:]
    faulthandler.dump_traceback_later(float(limit), exit=True)
    logs.configure("worker-trial")
    job = _read_job()
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    importlib.import_module(module)
    with logs.bound(job_id=str(job.job_id), job=job.name):
        perform(job)


def _read_job() -> StartedJob:
    fields = json.loads(sys.stdin.buffer.readline())
    org_id = fields.pop("org_id")
    return StartedJob(
        **fields | {"job_id": UUID(fields["job_id"]), "org_id": UUID(org_id) if org_id else None}
    )


def _leave_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
