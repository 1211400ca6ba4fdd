"""What `/metrics` says. Counters of this process are `prometheus_client`'s, made where they are counted.

Several workers of one web process count together, through files of theirs. Jobs and signs of life are read
from the database at each scrape: they are the same whichever process answers, and survive every restart.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from voxanne_app.foundation import heartbeats, job_history
from voxanne_app.foundation.database import Claims, transaction

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LATELY = timedelta(minutes=5)
Figures = Callable[[Session], Iterable[Metric]]
_more: list[Figures] = []


def also_say(figures: Figures) -> None:
    """What a domain has to say at each scrape, of the platform's own session; each process says it once."""
    if figures not in _more:
        _more.append(figures)


class _Jobs(Collector):
    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Without this the database would be asked when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("voxanne_database_up", "Whether the database answered this scrape.")
        try:
            families = _read()
        except SQLAlchemyError as error:
            log.warning("Metrics without the database", exc_info=error)
            families = []
        up.add_metric([], 1 if families else 0)
        yield from [up, *families]


def _read() -> list[Metric]:
    with transaction(Claims.system()) as session:
        depths = job_history.depths(session)
        outcomes = job_history.outcomes(session, within=_LATELY)
        ages = heartbeats.ages(session)
        more = [family for figures in _more for family in figures(session)]
    jobs = GaugeMetricFamily(
        "voxanne_jobs", "Jobs by state; later is waiting for its time.", labels=["state"]
    )
    for state in ("due", "later", "running", "dead"):
        jobs.add_metric([state], getattr(depths, state))
    oldest = GaugeMetricFamily("voxanne_jobs_oldest_due_seconds", "How long the oldest due job has been due.")
    oldest.add_metric([], depths.oldest_due_seconds)
    lately = GaugeMetricFamily(
        "voxanne_jobs_last_5_minutes", "Jobs done and dead, and attempts failed.", labels=["job", "outcome"]
    )
    for (name, outcome), count in outcomes.items():
        lately.add_metric([name, outcome], count)
    beats = GaugeMetricFamily(
        "voxanne_heartbeat_age_seconds", "Since the last sign of life.", labels=["process"]
    )
    for process, age in ages.items():
        beats.add_metric([process], age)
    return [jobs, oldest, lately, beats, *more]


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # voxanne_app/serving.py
        return REGISTRY
    of_all_workers = CollectorRegistry()
    MultiProcessCollector(of_all_workers)  # type: ignore[no-untyped-call]
    of_all_workers.register(_Jobs())
    return of_all_workers


REGISTRY.register(_Jobs())


def exposition() -> bytes:
    """Everything, in Prometheus' text format. Blocking: it asks the database."""
    return generate_latest(_registry())
