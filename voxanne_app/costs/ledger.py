"""The ledger: one entry per thing paid for, however often the vendor says so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True)
class Charge:
    """`key` names what was paid for, once in an organization."""

    key: str
    vendor: str
    component: str
    amount_usd: Decimal
    detail: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)


_RECORD = text("""
    insert into cost_entries
      (org_id, call_id, entry_key, vendor, component, detail, quantity, unit, usage, amount_usd, incurred_at)
    values (:org_id, :call_id, :key, :vendor, :component, :detail, :quantity, :unit, cast(:usage as jsonb),
      :amount_usd, :incurred_at)
    on conflict (org_id, entry_key) do update set
      detail = excluded.detail, quantity = excluded.quantity, unit = excluded.unit,
      usage = excluded.usage, amount_usd = excluded.amount_usd, incurred_at = excluded.incurred_at
""")
_WITHDRAW = text("""
    delete from cost_entries where org_id = :org_id and call_id = :call_id and vendor = any(:vendors)
      and not entry_key = any(:keys)
""")


def record_costs_of_call(
    session: Session, charges: Sequence[Charge], *, org_id: UUID, call_id: UUID, incurred_at: datetime
) -> None:
    """Make `charges` what their vendors ask for this call: those named before and not now are withdrawn."""
    if not charges:
        return
    of_call = {"org_id": org_id, "call_id": call_id}
    connection = session.connection()
    plain = [vars(charge) | {"usage": json.dumps(dict(charge.usage))} for charge in charges]
    connection.execute(_RECORD, [values | of_call | {"incurred_at": incurred_at} for values in plain])
    keys, vendors = [charge.key for charge in charges], list({charge.vendor for charge in charges})
    connection.execute(_WITHDRAW, of_call | {"keys": keys, "vendors": vendors})
