"""The thread that gives due jobs to Huey: few at a time, so that who is next is decided late, and fairly."""

import logging
import threading
import time

from voxanne_app.foundation import heartbeats, job_line
from voxanne_app.foundation.job_broker import Broker

log = logging.getLogger(__name__)

# Looking is one indexed query; a NOTIFY with every webhook would cost its commit more than this costs us.
POLL_SECONDS = 0.1
_MOST_QUEUED = 10
_PAUSE_SECONDS = 1.0


class Dispatcher(threading.Thread):
    def __init__(self, broker: Broker) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self._broker = broker
        self._look = threading.Event()
        self._stopped = threading.Event()
        self._trouble: str | None = None
        self._beat_at = 0.0

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._beat()
                self._give()
            except Exception as error:
                self._note_trouble(error)
                self._stopped.wait(_PAUSE_SECONDS)
            else:
                self._note_recovery()
                self._look.wait(POLL_SECONDS)
                self._look.clear()

    def look(self) -> None:
        """A job has ended: there is room for another."""
        self._look.set()

    def stop(self) -> None:
        self._stopped.set()
        self._look.set()
        self.join(_PAUSE_SECONDS)

    def _beat(self) -> None:
        """A worker is well when its dispatcher comes round, and reaches the database."""
        if time.monotonic() >= self._beat_at:
            heartbeats.beat("worker")
            self._beat_at = time.monotonic() + heartbeats.BEAT_SECONDS

    def _give(self) -> None:
        if not job_line.anything_due():
            return
        room = _MOST_QUEUED - self._broker.length()
        if room < _MOST_QUEUED / 2:  # fewer, larger looks
            return
        tickets = job_line.take_next(room)
        given = 0
        try:
            for ticket in tickets:
                self._broker.give(ticket)
                given += 1
        except Exception:
            job_line.put_back([ticket.job_id for ticket in tickets[given:]])
            raise

    def _note_trouble(self, error: Exception) -> None:
        """Once per trouble, not once per look."""
        if type(error).__name__ != self._trouble:
            log.error("Jobs cannot be given out; trying every second", exc_info=error)
            self._trouble = type(error).__name__

    def _note_recovery(self) -> None:
        if self._trouble:
            log.info("Jobs are given out again")
            self._trouble = None
