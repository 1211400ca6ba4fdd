"""What Today shows, every cell as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingRow
from voxanne_app.bookings.ui.wording import booking_state
from voxanne_app.calls.cases import CaseRow
from voxanne_app.calls.queries import CallView
from voxanne_app.calls.ui.call_script import Entry, entries
from voxanne_app.ui import formatting

_MARKS = {
    "callback": "phone-incoming",
    "approval": "calendar-check",
    "complaint": "message-square",
    "failure": "triangle-alert",
}
# The last thing said stays in sight; older turns are on the call's own screen.
_TURNS_SHOWN = 14
_BOOKINGS_SHOWN = 8


@dataclass(frozen=True)
class CaseLine:
    """Something to do. `tone` is bad when it is urgent or late."""

    id: str
    title: str
    body: str
    mark: str
    tone: str
    due: str
    is_late: bool
    waited: str
    since: str
    phone: str
    dial: str
    call_href: str
    booking_href: str
    is_open: bool
    owner: str = ""
    owner_id: str = ""


@dataclass(frozen=True)
class LiveCard:
    """A call that is on; the newest is followed word by word. `said` is newest first, since it grows from
    its end; `started` is in epoch milliseconds.
    """

    id: str
    caller: str
    known: str
    lasted: str
    started: int
    line: str
    href: str
    is_followed: bool
    said: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class AgendaLine:
    """A booking of today, or (with `now`) the line where now is."""

    key: str
    now: str = ""
    clock: str = ""
    patient: str = ""
    what: str = ""
    practitioner: str = ""
    status: str = ""
    tone: str = ""
    mark: str = ""
    by_receptionist: bool = False
    is_past: bool = False
    href: str = ""


def case_lines(
    cases: Sequence[CaseRow], *, zone: ZoneInfo, now: datetime, opened: str = ""
) -> list[CaseLine]:
    """The most pressing first. One is unfolded: the one that was, or else the first."""
    ids = [str(case.id) for case in cases]
    unfolded = opened if opened in ids else next(iter(ids), "")
    return [_case(case, zone, now, is_open=str(case.id) == unfolded) for case in cases]


def opened(case: CaseLine, is_open: bool) -> CaseLine:
    return replace(case, is_open=is_open)


def _case(case: CaseRow, zone: ZoneInfo, now: datetime, *, is_open: bool) -> CaseLine:
    left = (case.due_at - now).total_seconds() if case.due_at else None
    is_late = left is not None and left < 0
    is_pressing = case.severity in ("clinical", "urgent")
    due = ""
    if left is not None:
        due = f"Late by {formatting.lasting(-left)}" if is_late else f"Due in {formatting.lasting(left)}"
    return CaseLine(
        id=str(case.id),
        title=case.title,
        body=case.body,
        mark=_MARKS.get(case.kind, "circle"),
        tone="bad" if is_pressing else "waits" if is_late else "",
        due=due,
        is_late=is_late or (is_pressing and left is not None),
        waited=formatting.lasting((now - case.created_at).total_seconds()),
        since=f"since {_since(case.created_at, zone, now)}",
        phone=formatting.phone(case.callback_number) if case.callback_number else "",
        dial=f"tel:{case.callback_number}" if case.callback_number else "",
        call_href=f"/calls/{case.call_id}" if case.call_id else "",
        booking_href=f"/bookings?booking={case.booking_id}" if case.booking_id else "",
        is_open=is_open,
        owner=case.assignee,
        owner_id=str(case.assigned_to or ""),
    )


def _since(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    on, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    return formatting.clock_time(moment, zone) if on == today else formatting.short_day(on, today=today)


def live_cards(calls: Sequence[CallView], *, now: datetime) -> list[LiveCard]:
    return [
        LiveCard(
            id=str(call.id),
            caller=call.caller or "Unknown caller",
            known=" · ".join(_about(call)),
            lasted=formatting.length((now - (call.started_at or call.created_at)).total_seconds()),
            started=int((call.started_at or call.created_at).timestamp() * 1000),
            line=call.agent,
            href=f"/calls/{call.id}",
            is_followed=place == 0,
            said=entries(call.conversation)[-_TURNS_SHOWN:][::-1],
        )
        for place, call in enumerate(calls)
    ]


def _about(call: CallView) -> list[str]:
    said = [formatting.phone(call.caller_number)]
    if call.known_since:
        said.append(f"known since {call.known_since:%Y}")
    return said


def agenda(bookings: Sequence[BookingRow], *, zone: ZoneInfo, now: datetime) -> tuple[list[AgendaLine], str]:
    """Today's bookings with the line of now in its place, and what is left out: `1 earlier, 5 later`."""
    ahead = next((place for place, row in enumerate(bookings) if row.ends_at > now), len(bookings))
    first = max(0, min(ahead - 1, len(bookings) - _BOOKINGS_SHOWN))
    shown = bookings[first : first + _BOOKINGS_SHOWN]
    lines: list[AgendaLine] = []
    today = now.astimezone(zone).date()
    is_marked = False
    for row in shown:
        if not is_marked and row.starts_at > now and row.starts_at.astimezone(zone).date() == today:
            lines.append(AgendaLine(key="now", now=formatting.clock_time(now, zone)))
            is_marked = True
        lines.append(_booking(row, zone, now))
    earlier, later = first, len(bookings) - first - len(shown)
    rest = ", ".join(
        f"{number} {word}" for number, word in ((earlier, "earlier"), (later, "later")) if number
    )
    return lines, f"{rest} that day" if rest else ""


def agenda_day(bookings: Sequence[BookingRow], *, zone: ZoneInfo, now: datetime) -> str:
    """The day that is shown when it is not today: `Monday 23 November`."""
    if not bookings:
        return ""
    on = bookings[0].starts_at.astimezone(zone).date()
    return "" if on == now.astimezone(zone).date() else formatting.day(on)


def _booking(row: BookingRow, zone: ZoneInfo, now: datetime) -> AgendaLine:
    status, tone, mark = booking_state(row.status)
    if row.status == "confirmed" and row.starts_at <= now < row.ends_at:
        status, tone, mark = "Now", "live", "circle-dashed"
    return AgendaLine(
        key=str(row.id),
        clock=formatting.clock_time(row.starts_at, zone),
        patient=row.patient_name,
        what=row.service,
        practitioner=row.practitioner,
        status=status,
        tone=tone,
        mark=mark,
        by_receptionist=row.source == "phone",
        is_past=row.ends_at <= now,
        href=f"/bookings?booking={row.id}",
    )
