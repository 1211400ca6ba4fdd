"""The four figures of Today, each against the week before."""

from dataclasses import dataclass

from voxanne_app.calls.figures import Series, WeekFigures
from voxanne_app.ui.components.lists import spark_path


@dataclass(frozen=True)
class Figure:
    name: str
    value: str
    unit: str = ""
    against: str = ""
    direction: str = ""
    before: str = ""
    since: str = ""


def figures(week: WeekFigures) -> list[Figure]:
    wait = week.median_wait_since
    return [
        _count("Calls answered", week.answered),
        _count("Booked by phone", week.booked),
        _count("Answered after hours", week.after_hours),
        Figure(
            name="Callback wait, median",
            value="–" if wait is None else f"{wait:.0f}",
            unit="" if wait is None else "min",
            against=_against(wait, week.median_wait_before, " min"),
            direction=_direction(wait, week.median_wait_before),
            **_sparks(week.callback_wait),
        ),
    ]


def _count(name: str, series: Series) -> Figure:
    before, since = sum(series.before), sum(series.since)
    return Figure(
        name=name,
        value=f"{since:,.0f}",
        against=_against(since, before, ""),
        direction=_direction(since, before),
        **_sparks(series),
    )


def _against(since: float | None, before: float | None, unit: str) -> str:
    if since is None or not before:
        return ""  # nothing to compare with yet
    if before >= 50 and since != before:
        change = (since - before) / before * 100
        return f"{abs(change):.0f}% {'more' if change > 0 else 'less'} than {before:,.0f}{unit}"
    return f"as before, {before:,.0f}{unit}" if since == before else f"from {before:,.0f}{unit}"


def _direction(since: float | None, before: float | None) -> str:
    if since is None or not before or since == before:
        return ""
    return "up" if since > before else "down"


def _sparks(series: Series) -> dict[str, str]:
    both = (*series.before, *series.since)
    if not any(both):
        return {}
    scale = {"lowest": min(both, default=0.0), "highest": max(both, default=1.0)}
    return {
        "before": spark_path(list(series.before), **scale),
        "since": spark_path(list(series.since), **scale),
    }
