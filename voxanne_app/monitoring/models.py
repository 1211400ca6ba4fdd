"""What the platform writes down about its own health. Both tables are the platform's, in no organization."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class Alert(SQLModel, table=True):
    """One lasting trouble, from the first time it was noticed until it has stayed away.

    `cleared_at`: since when it seems gone; `resolved_at`: when it had been gone for long enough. `told_at`
    and `told_resolved_at`: when the operators' channel heard of either.
    """

    __tablename__ = "alerts"
    __table_args__ = (CheckConstraint("severity in ('warning', 'critical')", name="severity"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str
    severity: str
    title: str
    body: str = ""
    times: int = 1
    reopened: int = 0
    raised_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    last_raised_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    cleared_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    resolved_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    acknowledged_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    acknowledged_by: UUID | None = None
    told_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    told_resolved_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    telling_trouble: str | None = None


class IsolationProbe(SQLModel, table=True):
    """One attempt of two made-up clinics on each other's rows; nothing of theirs is ever committed.

    `attempts` counts what was tried, `holes` what succeeded or breaks a rule, `not_run` what could not be
    tried, which is as bad.
    """

    __tablename__ = "isolation_probes"
    __table_args__ = (CheckConstraint("state in ('waiting', 'running', 'done')", name="state"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    asked_by: UUID | None = None
    state: str = "waiting"
    stage: str = ""
    tables_done: int = 0
    tables_in_all: int = 0
    asked_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    started_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    finished_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    duration_ms: int | None = None
    attempts: int = 0
    holes: int = 0
    not_run: int = 0
    findings: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
