"""The thread that keeps the leases of what runs here, and frees what ran in workers that are dead."""

import logging
import threading
import time

from voxanne_app.foundation import job_rows
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_runner import JobRunner

log = logging.getLogger(__name__)

_KEEP_SECONDS = job_rows.LEASE_SECONDS / 4


class LeaseKeeper(threading.Thread):
    """`stuck` is set once a job has passed its limit: a thread cannot be stopped, so its process must end."""

    def __init__(self, runner: JobRunner) -> None:
        super().__init__(name="lease-keeper", daemon=True)
        self._runner = runner
        self._stopped = threading.Event()
        self.stuck = threading.Event()
        self._trust_leases_from = time.monotonic()

    def run(self) -> None:
        while not self._stopped.wait(_KEEP_SECONDS):
            try:
                self._keep()
            except Exception as error:
                # While the database was away nobody could extend: leases that ran out do not mean death.
                self._trust_leases_from = time.monotonic() + job_rows.LEASE_SECONDS
                log.warning("Leases could not be extended", exc_info=error)

    def stop(self) -> None:
        self._stopped.set()

    def _keep(self) -> None:
        underway = self._runner.underway()
        for one in underway:
            if one.is_stuck() and not self.stuck.is_set():
                log.error("Job %s (%s) is stuck; this worker must end", one.job.name, one.job.job_id)
                self.stuck.set()
        lost = 0
        with transaction(Claims.system()) as session:
            job_rows.extend(session, [one.job for one in underway if not one.is_stuck()])
            if time.monotonic() >= self._trust_leases_from:
                lost = job_rows.take_from_the_dead(session)
        if lost:
            log.warning("%d jobs of dead workers are free again", lost)
