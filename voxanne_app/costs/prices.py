"""What things cost at their vendors, and since when: by this a bill can be checked.

USD per unit. Prices are the vendors' public ones, or what several bills come to; a new price is a new line,
so that an old bill is held against what was the price then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Price:
    """`detail`: how the bill names provider and model; the longest that occurs in it counts.

    `per`: unit of `usage` → USD. Cached prompt tokens are among the prompt tokens, and cost less.
    """

    component: str
    detail: str
    since: date
    per: Mapping[str, Decimal]


def _tokens(prompt: str, cached: str, completion: str) -> dict[str, Decimal]:
    """USD per million."""
    named = {"prompt tokens": prompt, "cached prompt tokens": cached, "completion tokens": completion}
    return {unit: Decimal(usd) / _MILLION for unit, usd in named.items()}


def _each(unit: str, usd: str) -> dict[str, Decimal]:
    return {unit: Decimal(usd)}


_BEGINNING = date(2024, 1, 1)
_MODELS = {
    "openai gpt-4.1": _tokens("2.00", "0.50", "8.00"),
    "openai gpt-4.1-mini": _tokens("0.40", "0.10", "1.60"),
    "openai gpt-4.1-nano": _tokens("0.10", "0.025", "0.40"),
    "openai gpt-4o": _tokens("2.50", "1.25", "10.00"),
    "openai gpt-4o-mini": _tokens("0.15", "0.075", "0.60"),
    "google gemini-2.5-flash": _tokens("0.30", "0.075", "2.50"),
    "google gemini-2.5-flash-lite": _tokens("0.10", "0.025", "0.40"),
}
PRICES: tuple[Price, ...] = (
    Price("vapi", "", _BEGINNING, _each("minutes", "0.05")),
    Price("transcriber", "deepgram nova-2", _BEGINNING, _each("minutes", "0.0108")),
    Price("transcriber", "deepgram nova-3", _BEGINNING, _each("minutes", "0.0099")),
    Price("transcriber", "deepgram flux", _BEGINNING, _each("minutes", "0.0124")),
    Price("voice", "11labs", _BEGINNING, _each("characters", "0.00005")),
    *(
        Price(component, name, _BEGINNING, per)
        for name, per in _MODELS.items()
        for component in ("model", "analysis")
    ),
)


def price_of(
    component: str, detail: str, *, at: datetime, prices: tuple[Price, ...] = PRICES
) -> Price | None:
    """The price at that time, the most particular one; None when it is not known."""
    on = at.astimezone(UTC).date()
    fitting = [p for p in prices if p.component == component and p.detail in detail and p.since <= on]
    return max(fitting, key=lambda price: (len(price.detail), price.since), default=None)


def expected_usd(
    component: str,
    detail: str,
    usage: Mapping[str, float],
    *,
    at: datetime,
    prices: tuple[Price, ...] = PRICES,
) -> Decimal | None:
    """What this much use costs; None when its price, or how much it was, is not known."""
    price = price_of(component, detail, at=at, prices=prices)
    if price is None or not any(unit in usage for unit in price.per):
        return None
    used = {unit: Decimal(repr(float(amount))) for unit, amount in usage.items()}
    if cached := min(used.get("cached prompt tokens", Decimal(0)), used.get("prompt tokens", Decimal(0))):
        used |= {"prompt tokens": used["prompt tokens"] - cached, "cached prompt tokens": cached}
    return sum((used.get(unit, Decimal(0)) * usd for unit, usd in price.per.items()), Decimal(0))
