"""The numbers that ring at a clinic, and the vendors' names for them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from voxanne_app.foundation import clock

_INSTANT: Any = DateTime(timezone=True)

# "Always" is two finite times: Python cannot read an infinite one.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(9999, 1, 1, tzinfo=UTC)


class PhoneNumber(SQLModel, table=True):
    """`pinned_version`: the version of its agent that answers here, whatever is published since."""

    __tablename__ = "phone_numbers"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        UniqueConstraint("org_id", "number"),
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    agent_id: UUID | None = None
    number: str
    name: str = ""
    pinned_version: int | None = None
    created_at: datetime = Field(default_factory=clock.now, sa_type=_INSTANT)


class VendorAddress(SQLModel, table=True):
    """Whose a vendor's assistant, number id or phone number is, from when until when.

    The database allows one owner at a time on the whole platform.
    """

    __tablename__ = "vendor_addresses"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "agent_id"], ["agents.org_id", "agents.id"]),
        CheckConstraint("kind in ('assistant', 'phone_number', 'number')", name="kind"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    agent_id: UUID | None = None
    vendor: str
    kind: str
    value: str
    valid_from: datetime = Field(default=BEGINNING, sa_type=_INSTANT)
    valid_until: datetime = Field(default=END, sa_type=_INSTANT)
