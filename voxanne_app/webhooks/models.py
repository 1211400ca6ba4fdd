"""The inbox: every event a vendor has sent, once, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class WebhookEvent(SQLModel, table=True):
    """`org_id` is null for what belongs to nobody. Bodies are dropped a day after handling, keys later."""

    __tablename__ = "webhook_inbox"
    __table_args__ = (
        UniqueConstraint("provider", "event_key"),
        CheckConstraint(
            "verdict in ('waiting', 'handled', 'answered', 'counted', 'nobodys', 'failed')", name="verdict"
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    provider: str
    event_key: str
    event_type: str
    org_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    verdict: str = "waiting"
    note: str | None = None
    received_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    handled_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class Reconciliation(SQLModel, table=True):
    """Up to when a vendor's own list was compared with what its webhooks brought; the counts only grow."""

    __tablename__ = "reconciliations"

    vendor: str = Field(primary_key=True)
    reached: datetime = Field(sa_type=_INSTANT)
    ran_at: datetime = Field(sa_type=_INSTANT)
    looked_at: int = Field(default=0, sa_type=BigInteger)
    lost: int = Field(default=0, sa_type=BigInteger)
    nobodys: int = Field(default=0, sa_type=BigInteger)
