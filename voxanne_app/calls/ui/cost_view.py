"""A call's bill as a waterfall, held against what was used."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from voxanne_app.calls.queries import CallView
from voxanne_app.calls.ui import wording
from voxanne_app.calls.ui.call_record import per_minute
from voxanne_app.costs.checking import CheckedComponent, CostItemRow, adds_up, check
from voxanne_app.ui import formatting

# Order of the waterfall; others follow.
_COMPONENTS = ("transport", "transcriber", "model", "voice", "vapi", "analysis")
_UNITS = {"minutes": "min", "characters": "characters", "prompt tokens": "tokens read"}
# Billed so much longer than it lasted, a call is worth a question.
_SECONDS_TOO_MANY = 10


@dataclass(frozen=True)
class CostPart:
    """A bar of the waterfall, which starts where the one before it ended; places are CSS percentages."""

    name: str
    amount: str
    start: str
    width: str
    used: str = ""
    is_odd: bool = False


@dataclass(frozen=True)
class Bill:
    parts: list[CostPart] = field(default_factory=list)
    total: str = ""
    per_minute: str = ""
    heard: str = ""
    verdict: str = ""
    is_odd: bool = False


def bill(call: CallView, items: Sequence[CostItemRow]) -> Bill:
    checked = check(items)
    troubles = [*_disagreements(checked), *_sum_trouble(call, items), *_length_trouble(call, checked)]
    known = [part for part in checked if part.expected_usd is not None and part.billed_usd]
    if troubles:
        verdict = " ".join(troubles)
    else:
        verdict = "The bill agrees with what was used, to the cent." if known else ""
    return Bill(
        parts=_waterfall(checked),
        total=formatting.money(call.cost_usd, digits=3) if call.cost_usd is not None else "",
        per_minute=per_minute(call.cost_usd, call.duration_seconds),
        heard=_lengths(call, checked),
        verdict=verdict,
        is_odd=bool(troubles),
    )


def _waterfall(checked: Sequence[CheckedComponent]) -> list[CostPart]:
    paid = [part for part in checked if part.billed_usd > 0]
    total = sum((part.billed_usd for part in paid), Decimal(0))
    rank = {name: place for place, name in enumerate(_COMPONENTS)}
    parts, start = [], Decimal(0)
    for part in sorted(paid, key=lambda part: rank.get(part.component, len(rank))):
        parts.append(
            CostPart(
                name=wording.component(part.component),
                amount=formatting.money(part.billed_usd, digits=3),
                start=f"{start / total * 100:.2f}%",
                width=f"{part.billed_usd / total * 100:.2f}%",
                used=_used(part),
                is_odd=not part.agrees,
            )
        )
        start += part.billed_usd
    return parts


def _used(part: CheckedComponent) -> str:
    unit = next((unit for unit in _UNITS if unit in part.usage), None)
    if unit is None:
        return ""
    amount = part.usage[unit]
    return f"{amount:,.2f} {_UNITS[unit]}" if unit == "minutes" else f"{amount:,.0f} {_UNITS[unit]}"


def _disagreements(checked: Sequence[CheckedComponent]) -> list[str]:
    return [
        f"{wording.component(part.component)} is billed {formatting.money(part.billed_usd, digits=3)}; "
        f"what was used comes to {formatting.money(part.expected_usd or Decimal(0), digits=3)}."
        for part in checked
        if not part.agrees
    ]


def _sum_trouble(call: CallView, items: Sequence[CostItemRow]) -> list[str]:
    return [] if adds_up(items, call.cost_usd) else ["The parts do not come to the total."]


def _billed_seconds(checked: Sequence[CheckedComponent]) -> float | None:
    minutes = [part.usage["minutes"] for part in checked if "minutes" in part.usage]
    return max(minutes) * 60 if minutes else None


def _length_trouble(call: CallView, checked: Sequence[CheckedComponent]) -> list[str]:
    billed = _billed_seconds(checked)
    if billed is None or call.duration_seconds is None:
        return []
    over = billed - float(call.duration_seconds)
    return ["More time is billed than the call took."] if over > _SECONDS_TOO_MANY else []


def _lengths(call: CallView, checked: Sequence[CheckedComponent]) -> str:
    """`Heard 2:48, billed 2:49`."""
    billed = _billed_seconds(checked)
    if billed is None or call.duration_seconds is None:
        return ""
    heard = formatting.length(float(call.duration_seconds))
    return f"Heard {heard}, billed {formatting.length(round(billed))}"
