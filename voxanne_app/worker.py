"""The background process: five Huey threads do the jobs, a dispatcher gives them out, a keeper holds leases.

However this process ends, nothing is lost: what it had taken is free again as soon as its leases end. Asked
to stop, it finishes what runs and gives back the rest at once.
"""

import faulthandler
import importlib
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from uuid import UUID

from huey.consumer import Consumer

import voxanne_app
from voxanne_app.foundation import logs
from voxanne_app.foundation.job_broker import Broker
from voxanne_app.foundation.job_dispatcher import Dispatcher
from voxanne_app.foundation.job_leases import LeaseKeeper
from voxanne_app.foundation.job_runner import JobRunner
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.sentry import error_reports

log = logging.getLogger(__name__)

WORKERS = 5
_FINISHING_SECONDS = 5
_SETTLING_SECONDS = 0.05  # between taking a ticket from Huey and noting it here
_FROZEN_SECONDS = 30


def _wind_up_the_clock() -> None:
    """End this process unless it comes here again in time.

    A job that never lets go of the interpreter stops all threads, but not this clock, which needs none.
    """
    faulthandler.dump_traceback_later(_FROZEN_SECONDS, exit=True)


def _is_news(record: logging.LogRecord) -> bool:
    """Each Huey thread says every second that the broker is away; the dispatcher says it once."""
    return not record.getMessage().startswith("Error reading")


class _Consumer(Consumer):  # type: ignore[misc]
    def _set_signal_handlers(self) -> None:
        """Ours are set before anything starts: a signal during the start must find them."""


class Worker:
    def __init__(self) -> None:
        self._runner = JobRunner(self._retry_later, on_end=self._job_ended)
        self._broker = Broker(self._runner.run)
        self._dispatcher = Dispatcher(self._broker)
        self._keeper = LeaseKeeper(self._runner)
        self._consumer = _Consumer(
            self._broker.huey,
            workers=WORKERS,
            periodic=False,
            max_delay=1.0,  # between attempts to reach a broker that is away
        )

    def run_until(self, stopped: threading.Event) -> int:
        """Work until `stopped` is set or a job is stuck; the exit code."""
        _wind_up_the_clock()
        self._keeper.start()
        self._consumer.start()
        self._dispatcher.start()
        log.info("Worker is ready")
        while not stopped.wait(1.0) and not self._keeper.stuck.is_set():
            _wind_up_the_clock()
            self._consumer.check_worker_health()
        self._stop()
        return 1 if self._keeper.stuck.is_set() else 0

    def _stop(self) -> None:
        self._dispatcher.stop()
        self._consumer.stop()
        self._runner.close()
        time.sleep(_SETTLING_SECONDS)
        deadline = time.monotonic() + _FINISHING_SECONDS
        while not self._runner.is_idle() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._runner.hand_back()
        self._keeper.stop()
        log.info("Worker has stopped")

    def _retry_later(self, job_id: UUID, fence: int, delay: float) -> None:
        self._broker.give_later(job_id, fence, delay)

    def _job_ended(self) -> None:
        self._dispatcher.look()


def main() -> None:
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logs.configure("worker")
    error_reports.start("worker")
    for thread in ("Worker", "Scheduler"):
        logging.getLogger(f"huey.consumer.{thread}").addFilter(_is_news)
    get_settings().require_database_url()
    import_jobs()
    code = Worker().run_until(stopped)
    error_reports.flush()
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)  # without waiting for threads that wait for the broker, or that are stuck


def import_jobs() -> None:
    """Import every `jobs.py` of a domain, or of a part of one; each registers its jobs."""
    package = Path(voxanne_app.__file__).parent
    for found in sorted(package.glob("*/**/jobs.py")):
        importlib.import_module(".".join(("voxanne_app", *found.relative_to(package).with_suffix("").parts)))


if __name__ == "__main__":
    main()
