"""What happened on the phone: the call, what was said, what was done, and what is left for people to do."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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
    agent_version: int | None = None
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
    hours_judged_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    said_and_done: dict[str, Any] | None = Field(default=None, sa_column=_json(nullable=True))
    is_disputed: bool = False
    is_test: bool = False
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
        UniqueConstraint("org_id", "id"),
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
    is_clinical: bool = False
    assigned_to: UUID | None = Field(default=None, foreign_key="people.id")
    assignee: str = ""
    resolution: str = ""


class Recording(SQLModel, table=True):
    """What is known of a call's recording; the audio itself lies in the storage, under `storage_key`.

    `reason` says why it is withheld or lost, or what went wrong last. `waveform`: a byte of loudness per part
    of the call, first all of the agent's, then all of the caller's.
    """

    __tablename__ = "call_recordings"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "call_id"),
        CheckConstraint("state in ('wanted', 'kept', 'withheld', 'lost', 'deleted')", name="state"),
        CheckConstraint("state <> 'kept' or (storage_key is not null and sha256 is not null)", name="kept"),
        _of_call(),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    call_id: UUID
    state: str = "wanted"
    reason: str = ""
    wanted_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    storage_key: str | None = None
    content_type: str | None = None
    size_bytes: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = None
    duration_seconds: Decimal | None = Field(default=None, max_digits=12, decimal_places=3)
    waveform: bytes | None = Field(default=None, sa_type=LargeBinary)
    kept_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    delete_after: datetime | None = Field(default=None, sa_type=_INSTANT)
    deleted_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    vendor_deleted_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class CallNote(SQLModel, table=True):
    """What a person wrote about a call; `author` is their name as it was then."""

    __tablename__ = "call_notes"
    __table_args__ = (CheckConstraint("words <> ''", name="words"), _of_call())

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    call_id: UUID
    words: str
    written_by: UUID
    author: str
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class CallAnnotation(SQLModel, table=True):
    """Tags, who looks after a call, and whether that is done."""

    __tablename__ = "call_annotations"
    __table_args__ = (UniqueConstraint("org_id", "call_id"), _of_call())

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    call_id: UUID
    tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    assigned_to: UUID | None = None
    assignee: str = ""
    resolved_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    resolved_by: str = ""
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
