"""What happened on the phone: the call, what was said, what was done, and what is left for people to do."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


def _json(*, nullable: bool = False) -> Any:
    return Column(JSONB, nullable=nullable)


def _of_call() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["org_id", "call_id"], ["call_logs.org_id", "call_logs.id"], ondelete="cascade"
    )


class Call(SQLModel, table=True):
    """One call. Its columns show the best evidence so far; `evidence` holds how good that evidence is."""

    __tablename__ = "call_logs"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "vendor_call_id"),
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
        ForeignKeyConstraint(["org_id", "contact_id"], ["contacts.org_id", "contacts.id"]),
        CheckConstraint("direction in ('inbound', 'outbound', 'web')", name="direction"),
        CheckConstraint(
            "status in ('scheduled', 'queued', 'ringing', 'in_progress', 'forwarding', 'ended')",
            name="status",
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    vendor_call_id: str
    agent_id: UUID | None = None
    contact_id: UUID | None = None
    direction: str = "inbound"
    status: str = "queued"
    caller_number: str | None = None
    caller_name: str | None = None
    our_number: str | None = None
    created_at: datetime = Field(sa_type=_INSTANT)
    started_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    duration_seconds: Decimal | None = Field(default=None, max_digits=12, decimal_places=3)
    ended_reason: str | None = None
    outcome: str | None = None
    summary: str | None = None
    success_evaluation: str | None = None
    structured_data: dict[str, Any] | None = Field(default=None, sa_column=_json(nullable=True))
    transcript: str | None = None
    recording_url: str | None = None
    stereo_recording_url: str | None = None
    cost_usd: Decimal | None = Field(default=None, max_digits=14, decimal_places=6)
    has_report: bool = False
    has_booking: bool = False
    is_after_hours: bool = False
    # Not named `metadata`: SQLModel keeps that word for itself.
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column("metadata", JSONB, nullable=False))
    evidence: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    last_event_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class Turn(SQLModel, table=True):
    """One thing said by one side."""

    __tablename__ = "call_turns"
    __table_args__ = (
        UniqueConstraint("org_id", "call_id", "position"),
        CheckConstraint("speaker in ('agent', 'caller')", name="speaker"),
        _of_call(),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    call_id: UUID
    position: int
    speaker: str
    words: str
    said_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    offset_seconds: Decimal | None = Field(default=None, max_digits=12, decimal_places=3)
    duration_seconds: Decimal | None = Field(default=None, max_digits=12, decimal_places=3)


class ToolCall(SQLModel, table=True):
    """Something the assistant asked for during a call. With a `verdict`, it was we who answered."""

    __tablename__ = "call_tool_calls"
    __table_args__ = (
        UniqueConstraint("org_id", "call_id", "vendor_tool_call_id", "arguments_digest"),
        CheckConstraint("verdict in ('done', 'refused', 'failed')", name="verdict"),
        _of_call(),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    call_id: UUID
    vendor_tool_call_id: str
    arguments_digest: str = ""
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    verdict: str | None = None
    result: str | None = None
    result_data: dict[str, Any] | None = Field(default=None, sa_column=_json(nullable=True))
    requested_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    offset_seconds: Decimal | None = Field(default=None, max_digits=12, decimal_places=3)
    took_ms: int | None = None


class Case(SQLModel, table=True):
    """Something a person at the clinic must do."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("org_id", "request_key"),
        CheckConstraint("kind in ('callback', 'approval', 'complaint', 'failure')", name="kind"),
        ForeignKeyConstraint(["org_id", "contact_id"], ["contacts.org_id", "contacts.id"]),
        ForeignKeyConstraint(["org_id", "call_id"], ["call_logs.org_id", "call_logs.id"]),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    kind: str
    title: str
    body: str = ""
    is_urgent: bool = False
    callback_number: str | None = None
    contact_id: UUID | None = None
    call_id: UUID | None = None
    request_key: str
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    due_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    resolved_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    resolved_by: UUID | None = None
