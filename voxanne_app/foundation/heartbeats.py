"""Signs of life: each process writes down when it last was well, for `/readyz` and the operators."""

import logging
import os
import socket
import threading
from datetime import timedelta
from typing import Literal

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.database import Claims, transaction

log = logging.getLogger(__name__)

Process = Literal["web", "worker", "scheduler"]

BEAT_SECONDS = 5.0
# Four beats in a row may be missed by a machine that is busy, or that has just restarted the process.
STALE_SECONDS = 20.0
INSTANCE = f"{socket.gethostname()}:{os.getpid()}"

_BEAT = text("""
    insert into heartbeats (process, instance, beat_at) values (:process, :instance, now())
    on conflict (process, instance) do update set beat_at = excluded.beat_at
""")
_AGES = text("select process, extract(epoch from now() - max(beat_at)) from heartbeats group by process")
_FORGET = text("delete from heartbeats where beat_at < now() - cast(:age as interval)")


def beat(process: Process) -> None:
    with transaction(Claims.system()) as session:
        session.connection().execute(_BEAT, {"process": process, "instance": INSTANCE})


def ages(session: Session) -> dict[str, float]:
    """Seconds since the last beat of any instance of each process that ever beat."""
    return {process: float(age) for process, age in session.connection().execute(_AGES)}


def forget_older_than(session: Session, age: timedelta) -> None:
    session.connection().execute(_FORGET, {"age": age})


def start(process: Process) -> threading.Event:
    """Beat from a thread of its own until the returned event is set."""
    stopped = threading.Event()
    threading.Thread(target=_beat_until, args=(process, stopped), name="heartbeat", daemon=True).start()
    return stopped


def _beat_until(process: Process, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            beat(process)
        except Exception as error:
            log.warning("No heartbeat could be written", exc_info=error)
        stopped.wait(BEAT_SECONDS)
