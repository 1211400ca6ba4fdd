"""When a failed job is tried again: soon at first, then for more than a day."""

FAST_SECONDS = (2.0, 4.0, 8.0)
TAIL_SECONDS = tuple(60.0 * minutes for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 6 * 60, 8 * 60))


def delay_after(attempt: int, *, jitter: float) -> float | None:
    """Seconds to wait after attempt number `attempt` (from 1) failed; None when it was the last.

    `jitter` (0 to 1) adds up to a quarter, so that what failed together does not come back together.
    """
    delays = FAST_SECONDS + TAIL_SECONDS
    return delays[attempt - 1] * (1 + jitter / 4) if attempt <= len(delays) else None


def is_fast(attempt: int) -> bool:
    """Whether the wait after this attempt is one that Huey times; longer waits are the table's alone."""
    return attempt <= len(FAST_SECONDS)
