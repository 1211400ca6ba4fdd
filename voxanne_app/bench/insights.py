"""Insights of one clinic with 1,000,000 calls: read from the counts, beside counting the calls themselves."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from voxanne_app.bench import ground, many_calls
from voxanne_app.calls.insights.counting import count_changes
from voxanne_app.calls.insights.period import CHOICES, Period, period_of
from voxanne_app.calls.insights.reading import Insights, insights
from voxanne_app.foundation.database import Claims, transaction

T = TypeVar("T")
_ZONE = "America/New_York"  # as the clinics of the ground
_MARK_MS = 200.0
_ROUNDS, _DIRECT_ROUNDS = 15, 2
_CHANGE = text("""
    update call_logs set cost_usd = cost_usd + 0.01 where id in (
      select id from call_logs where org_id = :org_id and created_at >= :since limit 50)
""")


def main() -> int:
    with ground.bench_database() as server:
        org_id = many_calls.fill(server, one_in=1)[0]
        now = datetime.now(UTC)
        direct = {choice: _measured(org_id, choice, now, _DIRECT_ROUNDS) for choice in CHOICES}
        took, days = _took(lambda: _count(org_id, now))
        print(f"{many_calls.CALLS:,} calls of one clinic, {days} days counted in {took / 1000:.1f} s")
        _change_today(org_id, now)
        passed = [_compare(org_id, choice, now, direct[choice][0]) for choice in CHOICES]
        print(f"a day counted again in {_took(lambda: _count(org_id, now))[0]:.0f} ms")
    return 0 if all(passed) else 1


def _compare(org_id: UUID, choice: str, now: datetime, direct_ms: float) -> bool:
    """With today counted from its calls, as it is most of the time."""
    milliseconds, found = _measured(org_id, choice, now, _ROUNDS)
    verdict = "pass" if milliseconds <= _MARK_MS else "MISS"
    held = f"{found.now.total.calls:,} and {found.before.total.calls:,} calls"
    print(
        f"{CHOICES[choice]:<12} p50 {milliseconds:6.1f} ms   from the calls {direct_ms:8.1f} ms   "
        f"{held}   {verdict}"
    )
    return milliseconds <= _MARK_MS


def _measured(org_id: UUID, choice: str, now: datetime, rounds: int) -> tuple[float, Insights]:
    period = period_of(choice, zone=_ZONE, now=now)
    looks = [_took(lambda: _read(org_id, period)) for _ in range(rounds)]
    return statistics.median(took for took, _ in looks), looks[-1][1]


def _read(org_id: UUID, period: Period) -> Insights:
    with transaction(Claims.organization(org_id)) as session:
        return insights(session, period, org_id=org_id, zone=_ZONE)


def _count(org_id: UUID, now: datetime) -> int:
    with transaction(Claims.organization(org_id)) as session:
        return count_changes(session, org_id=org_id, now=now)


def _change_today(org_id: UUID, now: datetime) -> None:
    with transaction(Claims.organization(org_id)) as session:
        session.connection().execute(_CHANGE, {"org_id": org_id, "since": now - timedelta(minutes=30)})


def _took(work: Callable[[], T]) -> tuple[float, T]:
    """(milliseconds, what came of it)."""
    began = time.perf_counter()
    result = work()
    return (time.perf_counter() - began) * 1000, result
