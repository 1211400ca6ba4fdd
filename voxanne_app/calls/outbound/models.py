"""Calls that the clinic makes itself. The row is the truth: nothing is dialled that no row says it dials."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class OutboundCall(SQLModel, table=True):
    """One attempt: asked → dialling → dialled → ended; stopped or refused before it is dialled; failed when
    the platform said no; unknown when nobody can say whether it was dialled.

    `note` says in words what it waits for, or why it came to nothing. `call_name` is what its call is called
    at the platform. `line_until`: until when it takes a line that no call stands for yet. A `test` is to a
    person's own phone.
    """

    __tablename__ = "outbound_calls"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "call_name"),
        CheckConstraint("kind in ('callback', 'test')", name="kind"),
        CheckConstraint(
            "state in ('asked', 'dialling', 'dialled', 'ended', 'stopped', 'refused', 'failed', 'unknown')",
            name="state",
        ),
        ForeignKeyConstraint(["org_id", "contact_id"], ["contacts.org_id", "contacts.id"]),
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
        ForeignKeyConstraint(["org_id", "case_id"], ["cases.org_id", "cases.id"]),
        ForeignKeyConstraint(["org_id", "about_call_id"], ["call_logs.org_id", "call_logs.id"]),
        ForeignKeyConstraint(["org_id", "call_id"], ["call_logs.org_id", "call_logs.id"]),
        Index(
            "outbound_calls_one_open",
            "org_id",
            "number",
            unique=True,
            postgresql_where=text("state in ('asked', 'dialling', 'dialled')"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    kind: str = "callback"
    state: str = "asked"
    number: str
    callee: str = ""
    contact_id: UUID | None = None
    agent_id: UUID
    about: str = ""
    case_id: UUID | None = None
    about_call_id: UUID | None = None
    call_id: UUID | None = None
    trial_id: UUID | None = None
    call_name: UUID = Field(default_factory=uuid4)
    due_at: datetime = Field(sa_type=_INSTANT)
    note: str = ""
    asked_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    asked_by: UUID | None = Field(default=None, foreign_key="people.id")
    asked_by_name: str = ""
    line_until: datetime | None = Field(default=None, sa_type=_INSTANT)
    dialling_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    settled_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    talked_at: datetime | None = Field(default=None, sa_type=_INSTANT)
