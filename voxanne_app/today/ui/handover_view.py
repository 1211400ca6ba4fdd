"""The hand-over sheet, every line as it is read and printed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.calls.cases import CaseRow
from voxanne_app.calls.risk import Severity
from voxanne_app.ui import formatting

RISKS: dict[Severity, tuple[str, str, str]] = {
    "clinical": ("Clinical risk", "bad", "activity"),
    "urgent": ("Urgent", "bad", "triangle-alert"),
    "high": ("Important", "waits", "circle-alert"),
    "normal": ("To do", "plain", "circle"),
}
_PROMISED = {
    "callback": "Somebody calls back",
    "approval": "Somebody confirms the time",
    "complaint": "Nothing was promised",
    "failure": "See what was said",
}
_LONGEST_LINE = 160


@dataclass(frozen=True)
class HandoverLine:
    id: str
    risk: str
    tone: str
    mark: str
    caller: str
    phone: str
    dial: str
    title: str
    said: str
    promised: str
    due: str
    is_late: bool
    owner: str
    call_href: str
    booking_href: str  # where it is approved, if that is what it waits for


@dataclass(frozen=True)
class SettledLine:
    id: str
    title: str
    when: str
    note: str
    is_approval: bool


def handover_line(case: CaseRow, zone: ZoneInfo, now: datetime) -> HandoverLine:
    risk, tone, mark = RISKS[case.severity]
    promised = _PROMISED.get(case.kind, "")
    if case.kind == "callback" and case.is_urgent:
        promised = "Somebody calls back at once"
    return HandoverLine(
        id=str(case.id),
        risk=risk,
        tone=tone,
        mark=mark,
        caller=case.caller or "Unknown caller",
        phone=formatting.phone(case.callback_number) if case.callback_number else "No number",
        dial=f"tel:{case.callback_number}" if case.callback_number else "",
        title=case.title,
        said=_one_line(case),
        promised=promised,
        due=formatting.day_and_time(case.due_at, zone, now=now) if case.due_at else "No time set",
        is_late=case.due_at is not None and case.due_at < now,
        owner=case.assignee or "Nobody yet",
        call_href=f"/calls/{case.call_id}" if case.call_id else "",
        booking_href=f"/bookings?booking={case.booking_id}" if case.booking_id else "",
    )


def settled_line(case: CaseRow, zone: ZoneInfo, now: datetime) -> SettledLine:
    return SettledLine(
        id=str(case.id),
        title=case.title,
        when=formatting.when(case.resolved_at or now, zone, now=now),
        note=case.resolution,
        is_approval=case.booking_id is not None,
    )


def _one_line(case: CaseRow) -> str:
    """What was said. A case that a rule opened repeats no words: there the call's summary says more."""
    is_found_by_rule = case.title.startswith(("Urgent:", "The caller"))
    said = (case.summary, case.body) if is_found_by_rule else (case.body, case.summary)
    words = " ".join(next(filter(None, said), "").split())
    return words if len(words) <= _LONGEST_LINE else f"{words[: _LONGEST_LINE - 1].rsplit(' ', 1)[0]}…"
