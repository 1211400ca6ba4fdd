"""The alerts that operators must look at now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_OPEN = text("""
    select id, severity, title, body, times, raised_at, cleared_at is not null, acknowledged_at,
           acknowledged_by, coalesce(telling_trouble, '')
      from alerts where resolved_at is null
     order by acknowledged_at is not null, severity, raised_at desc limit :limit
""")


@dataclass(frozen=True)
class AlertRow:
    """`is_quiet`: it seems gone, and is watched for a while. `telling_trouble`: why nobody was told."""

    alert_id: UUID
    severity: str
    title: str
    body: str
    times: int
    raised_at: datetime
    is_quiet: bool
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    telling_trouble: str


def open_alerts(session: Session, *, limit: int = 50) -> list[AlertRow]:
    """Those that nobody looks after first, the critical ones before the others."""
    return [AlertRow(*row) for row in session.connection().execute(_OPEN, {"limit": limit})]
