"""Organizations, their people, and where those are signed in. Policies come with the migration."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT = DateTime(timezone=True)


class Organization(SQLModel, table=True):
    """A clinic."""

    __tablename__ = "organizations"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("recording_retention_days between 0 and 3650", name="recording_retention_days"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    time_zone: str
    currency: str = "USD"
    phone: str | None = None
    address: str = ""
    recording_announcement: str = "This call is recorded."
    recording_retention_days: int = 90
    suspended_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    suspended_reason: str = ""
    # The roles that must show a second factor here.
    requires_mfa_for: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    first_steps_ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class Person(SQLModel, table=True):
    """Somebody with a sign-in. The id is the one that Supabase Auth gave them: the `sub` of their tokens."""

    __tablename__ = "people"

    id: UUID = Field(primary_key=True)
    email: str = Field(unique=True)
    full_name: str = ""
    is_operator: bool = False
    has_factor: bool = False
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class Membership(SQLModel, table=True):
    """A person's role in a clinic, until it is removed."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("org_id", "person_id"),
        CheckConstraint("role in ('owner', 'admin', 'staff', 'viewer')", name="role"),
        Index("memberships_of_person", "person_id", postgresql_where=text("removed_at is null")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    person_id: UUID = Field(foreign_key="people.id")
    role: str
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    chosen_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    removed_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class BrowserSession(SQLModel, table=True):
    """A browser that is signed in: the hash of its cookie, and Supabase's tokens, encrypted."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "person_id"], ["memberships.org_id", "memberships.person_id"]),
        Index("sessions_of_person", "person_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    token_hash: bytes = Field(unique=True)
    person_id: UUID = Field(foreign_key="people.id")
    org_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    access_token: bytes
    refresh_token: bytes
    tokens_version: int = 0
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    last_seen_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    expires_at: datetime = Field(sa_type=_INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    # "Firefox on Windows" and "203.0.113.x": by which a person knows their own sign-ins again.
    device: str = ""
    network: str = ""
    # What stands between this session and the application (sign_in_steps.py).
    has_factor: bool = False
    recovered_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    awaits_password: bool = False


class RecoveryCode(SQLModel, table=True):
    """Stands in for a lost second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id")
    code_hash: bytes
    made_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=_INSTANT)
