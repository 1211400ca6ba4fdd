"""The ledger: what each thing cost, by vendor and component."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

_INSTANT: Any = DateTime(timezone=True)


class CostEntry(SQLModel, table=True):
    """`entry_key` says what was paid for, so that the same news twice is one entry."""

    __tablename__ = "cost_entries"
    __table_args__ = (
        UniqueConstraint("org_id", "entry_key"),
        ForeignKeyConstraint(["org_id", "call_id"], ["call_logs.org_id", "call_logs.id"], ondelete="cascade"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    org_id: UUID = Field(foreign_key="organizations.id")
    call_id: UUID | None = None
    entry_key: str
    vendor: str
    component: str
    detail: str = ""
    quantity: Decimal | None = Field(default=None, max_digits=16, decimal_places=6)
    unit: str = ""
    usage: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    amount_usd: Decimal = Field(max_digits=14, decimal_places=6)
    incurred_at: datetime = Field(sa_type=_INSTANT)
