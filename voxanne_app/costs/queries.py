"""What something cost, component by component."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_OF_CALL = text("""
    select component, sum(amount_usd) as amount_usd from cost_entries
    where org_id = :org_id and call_id = :call_id group by component order by component
""")


@dataclass(frozen=True)
class ComponentCost:
    component: str
    amount_usd: Decimal


def costs_of_call(session: Session, *, org_id: UUID, call_id: UUID) -> tuple[ComponentCost, ...]:
    """A call's costs, one row per component."""
    found = session.connection().execute(_OF_CALL, {"org_id": org_id, "call_id": call_id})
    return tuple(ComponentCost(row.component, row.amount_usd) for row in found)
