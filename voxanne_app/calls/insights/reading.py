"""The figures of a period beside those of the period before: exact, however many calls there are.

A day whose count stands is read from it. A day that has changed since, or was never counted in the clinic's
zone, is counted from its calls, in the same statement and therefore as of the same moment.
"""

# ruff: noqa: S608 - the statements are made of constants

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.insights.cells import DIRECT, KEY, SUMS
from voxanne_app.calls.insights.period import Period

_CELLS = f"{KEY}, {', '.join(SUMS)}"
_LIVE = DIRECT.format(days="uncounted", and_if="and (w.on_day <> :cut_day or c.wall < :cut)")
_ANSWERED = "filter (where outcome not in ('missed', 'failed'))"
_READ = f"""
    with wanted as materialized (
      select day::date as on_day
      from generate_series(cast(:first as timestamp), cast(:today as timestamp), '1 day') as day),
    changed as materialized (
      select distinct (at at time zone :zone)::date as on_day from call_figure_marks where org_id = :org_id),
    counted as materialized (
      select on_day from call_figure_days where org_id = :org_id and zone = :zone
        and on_day between :first and :today and on_day <> :cut_day and on_day not in (table changed)),
    uncounted as materialized (table wanted except table counted),
    cells as materialized (
      select {_CELLS} from call_figures
      where org_id = :org_id and on_day between :first and :today and on_day in (table counted) {{of_agent}}
      union all
      select {_CELLS} from ({_LIVE}) as live where true {{of_agent}}),
    by_day as materialized (
      select on_day >= :since as is_now, outcome, on_day, agent_id, agent_version,
        {", ".join(f"sum({name}) as {name}" for name in SUMS)}
      from cells group by on_day, outcome, agent_id, agent_version)
    select is_now, outcome, on_day, null as weekday, null as hour, agent_id, agent_version,
      case when grouping(outcome) = 0 then 'outcome' when grouping(on_day) = 0 then 'day'
        when grouping(agent_id) = 0 then 'version' else 'all' end as about,
      sum(calls) as calls, coalesce(sum(calls) {_ANSWERED}, 0) as answered, sum(booked) as booked,
      sum(after_hours) as after_hours, coalesce(sum(timed) {_ANSWERED}, 0) as timed,
      coalesce(sum(seconds) {_ANSWERED}, 0) as seconds, sum(billed) as billed, sum(cost_usd) as cost_usd
    from by_day
    group by grouping sets ((is_now), (is_now, outcome), (is_now, on_day), (is_now, agent_id, agent_version))
    union all
    select true, null, null, extract(isodow from on_day)::int, hour, null, null, 'hour', sum(calls),
      0, 0, 0, 0, 0, 0, 0
    from cells where on_day >= :since group by 4, 5
"""
_OF_EVERYBODY = text(_READ.format(of_agent=""))
_OF_AGENT = text(_READ.format(of_agent="and agent_id = :agent_id"))


@dataclass(frozen=True)
class Sums:
    """Of some calls. `seconds` are of the `timed` ones of the answered, `cost_usd` of the `billed` ones."""

    calls: int = 0
    answered: int = 0
    booked: int = 0
    after_hours: int = 0
    timed: int = 0
    seconds: Decimal = Decimal(0)
    billed: int = 0
    cost_usd: Decimal = Decimal(0)

    @property
    def booking_rate(self) -> float | None:
        """Of the calls that were answered, 0 to 1."""
        return self.booked / self.answered if self.answered else None

    @property
    def after_hours_share(self) -> float | None:
        return self.after_hours / self.calls if self.calls else None

    @property
    def mean_seconds(self) -> float | None:
        return float(self.seconds) / self.timed if self.timed else None

    @property
    def cost_per_call(self) -> Decimal | None:
        return self.cost_usd / self.billed if self.billed else None

    @property
    def cost_per_booking(self) -> Decimal | None:
        return self.cost_usd / self.booked if self.booked else None


Version = tuple[UUID | None, int | None]


@dataclass
class Half:
    """One of the two periods. `hours`, of now only, counts calls by (weekday, hour) on the wall;
    Monday is 1.
    """

    total: Sums = Sums()
    outcomes: dict[str, Sums] = field(default_factory=dict)
    days: dict[date, Sums] = field(default_factory=dict)
    hours: dict[tuple[int, int], int] = field(default_factory=dict)
    versions: dict[Version, Sums] = field(default_factory=dict)


@dataclass(frozen=True)
class Insights:
    now: Half
    before: Half


def insights(
    session: Session, period: Period, *, org_id: UUID, zone: str, agent_id: UUID | None = None
) -> Insights:
    """Of all agents, or of the one."""
    values = {
        "org_id": org_id,
        "zone": zone,
        "first": period.before_since,
        "since": period.since,
        "today": period.today,
        "cut": period.cut,
        "cut_day": period.cut.date(),
        "agent_id": agent_id,
    }
    statement = _OF_AGENT if agent_id else _OF_EVERYBODY
    return _told(session.connection().execute(statement, values))


def _told(rows: Iterable[Any]) -> Insights:
    found = Insights(Half(), Half())
    for row in rows:
        half = found.now if row.is_now else found.before
        sums = _sums_of(row)
        match row.about:
            case "outcome":
                half.outcomes[row.outcome] = sums
            case "day":
                half.days[row.on_day] = sums
            case "hour":
                half.hours[row.weekday, row.hour] = int(row.calls)
            case "version":
                half.versions[row.agent_id, row.agent_version] = sums
            case _:
                half.total = sums
    return found


def _sums_of(row: Any) -> Sums:
    """Sums of sums come as decimals, also of what was counted."""
    amounts: dict[str, Any] = {name: getattr(row, name) for name in ("seconds", "cost_usd")}
    counts = {name: int(getattr(row, name)) for name in Sums.__dataclass_fields__.keys() - amounts.keys()}
    return Sums(**amounts | counts)
