"""The receptionists a clinic sets up, and what each says and does, version by version."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class Agent(SQLModel, table=True):
    """Its columns tell what is published; `version` 0 is an agent that never was."""

    __tablename__ = "agents"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("role in ('inbound', 'outbound')", name="role"),
        CheckConstraint(
            "voice_provider in ('vapi', 'elevenlabs', 'openai', 'google', 'azure', 'playht', 'rime')",
            name="voice_provider",
        ),
        CheckConstraint("candidate_share between 0 and 100", name="candidate_share"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    name: str
    role: str = "inbound"
    first_message: str = ""
    system_prompt: str = ""
    voice_provider: str = "vapi"
    voice_id: str = "Elliot"
    language: str = "en"
    version: int = 1
    is_active: bool = True
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    drift: list[dict[str, str]] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    drift_found_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    candidate_version: int | None = None
    candidate_share: int = 0


class AgentVersion(SQLModel, table=True):
    """One draft at most, one being published at most; what was published never changes again."""

    __tablename__ = "agent_versions"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "agent_id", "number"),
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
        CheckConstraint("state in ('draft', 'publishing', 'published')", name="state"),
        CheckConstraint("share between 1 and 100", name="share"),
        CheckConstraint("(state = 'draft') = (number is null)", name="number"),
        CheckConstraint("(state = 'published') = (published_at is not null)", name="published_at"),
        Index(
            "agent_versions_one_draft",
            "org_id",
            "agent_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "agent_versions_one_publishing",
            "org_id",
            "agent_id",
            unique=True,
            postgresql_where=text("state = 'publishing'"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    agent_id: UUID
    number: int | None = None
    state: str = "draft"
    configuration: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    revision: int = 1
    restored_from: int | None = None
    first_message: str = ""
    prompt: str = ""
    is_recorded: bool = True
    digest: str = ""
    share: int = 100
    platform_body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    trouble: str = ""
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    saved_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    saved_by: UUID | None = None
    saved_by_name: str = ""
    asked_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    published_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    published_by: UUID | None = None
    published_by_name: str = ""
