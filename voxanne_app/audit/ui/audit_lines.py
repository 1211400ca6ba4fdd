"""The audit as it is read: entries under the headings of their days, and the state of the chain."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from voxanne_app.audit.keeping import ChainState
from voxanne_app.audit.queries import AuditRow
from voxanne_app.audit.ui.wording import ACTORS, act_in_words, plain, record_of
from voxanne_app.ui import formatting, spreadsheet

EXPORTED_AT_MOST = 10_000
_AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEAD = (
    *("Number", "When", "Who", "Kind", "Act", "Name of the act", "Record", "Record's id", "Outcome"),
    *("Address", "Device", "Details"),
)


@dataclass(frozen=True)
class AuditLine:
    """An entry, or (with `heading`) the day that the entries below it were on."""

    key: str
    heading: str = ""
    heading_rest: str = ""
    who: str = ""
    kind: str = ""
    what: str = ""
    more: str = ""
    record: str = ""
    href: str = ""
    record_id: str = ""
    whence: str = ""
    device: str = ""
    is_refused: bool = False
    when: str = ""
    exact: str = ""


@dataclass(frozen=True)
class ChainView:
    sentence: str = ""
    is_broken: bool = False
    problem: str = ""
    is_checked: bool = True


def lines(rows: Iterable[AuditRow], *, zone: ZoneInfo, now: datetime) -> Iterator[AuditLine]:
    today, day = now.astimezone(zone).date(), None
    for row in rows:
        on = row.happened_at.astimezone(zone).date()
        if on != day:
            day = on
            name, rest = formatting.day_heading(on, today=today)
            yield AuditLine(key=f"day-{row.number}", heading=name, heading_rest=rest)
        yield _line(row, zone=zone, now=now)


def _line(row: AuditRow, *, zone: ZoneInfo, now: datetime) -> AuditLine:
    record, href = record_of(row.subject_kind, row.subject_id)
    return AuditLine(
        key=str(row.number),
        who=row.person_name or ACTORS[row.actor_kind],
        kind="Operator" if row.actor_kind == "operator" else "",
        what=act_in_words(row.action),
        more=explained(row.details, zone=zone, now=now),
        record=record,
        href=href,
        record_id=row.subject_id,
        whence=row.address,
        device=row.device,
        is_refused=row.outcome == "refused",
        when=formatting.clock_time(row.happened_at, zone),
        exact=formatting.exact(row.happened_at, zone),
    )


def explained(details: Any, *, zone: ZoneInfo, now: datetime) -> str:
    """`from Tue 24 Nov, 9:30 AM to Wed 25 Nov, 9:30 AM · outside hours`."""
    told = {key: _readable(value, zone=zone, now=now) for key, value in details.items()}
    said = []
    if "from" in told and "to" in told:
        said.append(f"from {told.pop('from')} to {told.pop('to')}")
    if isinstance(details.get("rows"), int):
        said.append(formatting.count(details["rows"], "row"))
        told.pop("rows")
    if isinstance(details.get("changed"), list):  # names of columns
        told["changed"] = told["changed"].replace("_", " ")
    for key, value in told.items():
        name = key.replace("_", " ").removesuffix(" at")
        if details[key] is True:
            said.append(name)
        elif details[key] not in (False, None, "") and key != "hash":
            said.append(f"{name} {value}")
    return " · ".join(said)


def _readable(value: Any, *, zone: ZoneInfo, now: datetime) -> str:
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, str) and _AN_ID.fullmatch(value):
        return value[:8]  # nobody reads more of it; the file has all
    if isinstance(value, str) and len(value) >= len("2026-11-24T09:30"):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return plain(value)
        return formatting.day_and_time(moment, zone, now=now) if moment.tzinfo else plain(value)
    return plain(value)


def chain_view(state: ChainState, *, now: datetime) -> ChainView:
    """`Unbroken · 1,234 entries · checked 4 min ago`."""
    entries = formatting.count(state.entries, "entry", "entries")
    if state.waiting:
        entries += f", {state.waiting:,} more waiting to be sealed"
    if not state.checked_at:
        waits = "Not checked yet" if state.entries or state.waiting else "No entry yet"
        return ChainView(f"{waits} · {entries}", is_checked=False)
    checked = formatting.when(state.checked_at, ZoneInfo("UTC"), now=now)
    checked = "just now" if checked == "now" else checked
    said = f"{'Broken' if state.problem else 'Unbroken'} · {entries} · checked {checked}"
    return ChainView(said, bool(state.problem), state.problem)


def as_csv(rows: Iterable[AuditRow], zone: ZoneInfo) -> str:
    """The entries as a spreadsheet reads them."""
    return spreadsheet.as_csv(_HEAD, (_cells(row, zone) for row in rows))


def _cells(row: AuditRow, zone: ZoneInfo) -> tuple[object, ...]:
    return (
        row.number,
        row.happened_at.astimezone(zone).isoformat(timespec="seconds"),
        row.person_name or ACTORS[row.actor_kind],
        row.actor_kind,
        act_in_words(row.action),
        row.action,
        row.subject_kind,
        row.subject_id,
        row.outcome,
        row.address,
        row.device,
        "; ".join(f"{key}={plain(value)}" for key, value in row.details.items()),
    )
