"""What row level security costs: the list of calls over 1,000,000 calls, with policies and without.

The same statements, which name the organization themselves, alternately as the app's role, whom policies
hold, and as a role above policies, so that both meet the machine in the same mood.
"""

import statistics
import time
from uuid import UUID

from voxanne_app.bench import ground
from voxanne_app.bench.many_calls import CALLS, CLINICS, fill
from voxanne_app.calls.call_list import calls_page
from voxanne_app.calls.call_list_statement import CallFilters
from voxanne_app.embedded import databases
from voxanne_app.foundation.database import Claims, engine_for, transaction_at

_MARK = 1.20
_ROUNDS = 40
_LOOKS = {
    "first page": CallFilters(),
    "booked": CallFilters(tab="booked"),
    "needs someone": CallFilters(tab="needs_someone"),
    "one outcome": CallFilters(outcome="missed"),
    "outbound": CallFilters(direction="outbound"),
    "two words": CallFilters(words="need word17"),
    "a frequent word": CallFilters(words="need"),
    "a number": CallFilters(words="555-0137"),
}


def main() -> int:
    with ground.bench_database() as server:
        began = time.perf_counter()
        clinics = fill(server)
        print(f"{CALLS:,} calls in {CLINICS} organizations, made in {time.perf_counter() - began:.0f} s")
        held, above = (
            databases.with_database(url, ground.DATABASE) for url in (server.app_url, server.superuser_url)
        )
        pairs = [
            pair for name, filters in _LOOKS.items() for pair in _measure(name, filters, clinics, held, above)
        ]
        engine_for(above).dispose()
    ratio = _ratio(pairs)
    verdict = "pass" if ratio <= _MARK else "MISS"
    print(f"{'all pairs':<16} {'':>46} ratio {ratio:4.2f}   {verdict} (mark {_MARK:.2f})")
    return 0 if ratio <= _MARK else 1


def _measure(
    name: str, filters: CallFilters, clinics: list[UUID], held: str, above: str
) -> list[tuple[float, float]]:
    """Pairs of milliseconds, with policies and without, one right after the other; the first warms up."""
    pairs = []
    for round_ in range(_ROUNDS + 1):
        org_id = clinics[0] if round_ % 2 == 0 else clinics[1 + round_ % (len(clinics) - 1)]
        first, second = (held, above) if round_ % 4 < 2 else (above, held)
        waits = {url: _look(url, filters, org_id) for url in (first, second)}
        pairs.append((waits[held], waits[above]))
    with_rls, plain = (statistics.median(waits) for waits in zip(*pairs[1:], strict=True))
    print(
        f"{name:<16} with policies {with_rls:6.1f} ms   plain WHERE {plain:6.1f} ms   "
        f"ratio {_ratio(pairs[1:]):4.2f}",
        flush=True,
    )
    return pairs[1:]


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(with_rls / plain for with_rls, plain in pairs)


def _look(url: str, filters: CallFilters, org_id: UUID) -> float:
    began = time.perf_counter()
    with transaction_at(url, Claims.organization(org_id)) as session:
        calls_page(session, filters, org_id=org_id, zone="America/New_York")
    return (time.perf_counter() - began) * 1000
