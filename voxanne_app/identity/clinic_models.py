"""Who is asked to join a clinic, who of the operators was in it, and clinics that are being set up."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT = DateTime(timezone=True)


class Invitation(SQLModel, table=True):
    """A role in a clinic, offered to whoever reads the mail of an address."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        CheckConstraint("email = lower(email) and email like '%_@_%'", name="email"),
        CheckConstraint("role in ('owner', 'admin', 'staff', 'viewer')", name="role"),
        Index(
            "invitations_one_open",
            "org_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at is null and withdrawn_at is null"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    email: str
    role: str
    invited_by: UUID = Field(foreign_key="people.id")
    token_hash: bytes | None = Field(default=None, unique=True)
    account_id: UUID | None = None
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    sent_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    expires_at: datetime = Field(sa_type=_INSTANT)
    problem: str = ""
    accepted_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    withdrawn_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class Visit(SQLModel, table=True):
    """An operator in a clinic, for a reason, until `ends_at` or before."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        CheckConstraint("length(reason) between 10 and 500", name="reason"),
        CheckConstraint("ends_at > started_at and ends_at <= started_at + interval '4 hours'", name="length"),
        Index("visits_of_clinic", "org_id", text("started_at desc")),
        Index("visits_one_open", "session_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    person_id: UUID = Field(foreign_key="people.id")
    person_name: str
    session_id: UUID
    reason: str
    started_at: datetime = Field(sa_type=_INSTANT)
    ends_at: datetime = Field(sa_type=_INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class WelcomeDraft(SQLModel, table=True):
    """What somebody has typed so far who is setting up a clinic; `clinic_id` once it is made."""

    __tablename__ = "welcome_drafts"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    clinic_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
