from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.foundation.job_retries import delay_after, is_fast

_ATTEMPTS = range(1, 100)


def test_the_first_three_retries_follow_within_seconds() -> None:
    assert [delay_after(attempt, jitter=0) for attempt in (1, 2, 3)] == [2, 4, 8]
    assert [is_fast(attempt) for attempt in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_vendor_that_is_away_for_a_day_kills_no_job() -> None:
    delays = [delay for attempt in _ATTEMPTS if (delay := delay_after(attempt, jitter=0))]
    assert sum(delays) >= 24 * 3600
    assert delays == sorted(delays)


def test_a_job_that_always_fails_comes_to_an_end() -> None:
    assert delay_after(_ATTEMPTS[-1], jitter=0) is None


@given(attempt=st.integers(1, 11), jitter=st.floats(0, 1))
def test_jitter_only_ever_adds_up_to_a_quarter(attempt: int, jitter: float) -> None:
    planned, actual = delay_after(attempt, jitter=0), delay_after(attempt, jitter=jitter)
    assert planned is not None
    assert actual is not None
    assert planned <= actual <= planned * 1.25
