"""Phone numbers as people and vendors write them."""

import random

import phonenumbers
import pytest

from voxanne_app.foundation import phone_numbers


def test_what_is_plain_already_is_what_the_library_would_say() -> None:
    dice = random.Random(7)
    plain = [f"+1{dice.randint(2, 9)}{dice.randint(0, 10**9 - 1):09d}" for _ in range(300)]
    assert [phone_numbers.as_e164(number) for number in plain] == plain
    assert [
        phonenumbers.format_number(phonenumbers.parse(number, "US"), phonenumbers.PhoneNumberFormat.E164)
        for number in plain
        if phonenumbers.is_possible_number(phonenumbers.parse(number, "US"))
    ] == plain


@pytest.mark.parametrize(
    "written", ["(503) 555-0164", "503.555.0164", "1 503 555 0164", "+1 503 555 0164", "+15035550164 "]
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert phone_numbers.as_e164(written) == "+15035550164"


@pytest.mark.parametrize("written", ["+1503555016", "anonymous", "12"])
def test_what_cannot_be_a_number_is_none(written: str) -> None:
    assert phone_numbers.as_e164(written) is None
