"""Conversations that try an agent out. None of them is a call, and nothing in them was really done."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class Trial(SQLModel, table=True):
    """`turns` are over; `asked` is what the caller says next, while the assistant has not answered it, and
    `used` which tools it has used for that so far. `key` is this one answer's: who comes with it to use a
    tool acts in this trial. `happens_at` is when it is meant to be at the clinic. Without a `person_id` it
    is the conversation of a kept test's run, `run_id`."""

    __tablename__ = "trials"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
        CheckConstraint("state in ('waiting', 'asked', 'answering')", name="state"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    agent_id: UUID
    person_id: UUID | None = None
    run_id: UUID | None = None
    happens_at: datetime = Field(sa_type=_INSTANT)
    caller_number: str | None = None
    configuration: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    turns: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    state: str = "waiting"
    asked: str = ""
    key: UUID | None = None
    used: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    trouble: str = ""
    chats: int = 0
    cost_usd: Decimal | None = Field(default=None, sa_type=Numeric(12, 6))
    asked_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
