"""The figures of Insights beside the period before, where there is enough to compare."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from voxanne_app.calls.insights.period import Period
from voxanne_app.calls.insights.reading import Half, Insights, Sums
from voxanne_app.ui import formatting
from voxanne_app.ui.components.lists import spark_path

# Below this many calls in either period a difference says more about chance than about the clinic.
FEWEST = 20


@dataclass(frozen=True)
class Figure:
    name: str = ""
    value: str = ""
    against: str = ""
    direction: str = ""
    before: str = ""
    since: str = ""


@dataclass(frozen=True)
class _Measure:
    """How a figure is read from sums, written, and of how many things it is."""

    name: str
    read: Callable[[Sums], float | Decimal | None]
    write: Callable[[float], str]
    of: Callable[[Sums], int]
    is_share: bool = False


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f}%"


def dollars(amount: float | Decimal | None) -> str:
    return "–" if amount is None else formatting.money(Decimal(str(amount)))


def minutes(seconds: float | None) -> str:
    return "–" if seconds is None else formatting.length(seconds)


_MEASURES = (
    _Measure("Calls", lambda sums: sums.calls, lambda value: f"{value:,.0f}", lambda sums: sums.calls),
    _Measure(
        "Booked, of answered", lambda sums: sums.booking_rate, percent, lambda sums: sums.answered, True
    ),
    _Measure("After hours", lambda sums: sums.after_hours_share, percent, lambda sums: sums.calls, True),
    _Measure("Average length", lambda sums: sums.mean_seconds, minutes, lambda sums: sums.timed),
)
_COSTS = (
    _Measure("Cost per call", lambda sums: sums.cost_per_call, dollars, lambda sums: sums.billed),
    _Measure("Cost per booking", lambda sums: sums.cost_per_booking, dollars, lambda sums: sums.booked),
)


def figures(found: Insights, period: Period, *, with_costs: bool) -> list[Figure]:
    measures = (*_MEASURES, *_COSTS) if with_costs else _MEASURES
    return [_figure(measure, found, period) for measure in measures]


def _figure(measure: _Measure, found: Insights, period: Period) -> Figure:
    now = measure.read(found.now.total)
    against, direction = _against(measure, found)
    lines = _lines(measure, found, period)
    both = [value for line in lines for value in line]
    scale = {"lowest": min(both, default=0.0), "highest": max(both, default=1.0)}
    return Figure(
        name=measure.name,
        value="–" if now is None else measure.write(float(now)),
        against=against,
        direction=direction,
        before=spark_path(lines[0], **scale),
        since=spark_path(lines[1], **scale),
    )


def _against(measure: _Measure, found: Insights) -> tuple[str, str]:
    if not found.before.total.calls:
        return "", ""  # said once, beside the period
    now, before = (measure.read(half.total) for half in (found.now, found.before))
    if now is None or before is None or not measure.of(found.before.total):
        return "nothing to compare with", ""
    if min(measure.of(found.now.total), measure.of(found.before.total)) < FEWEST:
        return "too few to compare", ""
    written = measure.write(float(before))
    if measure.write(float(now)) == written:
        return f"as before, {written}", ""
    direction = "up" if now > before else "down"
    if measure.is_share:
        return f"{abs(float(now) - float(before)) * 100:.0f} points, from {written}", direction
    return f"{change(float(now), float(before))}, from {written}", direction


def change(now: float, before: float) -> str:
    """How much more or less, for something that was more than nothing before."""
    return f"{abs(now - before) / before * 100:.0f}% {'more' if now > before else 'less'}"


def _lines(measure: _Measure, found: Insights, period: Period) -> tuple[list[float], list[float]]:
    """Per day of the period before and of this one; a day without any continues the last one's value."""

    def line(half: Half, days: list[date]) -> list[float]:
        values: list[float] = []
        for day in days:
            value = measure.read(half.days.get(day, Sums()))
            values.append(float(value) if value is not None else (values[-1] if values else 0.0))
        return values

    return line(found.before, period.days_before), line(found.now, period.days)
