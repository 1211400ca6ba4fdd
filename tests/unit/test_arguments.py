"""What a browser may send where we expect something else."""

import pytest

from voxanne_app.ui import arguments
from voxanne_app.ui.arguments import BadArgument

ODD = [
    None,
    {},
    {"a": 1},
    [],
    ["x"],
    1.5,
    float("nan"),
    True,
    object(),
    "\x00",
    "9" * 5000,
    b"x",
    "NaN",
    "-",
    "١٢",
]


@pytest.mark.parametrize("value", ODD)
def test_odd_values_get_a_sentence_or_come_out_clean(value: object) -> None:
    for read in (
        lambda: arguments.text(value, at_most=100),
        lambda: arguments.one_of(value, {"a", "b"}),
        lambda: arguments.whole_number(value, low=1, high=50),
        lambda: arguments.identifier(value),
        lambda: arguments.calendar_day(value),
    ):
        try:
            result = read()
        except BadArgument as error:
            assert str(error).endswith(".")
        else:
            assert result in ("", "-", "NaN", "١٢", 12)


def test_text_is_trimmed_and_loses_what_cannot_be_printed() -> None:
    assert arguments.text("  Nadia\x00\u202e Okafor\n", at_most=20) == "Nadia Okafor"


@pytest.mark.parametrize("value", [0, 51, "0", "51", "-3", 10**30])
def test_a_number_stays_within_its_bounds(value: object) -> None:
    with pytest.raises(BadArgument, match="from 1 to 50"):
        arguments.whole_number(value, low=1, high=50, name="Rows")


def test_what_is_meant_comes_through() -> None:
    assert arguments.whole_number("16", low=1, high=50) == 16
    assert arguments.one_of("a", {"a", "b"}) == "a"
    assert arguments.calendar_day("2026-11-24").isoformat() == "2026-11-24"
    known = "1f0a8c1e-4a55-4a6f-9a1e-0d6f5a1b2c3d"
    assert str(arguments.identifier(known)) == known


@pytest.mark.parametrize("value", ["2026-02-30", "24.11.2026", "2026-1-1xx", "tomorrow"])
def test_a_date_that_does_not_exist_is_none(value: str) -> None:
    with pytest.raises(BadArgument, match="not a date"):
        arguments.calendar_day(value)
