"""Who meets a candidate is decided by their number, and two versions are compared with their doubt."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.agents.rollout import Answering, is_among, share_of

AGENT = UUID("6f0a52c4-93ab-4a0e-8f9d-3c1f6a6f2b51")
NUMBERS = [f"+1503555{number:04}" for number in range(4000)]


@pytest.mark.parametrize("share", [1, 10, 50, 90])
def test_about_as_many_callers_as_were_wished_meet_the_candidate(share: int) -> None:
    among = sum(is_among(share, AGENT, 7, number) for number in NUMBERS)
    assert abs(among / len(NUMBERS) - share / 100) < 0.025


def test_a_caller_meets_the_same_one_each_time_and_more_meet_it_as_the_share_grows() -> None:
    for number in NUMBERS[:300]:
        met = [is_among(share, AGENT, 7, number) for share in range(0, 101, 5)]
        assert met == sorted(met)
        assert met[0] is False and met[-1] is True


def test_another_candidate_is_met_by_others() -> None:
    some, others = ({n for n in NUMBERS if is_among(20, AGENT, version, n)} for version in (7, 8))
    assert 0.1 < len(some & others) / len(some) < 0.3


def test_who_withholds_their_number_meets_what_is_published() -> None:
    assert not is_among(100, AGENT, 7, "")


def test_a_pinned_number_is_answered_by_its_version_as_long_as_that_can_be_served() -> None:
    served = {3: {}, 7: {}}
    assert Answering(9, 3, 7, 100, served).version_for(AGENT, NUMBERS[0]) == 3
    assert Answering(9, 2, None, 0, served).version_for(AGENT, NUMBERS[0]) == 9
    assert Answering(9, None, 7, 100, served).version_for(AGENT, NUMBERS[0]) == 7
    assert Answering(9, None, 8, 100, served).version_for(uuid4(), NUMBERS[0]) == 9


def test_wilsons_interval_is_as_in_the_textbook() -> None:
    found = share_of(8, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4902, 0.9433)
    assert (share_of(0, 0).low, share_of(0, 0).high) == (0.0, 1.0)


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_holds_the_share_and_stays_between_none_and_all(hits: int, calls: int) -> None:
    found = share_of(min(hits, calls), calls)
    assert 0 <= found.low <= found.hits / calls + 1e-9 and found.hits / calls <= found.high + 1e-9 <= 1 + 1e-8
