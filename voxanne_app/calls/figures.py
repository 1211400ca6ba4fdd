"""The last seven days on the phone against the seven before, a value per day of the clinic's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

_DAYS = 7
_CALLS = text("""
    select (created_at at time zone :zone)::date as on_day,
      count(*) filter (where status = 'ended' and coalesce(outcome, '') not in ('missed', 'failed'))
        as answered,
      count(*) filter (where has_booking) as booked, count(*) filter (where is_after_hours) as after_hours
    from call_logs where org_id = :org_id and created_at >= :since and not is_test group by 1
""")
_WAITS = text("""
    select (resolved_at at time zone :zone)::date as on_day,
      extract(epoch from resolved_at - created_at) as waited
    from cases where org_id = :org_id and kind = 'callback' and resolved_at >= :since
""")


@dataclass(frozen=True)
class Series:
    """Values per day, oldest first: of the seven days before and of the last seven, today included."""

    before: tuple[float, ...]
    since: tuple[float, ...]


@dataclass(frozen=True)
class WeekFigures:
    """`callback_wait` is in minutes: medians per day, and of each week in `median_*` (None without any)."""

    answered: Series
    booked: Series
    after_hours: Series
    callback_wait: Series
    median_wait_before: float | None
    median_wait_since: float | None


def week_figures(session: Session, *, org_id: UUID, zone: str, now: datetime) -> WeekFigures:
    today = now.astimezone(ZoneInfo(zone)).date()
    days = [today - timedelta(days=back) for back in range(2 * _DAYS - 1, -1, -1)]
    since = datetime.combine(days[0], datetime.min.time(), ZoneInfo(zone))
    values = {"org_id": org_id, "zone": zone, "since": since}
    calls = {row.on_day: row for row in session.connection().execute(_CALLS, values)}
    waits: dict[date, list[float]] = {}
    for row in session.connection().execute(_WAITS, values):
        waits.setdefault(row.on_day, []).append(float(row.waited) / 60)

    def series(name: str) -> Series:
        return _halves([float(getattr(calls[day], name)) if day in calls else 0.0 for day in days])

    return WeekFigures(
        answered=series("answered"),
        booked=series("booked"),
        after_hours=series("after_hours"),
        callback_wait=_halves([_median(waits.get(day, [])) or 0.0 for day in days]),
        median_wait_before=_median([wait for day in days[:_DAYS] for wait in waits.get(day, [])]),
        median_wait_since=_median([wait for day in days[_DAYS:] for wait in waits.get(day, [])]),
    )


def _halves(values: list[float]) -> Series:
    return Series(tuple(values[:_DAYS]), tuple(values[_DAYS:]))


def _median(values: list[float]) -> float | None:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
