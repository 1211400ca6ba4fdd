"""What a call has cost, by component: `costs[]` filled up from `costBreakdown` where that has more."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from voxanne_app.calls.ports import CostItem
from voxanne_app.integrations.vapi.reading import listed, mapping, number, text

_CENTS = Decimal("0.000001")
_LARGEST = 100_000.0  # dollars for one call: more than that is not a cost but a mistake

# Components are named as in `costs[].type`; in `costBreakdown` they are (key, quantity's key, unit).
_BREAKDOWN = {
    "transport": ("transport", "", ""),
    "transcriber": ("stt", "", ""),
    "model": ("llm", "llmPromptTokens", "prompt tokens"),
    "voice": ("tts", "ttsCharacters", "characters"),
    "vapi": ("vapi", "", ""),
    "chat": ("chat", "", ""),
    "voicemail-detection": ("voicemailDetectionCost", "", ""),
    "knowledge-base": ("knowledgeBaseCost", "", ""),
}
# Everything that a price may go by.
_USED = (
    ("minutes", "minutes"),
    ("characters", "characters"),
    ("promptTokens", "prompt tokens"),
    ("completionTokens", "completion tokens"),
    ("cachedPromptTokens", "cached prompt tokens"),
)
_QUANTITIES = (("minutes", "minutes"), ("characters", "characters"), ("promptTokens", "prompt tokens"))


def costs_of(message: dict[str, Any]) -> tuple[CostItem, ...]:
    items = tuple(filter(None, (_item(mapping(held)) for held in listed(message.get("costs")))))
    billed = {item.component for item in items}
    rest = (
        item for item in _breakdown(mapping(message.get("costBreakdown"))) if item.component not in billed
    )
    return (*items, *rest)


def total_of(message: dict[str, Any]) -> Decimal | None:
    """Dollars: what the platform says the call cost, else what it says the parts come to, else their sum."""
    said = _money(message.get("cost"))
    if said is None:
        said = _money(mapping(message.get("costBreakdown")).get("total"))
    items = costs_of(message)
    return (
        said if said is not None else sum((item.amount_usd for item in items), Decimal(0)) if items else None
    )


def _item(held: dict[str, Any]) -> CostItem | None:
    kind, amount = text(held.get("type")), _money(held.get("cost"))
    if kind is None or amount is None:
        return None
    key, unit = next(
        ((key, unit) for key, unit in _QUANTITIES if number(held.get(key)) is not None), ("", "")
    )
    usage = {name: used for key, name in _USED if (used := number(held.get(key))) is not None and used >= 0}
    return CostItem(kind[:40], _detail(kind, held), amount, _money(held.get(key)), unit, usage)


def _detail(kind: str, held: dict[str, Any]) -> str:
    """Which provider and model it was, in a few words."""
    made = mapping(held.get(kind)) or mapping(held.get("model"))
    parts = (held.get("analysisType"), held.get("subType"), held.get("provider"))
    named = (made.get("provider"), made.get("model") or made.get("voiceId"))
    return " ".join(filter(None, (text(part) for part in (*parts, *named))))[:120]


def _breakdown(held: dict[str, Any]) -> Iterator[CostItem]:
    for component, (key, quantity, unit) in _BREAKDOWN.items():
        if (amount := _money(held.get(key))) is not None:
            yield CostItem(component, "", amount, _money(held.get(quantity)), unit)
    for name, amount in mapping(held.get("analysisCostBreakdown")).items():
        if not name.endswith("Tokens") and (money := _money(amount)) is not None:
            yield CostItem("analysis", name[:120], money)


def _money(value: Any) -> Decimal | None:
    found = number(value)
    if found is None or not 0 <= found < _LARGEST * 1000:
        return None
    return Decimal(repr(found)).quantize(_CENTS)
