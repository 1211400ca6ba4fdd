"""What webhooks lost is found in the vendor's own list, and goes the way it would have gone.

A found report goes into the inbox: whose it is, that it is handled once, and that nobody's stays for
operators to see, are then the same as for one that came by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.webhooks import inbox, tenants

# A webhook is repeated for a minute; what is younger than this may still come by itself.
PATIENCE = timedelta(minutes=2)
# Looked at twice: clocks differ, and a call is listed some time after it was written to.
OVERLAP = timedelta(minutes=15)
FIRST_LOOK_BACK = timedelta(hours=24)
LONGEST_STRETCH = timedelta(hours=6)
_AT_ONCE = 100

_REACHED = text("select reached from reconciliations where vendor = :vendor")
_COUNTS = text("select lost, nobodys, extract(epoch from now() - reached) as age from reconciliations")
_NOTE = text("""
    insert into reconciliations as r (vendor, reached, ran_at, looked_at, lost, nobodys)
    values (:vendor, :reached, :ran_at, :looked_at, :lost, :nobodys)
    on conflict (vendor) do update set reached = greatest(r.reached, excluded.reached),
      ran_at = excluded.ran_at, looked_at = r.looked_at + excluded.looked_at, lost = r.lost + excluded.lost,
      nobodys = r.nobodys + excluded.nobodys
""")
# A call's report, whichever way it came. The time is what is looked up by: none comes before its call.
_CAME = text("""
    select distinct split_part(event_key, ':', 2) from webhook_inbox
    where provider = :vendor and event_type = 'end-of-call-report' and received_at >= :since
      and split_part(event_key, ':', 2) = any(:call_ids)
""")


@dataclass(frozen=True)
class Findings:
    """`looked_at` calls; of those, `lost` had no report here, and `nobodys` of the lost no clinic."""

    looked_at: int = 0
    lost: int = 0
    nobodys: int = 0

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.looked_at + other.looked_at, self.lost + other.lost, self.nobodys + other.nobodys
        )


def stretches(session: Session, *, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is to be compared, in order: from where the last comparison ended, with an overlap, till now."""
    reached = session.connection().execute(_REACHED, {"vendor": PROVIDER}).scalar_one_or_none()
    since, last = (reached - OVERLAP) if reached else (now - FIRST_LOOK_BACK), now - PATIENCE
    while since < last:
        until = min(since + LONGEST_STRETCH, last)
        yield since, until
        since = until


def take_in(events: Iterable[VapiEvent]) -> Findings:
    """Store the reports that never came, batch by batch; doing it twice is harmless."""
    coming, found = iter(events), Findings()
    while batch := tuple(islice(coming, _AT_ONCE)):
        found += _take_in(batch)
    return found


def note(session: Session, findings: Findings, *, reached: datetime, now: datetime) -> None:
    """Everything up to `reached` is compared."""
    values = vars(findings) | {"vendor": PROVIDER, "reached": reached, "ran_at": now}
    session.connection().execute(_NOTE, values)


def figures(session: Session) -> Iterator[Metric]:
    """What `/metrics` says: nothing before the first comparison."""
    for row in session.connection().execute(_COUNTS):
        yield CounterMetricFamily("voxanne_reports_lost", "Reports no webhook brought.", value=row.lost)
        yield CounterMetricFamily("voxanne_reports_nobodys", "Found reports of no clinic.", value=row.nobodys)
        yield GaugeMetricFamily("voxanne_reconciled_seconds_ago", "How far behind it is.", value=row.age)


def _take_in(events: tuple[VapiEvent, ...]) -> Findings:
    asked = {
        "vendor": PROVIDER,
        "since": min(event.happened_at for event in events) - OVERLAP,
        "call_ids": [event.call_id for event in events],
    }
    with transaction(Claims.system()) as session:
        came = set(session.connection().execute(_CAME, asked).scalars())
    lost = [event for event in events if event.call_id not in came]
    if lost:
        inbox.store([inbox.arrived(event) for event in lost])
    nobodys = sum(tenants.tenant_of(PROVIDER, event.addresses, event.happened_at) is None for event in lost)
    return Findings(len(events), len(lost), nobodys)
