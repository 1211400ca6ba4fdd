"""Whom and what callers mean."""

from uuid import uuid4

import pytest

from voxanne_app.bookings.matching import matching
from voxanne_app.bookings.schedule import BookablePractitioner


def practitioner(name: str) -> BookablePractitioner:
    return BookablePractitioner(id=uuid4(), name=name, service_ids=frozenset(), weekly={0: ((540, 1020),)})


AMARI, AMARO, CHEN = practitioner("Dr. Rosa Amari"), practitioner("Dr. Luis Amaro"), practitioner("Dr. Chen")


@pytest.mark.parametrize(
    "heard", ["Dr. Rosa Amari", "rosa amari", "Doctor Amari", "with Dr Amari please", "ámari"]
)
def test_a_practitioner_is_known_by_the_words_of_the_name(heard: str) -> None:
    assert matching(heard, [AMARI, CHEN]) == [AMARI]


def test_what_can_mean_two_means_two() -> None:
    assert len(matching("Amarr", [practitioner("Amari"), practitioner("Amaro"), CHEN])) == 2


@pytest.mark.parametrize("heard", ["", "   ", "Dr. Nobody", "💐", "x" * 10_000])
def test_what_means_nobody_means_nobody(heard: str) -> None:
    assert matching(heard, [AMARI, AMARO, CHEN]) == []
