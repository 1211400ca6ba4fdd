"""The one place that reads the time. Rules take `now` as an argument; entry points ask here."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
