"""How a probe of the walls between clinics looks: pure functions from what was kept to what is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from voxanne_app.monitoring.alert_list import AlertRow
from voxanne_app.monitoring.isolation.probes import STALE_AFTER
from voxanne_app.monitoring.models import IsolationProbe
from voxanne_app.ui import formatting

_UTC = ZoneInfo("UTC")

# What is tried, in the order of the columns, with the words above and behind them.
VERBS = {
    "select": ("Read", "read a row"),
    "lock": ("Lock", "lock a row"),
    "copy_out": ("Copy out", "COPY rows out"),
    "insert": ("Insert", "insert a row for the other clinic"),
    "insert_for_nobody": ("… for nobody", "insert a row that belongs to nobody"),
    "copy_in": ("Copy in", "COPY rows in"),
    "update": ("Update", "change a row"),
    "upsert": ("Upsert", "insert over a row"),
    "upsert_as_mine": ("… as mine", "insert over a row in the own name"),
    "take_over": ("Take over", "move a row to the own clinic"),
    "give_away": ("Give away", "move an own row to the other clinic"),
    "refer_to": ("Refer", "point an own row at a foreign one"),
    "delete": ("Delete", "delete a row"),
    "truncate": ("Truncate", "empty the table"),
}


@dataclass(frozen=True)
class Verdict:
    """`tone` is good, bad or waits."""

    tone: str = "waits"
    title: str = ""
    says: str = ""
    when: str = ""
    exact: str = ""


@dataclass(frozen=True)
class Line:
    """A fact or a rule: `mark` is good or bad; `detail` is what breaks it, `remedy` what to do."""

    words: str
    mark: str
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Cell:
    """One verb against one table: held, hole, not_run, or none where it cannot be tried."""

    verdict: str
    says: str


@dataclass(frozen=True)
class TableLine:
    name: str
    cells: list[Cell]
    attempts: str
    took: str


@dataclass(frozen=True)
class PastProbe:
    when: str
    exact: str
    tone: str
    words: str
    attempts: str
    took: str


@dataclass(frozen=True)
class AlertLine:
    id: str
    tone: str
    title: str
    body: str
    since: str
    exact: str
    seen_by: str


def verdict(probe: IsolationProbe | None, *, now: datetime) -> Verdict:
    if probe is None:
        return Verdict("waits", "Not probed yet", "The first probe runs within the hour. Or probe now.")
    at = probe.finished_at or probe.asked_at
    when, exact = formatting.when(at, _UTC, now=now), formatting.exact(at, _UTC)
    took = formatting.milliseconds(probe.duration_ms or 0)
    if trouble := probe.findings.get("trouble"):
        says = f"The probe itself failed, so nothing is known: {trouble}"
        return Verdict("bad", "Not known", says, when, exact)
    if probe.holes or probe.not_run:
        says = f"{formatting.count(probe.holes, 'hole')}, {probe.not_run} not tried, named below."
        return Verdict("bad", "The walls do not hold", says, when, exact)
    if now - at > STALE_AFTER:
        says = "It held then, and nobody has looked since. Do worker and scheduler run?"
        return Verdict("bad", "The last probe is old", says, when, exact)
    says = f"{probe.attempts:,} attempts as two made-up clinics in {took}, all refused."
    return Verdict("good", "The walls hold", says, when, exact)


def role_lines(findings: dict[str, Any]) -> list[Line]:
    return [
        Line(_sentence(fact["says"]), "good" if fact["holds"] else "bad")
        for fact in findings.get("facts", [])
    ]


def rule_lines(findings: dict[str, Any]) -> list[Line]:
    """The broken ones first."""
    lines = [_rule_line(rule) for rule in findings.get("rules", [])]
    return sorted(lines, key=lambda line: line.mark != "bad")


def _rule_line(rule: dict[str, Any]) -> Line:
    words = f"{rule['number']}  {_sentence(rule['says'])}"
    if not rule["broken_by"] and not rule["trouble"]:
        return Line(words, "good")
    detail = ", ".join(rule["broken_by"]) or f"Could not be checked: {rule['trouble']}"
    return Line(words, "bad", detail, rule["remedy"])


def table_lines(findings: dict[str, Any]) -> list[TableLine]:
    """The red ones first."""
    tables = sorted(findings.get("tables", []), key=lambda table: (not _is_red(table), table["name"]))
    return [
        TableLine(
            name=table["name"],
            cells=[_cell(table["name"], verb, table["tried"].get(verb)) for verb in VERBS],
            attempts=f"{sum(one['times'] for one in table['tried'].values())}",
            took=formatting.milliseconds(table["took_ms"]),
        )
        for table in tables
    ]


def red_cells(findings: dict[str, Any]) -> list[Line]:
    """Each cell that is red, in words."""
    return [
        Line(f"{table['name']}: {_cell(table['name'], verb, one).says}", "bad")
        for table in findings.get("tables", [])
        for verb, one in table["tried"].items()
        if one["verdict"] != "held"
    ]


def _is_red(table: dict[str, Any]) -> bool:
    return any(one["verdict"] != "held" for one in table["tried"].values())


def _cell(table: str, verb: str, tried: dict[str, Any] | None) -> Cell:
    does = VERBS[verb][1]
    if tried is None:
        return Cell("none", f"{does}: does not apply to {table}")
    if tried["verdict"] == "hole":
        return Cell("hole", f"{' and '.join(tried['holes'])} could {does}")
    if tried["verdict"] == "not_run":
        return Cell("not_run", f"to {does} could not be tried: {tried['trouble']}")
    return Cell("held", f"{does}: refused {tried['times']} times")


def past(history: list[tuple[datetime, int, int, int, int]], *, now: datetime) -> list[PastProbe]:
    return [
        PastProbe(
            when=formatting.when(at, _UTC, now=now),
            exact=formatting.exact(at, _UTC),
            tone="bad" if holes or not_run else "good",
            words=f"{formatting.count(holes, 'hole')}, {not_run} not tried" if holes or not_run else "Held",
            attempts=f"{attempts:,}",
            took=formatting.milliseconds(took_ms),
        )
        for at, attempts, holes, not_run, took_ms in history
    ]


def alert_lines(alerts: list[AlertRow], names: dict[UUID, str], *, now: datetime) -> list[AlertLine]:
    """`names`: of the people who look after them."""
    return [_alert_line(alert, names, now) for alert in alerts]


def _alert_line(alert: AlertRow, names: dict[UUID, str], now: datetime) -> AlertLine:
    parts = [alert.body, "It seems gone, and is watched for a while." if alert.is_quiet else ""]
    parts.append(f"Nobody was told: {alert.telling_trouble}" if alert.telling_trouble else "")
    seen_by = ""
    if alert.acknowledged_at and alert.acknowledged_by:
        when = formatting.when(alert.acknowledged_at, _UTC, now=now)
        seen_by = f"{names.get(alert.acknowledged_by, 'An operator')} looks after it, since {when}"
    times = "once" if alert.times == 1 else f"{alert.times:,} times"
    return AlertLine(
        id=str(alert.alert_id),
        tone="bad" if alert.severity == "critical" else "waits",
        title=alert.title,
        body=" ".join(part for part in parts if part),
        since=f"since {formatting.when(alert.raised_at, _UTC, now=now)}, {times}",
        exact=formatting.exact(alert.raised_at, _UTC),
        seen_by=seen_by,
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
