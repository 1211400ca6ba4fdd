"""Logs: a JSON object per line on stderr, with the ids of the request or job and nothing about a patient."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from voxanne_app.foundation.redaction import describe, frames, is_ours, redact, redact_fields

_bound: ContextVar[dict[str, Any] | None] = ContextVar("log_fields", default=None)
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}
# These tell of every request or task, some with addresses that hold numbers.
_TALKATIVE = ("huey", "apscheduler", "httpx", "httpcore", "alembic", "urllib3", "openai", "twilio")


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Put ids on every line that is logged inside the block: `bound(request_id=…)`, `bound(job_id=…)`."""
    token = _bound.set({**(_bound.get() or {}), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


class JsonLines(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": _message(record),
            **(_bound.get() or {}),
            **redact_fields({name: value for name, value in vars(record).items() if name not in _STANDARD}),
        }
        if record.exc_info and (error := record.exc_info[1]):
            line |= {"error": describe(error), "frames": frames(error)}
        return json.dumps(line, default=str, ensure_ascii=False)


def bound_fields() -> dict[str, Any]:
    """The ids that are on every line here."""
    return dict(_bound.get() or {})


def _message(record: logging.LogRecord) -> str:
    """Of other libraries the first line alone: more is an error's trace, which quotes what it was given."""
    message = record.getMessage()
    return redact(message if is_ours(record.name) else message.partition("\n")[0])


def configure(process: str) -> None:
    """Send everything that this process logs through `JsonLines`. Call once, first thing."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):  # the web server has set up its own, which print whole traces
            logger.handlers.clear()
            logger.propagate = True
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda told: _log_uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("uncaught").critical(
        "Nobody caught this error", exc_info=(kind, error or kind(), where)
    )
