"""The people who call."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)


class Contact(SQLModel, table=True):
    """One person or household of a clinic, known by the phone number (E.164)."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("org_id", "id"), UniqueConstraint("org_id", "phone"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    phone: str
    name: str = ""
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class CallingConsent(SQLModel, table=True):
    """Whether somebody agreed to be called by an automated voice: said so, or took it back. Only ever added
    to, the latest one holds. `how` they agreed: on the phone, in writing, in person.
    """

    __tablename__ = "contact_consents"
    __table_args__ = (ForeignKeyConstraint(["org_id", "contact_id"], ["contacts.org_id", "contacts.id"]),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    contact_id: UUID
    is_given: bool
    how: str = ""
    recorded_by: UUID | None = Field(default=None, foreign_key="people.id")
    recorded_by_name: str = ""
    recorded_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)
