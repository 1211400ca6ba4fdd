"""Tests that are kept with an agent, and what came of running them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


def _json() -> Any:
    return Column(JSONB, nullable=False)


class KeptTest(SQLModel, table=True):
    """`lines` are what the caller says, one after the other, whatever is answered. It takes place as if it
    were `weekday` (0 is Monday) and `minute` of the day at the clinic. `revision` counts its changes. One
    that was made of a call goes when the call's words go."""

    __tablename__ = "kept_tests"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "call_id"),
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("origin in ('hand', 'trial', 'call')", name="origin"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("minute between 0 and 1439", name="minute"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    agent_id: UUID
    name: str
    origin: str = "hand"
    call_id: UUID | None = None
    lines: list[str] = Field(default_factory=list, sa_column=_json())
    expectations: list[dict[str, Any]] = Field(default_factory=list, sa_column=_json())
    weekday: int = 0
    minute: int = 600
    shows_number: bool = True
    revision: int = 1
    author: str = ""
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class KeptTestRun(SQLModel, table=True):
    """One run of a test as it was at `revision`, against exactly what `digest` is the review of; `version`
    is that version's number, None of a draft. The conversation is a trial while it is on; once it is over,
    `turns` is what was said, and `findings` has a sentence, or an empty one, for each expectation."""

    __tablename__ = "kept_test_runs"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        ForeignKeyConstraint(
            ["org_id", "test_id"], ["kept_tests.org_id", "kept_tests.id"], ondelete="cascade"
        ),
        CheckConstraint("state in ('waiting', 'passed', 'failed', 'broken')", name="state"),
        CheckConstraint("(state = 'waiting') = (finished_at is null)", name="finished_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    test_id: UUID
    revision: int
    digest: str
    version: int | None = None
    state: str = "waiting"
    said: int = 0
    findings: list[str] = Field(default_factory=list, sa_column=_json())
    turns: list[dict[str, Any]] = Field(default_factory=list, sa_column=_json())
    trouble: str = ""
    cost_usd: Decimal | None = Field(default=None, max_digits=12, decimal_places=6)
    asked_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    finished_at: datetime | None = Field(default=None, sa_type=_INSTANT)
