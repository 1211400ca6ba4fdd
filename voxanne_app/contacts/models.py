"""The people who call."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, UniqueConstraint
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
