"""Errors to Sentry, from every process, when SENTRY_DSN is set: what went wrong and where, never for whom."""

import logging
from collections.abc import Mapping
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber
from sentry_sdk.types import Event
from sentry_sdk.utils import BadDsn

from voxanne_app.foundation import logs
from voxanne_app.foundation.redaction import PRIVATE_WORDS, is_ours, redact, sqlstate
from voxanne_app.foundation.settings import SettingMissing, get_settings

_KEPT = ("event_id", "timestamp", "level", "logger", "platform", "environment", "sdk")
_KEPT_OF_FRAMES = (
    "filename",
    "module",
    "function",
    "lineno",
    "in_app",
    "pre_context",
    "context_line",
    "post_context",
)
_FLUSH_SECONDS = 2.0


def start(process: str) -> None:
    """Report what this process logs as an error from now on; nothing at all without SENTRY_DSN."""
    settings = get_settings()
    if not settings.sentry_dsn:
        return
    try:
        _start(settings.require("sentry_dsn"), settings.voxanne_env)
    except BadDsn as error:
        raise SettingMissing("SENTRY_DSN is not the address of a Sentry project: copy it anew.") from error
    sentry_sdk.get_global_scope().set_tag("process", process)


def flush() -> None:
    """Send what waits, for processes that end without Python's own farewell."""
    sentry_sdk.flush(timeout=_FLUSH_SECONDS)


def _start(dsn: str, environment: str) -> None:
    sentry_sdk.init(
        dsn,
        environment=environment,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            AtexitIntegration(callback=_never),
            DedupeIntegration(),
        ],
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, *PRIVATE_WORDS], recursive=True),
        trace_propagation_targets=[],
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_metrics=False,
        before_send=scrubbed,
        before_send_transaction=_never,
        before_breadcrumb=_never,
        before_send_log=_never,
        before_send_metric=_never,
        shutdown_timeout=_FLUSH_SECONDS,
    )


def _never(*_: Any) -> None:
    """What is neither said nor sent."""


def scrubbed(event: Event, hint: Mapping[str, Any]) -> Event:
    """A new event with what may leave; everything that is not listed here stays."""
    given: Mapping[str, Any] = event
    kept: dict[str, Any] = {name: given[name] for name in _KEPT if name in given}
    kept["tags"] = {"process": given.get("tags", {}).get("process"), **logs.bound_fields()}
    if record := hint.get("log_record"):
        kept["logentry"] = {"message": _sentence(record)}
    if exception := given.get("exception"):
        _, error, _ = hint.get("exc_info") or (None, None, None)
        kept["exception"] = {"values": [_described(one, error) for one in exception.get("values", ())]}
    return kept  # type: ignore[return-value]


def _sentence(record: logging.LogRecord) -> str:
    """Ours as it stands in the code, with its places open. Others' are made of what they were given."""
    if not is_ours(record.name):
        return f"An error of {record.name}"
    return redact(str(record.msg)) if record.args else f"{record.module}.{record.funcName}:{record.lineno}"


def _described(value: Mapping[str, Any], error: BaseException | None) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames", ())
    kept = [{name: frame[name] for name in _KEPT_OF_FRAMES if name in frame} for frame in frames]
    state = sqlstate(error) if error and type(error).__name__ == value.get("type") else None
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "value": state or "",
        "stacktrace": {"frames": kept},
    }
