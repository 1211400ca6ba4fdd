"""The receptionists a clinic sets up."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, UniqueConstraint
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class Agent(SQLModel, table=True):
    __tablename__ = "agents"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("role in ('inbound', 'outbound')", name="role"),
        CheckConstraint(
            "voice_provider in ('vapi', 'elevenlabs', 'openai', 'google', 'azure', 'playht', 'rime')",
            name="voice_provider",
        ),
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
