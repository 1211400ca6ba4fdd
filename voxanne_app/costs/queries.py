"""What something cost, as it was billed."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.costs.checking import CostItemRow

_OF_CALL = text("""
    select component, detail, amount_usd, usage, incurred_at from cost_entries
    where org_id = :org_id and call_id = :call_id order by component, entry_key
""")


def costs_of_call(session: Session, *, org_id: UUID, call_id: UUID) -> tuple[CostItemRow, ...]:
    """The lines of a call's bill."""
    found = session.connection().execute(_OF_CALL, {"org_id": org_id, "call_id": call_id})
    return tuple(CostItemRow(*row) for row in found)
