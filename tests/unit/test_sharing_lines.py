"""Who may take one of the lines that all clinics share."""

from uuid import UUID, uuid4

import pytest

from voxanne_app.calls.lines import Lines, may_call_out

OURS = UUID(int=1)


def lines(own: int, *others: int, in_all: int = 10) -> Lines:
    return Lines(in_all, ({OURS: own} if own else {}) | {uuid4(): count for count in others})


@pytest.mark.parametrize(
    ("own", "others", "allowed"),
    [
        (0, (), True),
        (0, (7,), True),
        (0, (8,), False),  # two stay free for those who ring
        (0, (12,), False),  # more than there should be
        (1, (4,), True),
        (1, (5,), False),  # the last ones are for clinics that have none
        (3, (), True),
        (4, (), False),  # half of them, even alone
        (2, (1, 1), False),  # a third of them
    ],
)
def test_no_clinic_takes_the_last_lines_while_others_have_none(
    own: int, others: tuple[int, ...], allowed: bool
) -> None:
    assert may_call_out(lines(own, *others), OURS) is allowed


@pytest.mark.parametrize(("taken", "scarce"), [(8, False), (9, True), (10, True), (11, True)])
def test_fewer_than_two_free_lines_are_scarce(taken: int, scarce: bool) -> None:
    assert lines(0, taken).are_scarce is scarce
    assert lines(0, taken).left == max(0, 10 - taken)


def test_with_a_single_line_only_its_use_is_worth_an_alert() -> None:
    assert not lines(0, in_all=1).are_scarce
    assert lines(1, in_all=1).are_scarce
