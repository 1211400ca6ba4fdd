"""Whether a bill agrees with what was used, part by part, and with itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from voxanne_app.costs.prices import expected_usd

# Less than half a cent is rounding.
_ROUNDING = Decimal("0.005")


@dataclass(frozen=True)
class CostItemRow:
    """One line of the ledger, as it is billed."""

    component: str
    detail: str
    amount_usd: Decimal
    usage: Mapping[str, float]
    incurred_at: datetime


@dataclass(frozen=True)
class CheckedComponent:
    """`expected_usd` is None when it cannot be told: no price, or nothing counted, or a key of one's own."""

    component: str
    billed_usd: Decimal
    expected_usd: Decimal | None
    usage: Mapping[str, float]

    @property
    def agrees(self) -> bool:
        return self.expected_usd is None or abs(self.billed_usd - self.expected_usd) < _ROUNDING


def check(items: Sequence[CostItemRow]) -> tuple[CheckedComponent, ...]:
    """The components of one call, each billed and as it should be."""
    by_component: dict[str, list[CostItemRow]] = {}
    for item in items:
        by_component.setdefault(item.component, []).append(item)
    return tuple(_checked(component, rows) for component, rows in by_component.items())


def adds_up(items: Sequence[CostItemRow], total_usd: Decimal | None) -> bool:
    """Whether the parts come to what the whole is said to cost."""
    billed = sum((item.amount_usd for item in items), Decimal(0))
    return not items or total_usd is None or abs(billed - total_usd) < _ROUNDING


def _checked(component: str, rows: Sequence[CostItemRow]) -> CheckedComponent:
    expected = [
        # Nothing is billed for what runs with a key of one's own.
        expected_usd(row.component, row.detail, row.usage, at=row.incurred_at)
        if row.amount_usd
        else Decimal(0)
        for row in rows
    ]
    known = [amount for amount in expected if amount is not None]
    used: dict[str, float] = {}
    for row in rows:
        for unit, amount in row.usage.items():
            used[unit] = used.get(unit, 0.0) + amount
    return CheckedComponent(
        component=component,
        billed_usd=sum((row.amount_usd for row in rows), Decimal(0)),
        expected_usd=sum(known, Decimal(0)) if len(known) == len(rows) else None,
        usage=used,
    )
