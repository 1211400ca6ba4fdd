"""The tables of Insights, on screen and as a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from voxanne_app.calls.insights.period import Period
from voxanne_app.calls.insights.reading import Insights, Sums, Version
from voxanne_app.calls.ui.insights_figures import dollars, minutes, percent
from voxanne_app.ui import formatting, spreadsheet

_HEAD = ("Calls", "Answered", "Booked", "Booked, of answered", "After hours", "Average length")
_COSTS = ("Cost USD", "Cost per booking USD")


@dataclass(frozen=True)
class Line:
    """A row of a table: what it is about, and its cells."""

    name: str = ""
    cells: list[str] = field(default_factory=list)


def head(*, with_costs: bool) -> tuple[str, ...]:
    """Of the cells, after what a line is about."""
    return (*_HEAD, *_COSTS) if with_costs else _HEAD


def versions(found: Insights, agents: Mapping[UUID, str], *, with_costs: bool) -> list[Line]:
    """By agent, the newest version first."""

    def place(version: Version) -> tuple[str, int]:
        return agents.get(version[0], "~") if version[0] else "~", -(version[1] or 0)

    return [
        Line(_version_name(version, agents), _cells(found.now.versions[version], with_costs=with_costs))
        for version in sorted(found.now.versions, key=place)
    ]


def _version_name(version: Version, agents: Mapping[UUID, str]) -> str:
    agent, number = version
    name = agents.get(agent, "Unknown agent") if agent else "No agent"
    return f"{name}, version {number}" if number is not None else name


def days_table(found: Insights, period: Period, *, with_costs: bool) -> list[Line]:
    """Newest first."""
    return [
        Line(formatting.short_day(day, today=period.today), _cells(sums, with_costs=with_costs))
        for day, sums in _by_day(found, period)
    ]


def _cells(sums: Sums, *, with_costs: bool) -> list[str]:
    plain = [
        f"{sums.calls:,}",
        f"{sums.answered:,}",
        f"{sums.booked:,}",
        percent(sums.booking_rate),
        percent(sums.after_hours_share),
        minutes(sums.mean_seconds),
    ]
    return [*plain, dollars(sums.cost_usd), dollars(sums.cost_per_booking)] if with_costs else plain


def as_csv(found: Insights, period: Period, *, with_costs: bool) -> str:
    """The days, as numbers a spreadsheet can go on with; a share is from 0 to 1, a length in seconds."""
    heads = ("Day", *head(with_costs=with_costs))
    return spreadsheet.as_csv(heads, (_plain(day, sums, with_costs) for day, sums in _by_day(found, period)))


def _plain(day: date, sums: Sums, with_costs: bool) -> Iterable[object]:
    yield from (day.isoformat(), sums.calls, sums.answered, sums.booked)
    for share in (sums.booking_rate, sums.after_hours_share, sums.mean_seconds):
        yield "" if share is None else f"{share:.4g}"
    if with_costs:
        yield sums.cost_usd
        yield "" if sums.cost_per_booking is None else f"{sums.cost_per_booking:.6f}"


def _by_day(found: Insights, period: Period) -> list[tuple[date, Sums]]:
    return [(day, found.now.days.get(day, Sums())) for day in reversed(period.days)]
