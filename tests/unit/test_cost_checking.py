"""A bill held against what was used: by the prices of its day, to the cent."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from voxanne_app.costs.checking import CostItemRow, adds_up, check
from voxanne_app.costs.prices import Price, expected_usd

AT = datetime(2026, 11, 2, 17, tzinfo=UTC)


def item(component: str, amount: str, detail: str = "", **usage: float) -> CostItemRow:
    used = {name.replace("_", " "): value for name, value in usage.items()}
    return CostItemRow(component, detail, Decimal(amount), used, AT)


@pytest.mark.parametrize(
    ("component", "detail", "usage", "usd"),
    [
        # Bills that were seen: the platform's minutes, and what went by tokens, characters and minutes.
        ("vapi", "normal", {"minutes": 0.4213}, "0.021065"),
        ("vapi", "normal", {"minutes": 0.8472}, "0.04236"),
        ("model", "openai gpt-4.1", {"prompt tokens": 1200, "completion tokens": 80}, "0.00304"),
        (
            "model",
            "openai gpt-4.1",
            {"prompt tokens": 1200, "cached prompt tokens": 1000, "completion tokens": 80},
            "0.00154",
        ),
        ("voice", "11labs burt", {"characters": 420}, "0.021"),
        ("transcriber", "deepgram flux-general-en", {"minutes": 0.5}, "0.0062"),
    ],
)
def test_use_times_price_is_what_the_bill_said(
    component: str, detail: str, usage: dict[str, float], usd: str
) -> None:
    assert expected_usd(component, detail, usage, at=AT) == Decimal(usd)


def test_the_longest_name_that_fits_is_the_one_that_is_meant() -> None:
    usage = {"prompt tokens": 1_000_000}
    assert expected_usd("model", "openai gpt-4.1-mini", usage, at=AT) == Decimal("0.4")
    assert expected_usd("model", "openai gpt-4.1", usage, at=AT) == Decimal(2)


def test_a_price_counts_from_its_day_on() -> None:
    dear = Price("vapi", "", date(2026, 11, 3), {"minutes": Decimal("0.07")})
    cheap = Price("vapi", "", date(2024, 1, 1), {"minutes": Decimal("0.05")})
    usage = {"minutes": 10.0}
    assert expected_usd("vapi", "", usage, at=AT, prices=(dear, cheap)) == Decimal("0.5")
    later = datetime(2026, 11, 3, tzinfo=UTC)
    assert expected_usd("vapi", "", usage, at=later, prices=(dear, cheap)) == Decimal("0.7")


def test_what_cannot_be_known_is_not_doubted() -> None:
    unknown, uncounted = item("voice", "0.5", "new voice", characters=10), item("vapi", "0.5")
    own_key = item("voice", "0", "11labs sarah", characters=818)
    assert [part.agrees for part in check([unknown, uncounted, own_key])] == [True, True]
    assert check([own_key])[0].agrees


def test_a_component_that_is_billed_a_cent_too_much_is_marked() -> None:
    (right,) = check([item("vapi", "0.0250", "normal", minutes=0.5)])
    (wrong,) = check([item("vapi", "0.0350", "normal", minutes=0.5)])
    assert (right.agrees, wrong.agrees, wrong.expected_usd) == (True, False, Decimal("0.025"))
    (seconds_as_minutes,) = check([item("vapi", "0.2225", "normal", minutes=0.25)])
    assert not seconds_as_minutes.agrees


def test_parts_that_do_not_come_to_the_total_are_noticed() -> None:
    items = [item("vapi", "0.025"), item("model", "0.003")]
    assert adds_up(items, Decimal("0.028")) and adds_up(items, Decimal("0.0301"))
    assert not adds_up(items, Decimal("0.04"))
    assert adds_up(items, None) and adds_up([], Decimal("0.04"))
