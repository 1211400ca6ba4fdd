"""One call as its screen shows it: every cell as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingRow
from voxanne_app.bookings.ui.wording import booking_state
from voxanne_app.calls.cases import CaseRow
from voxanne_app.calls.queries import CallView, ToolCallView, TurnView
from voxanne_app.calls.ui import wording
from voxanne_app.costs.queries import ComponentCost
from voxanne_app.ui import formatting

# The vendor's report comes seconds after the hang-up; past this, something went wrong.
_REPORT_WITHIN = timedelta(minutes=3)
# Order of the waterfall; others follow.
_COMPONENTS = ("transport", "transcriber", "model", "voice", "vapi", "analysis")


@dataclass(frozen=True)
class Entry:
    """A turn, or (with `tool`) something that was looked up or done."""

    key: str
    at: str = ""
    speaker: str = ""
    words: str = ""
    is_agent: bool = False
    is_last: bool = False
    tool: str = ""
    tool_words: str = ""
    tool_tone: str = "good"
    arguments: list[tuple[str, str]] = field(default_factory=list)
    result: str = ""
    took: str = ""


@dataclass(frozen=True)
class CostPart:
    """A bar of the waterfall, which starts where the one before it ended; places are CSS percentages."""

    name: str
    amount: str
    start: str
    width: str


@dataclass(frozen=True)
class CaseLine:
    title: str
    body: str
    is_open: bool


@dataclass(frozen=True)
class BookingLine:
    what: str
    when: str
    status: str
    tone: str
    mark: str
    href: str


@dataclass(frozen=True)
class CallRecord:
    caller: str = ""
    phone: str = ""
    known_since: str = ""
    outcome: str = ""
    tone: str = ""
    mark: str = ""
    is_live: bool = False
    facts: str = ""
    exact: str = ""
    summary: str = ""
    ended: str = ""
    warning: str = ""
    conversation: list[Entry] = field(default_factory=list)
    cases: list[CaseLine] = field(default_factory=list)
    bookings: list[BookingLine] = field(default_factory=list)
    costs: list[CostPart] = field(default_factory=list)
    total: str = ""
    per_minute: str = ""


def record(
    call: CallView,
    costs: Sequence[ComponentCost],
    cases: Sequence[CaseRow],
    bookings: Sequence[BookingRow],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> CallRecord:
    outcome = wording.outcome_of(call.status, call.outcome)
    is_live = call.status != "ended"
    return CallRecord(
        caller=call.caller or "Unknown caller",
        phone=formatting.phone(call.caller_number),
        known_since=f"known since {call.known_since:%B %Y}" if call.known_since else "",
        outcome=outcome.word,
        tone=outcome.tone,
        mark=outcome.mark,
        is_live=is_live,
        facts=_facts(call, zone, now),
        exact=formatting.exact(call.created_at, zone),
        summary=call.summary or "",
        ended=wording.reason(call.ended_reason),
        warning=_warning(call, now),
        conversation=entries(call),
        cases=[CaseLine(case.title, case.body, case.resolved_at is None) for case in cases],
        bookings=[_booking(booking, zone, now) for booking in bookings],
        costs=_waterfall(costs),
        total=formatting.money(call.cost_usd, digits=3) if call.cost_usd is not None else "",
        per_minute=_per_minute(call),
    )


def _booking(row: BookingRow, zone: ZoneInfo, now: datetime) -> BookingLine:
    status, tone, mark = booking_state(row.status)
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return BookingLine(
        what=f"{row.service}, {minutes} min",
        when=f"{formatting.day_and_time(row.starts_at, zone, now=now)} with {row.practitioner}",
        status=status,
        tone=tone,
        mark=mark,
        href=f"/bookings?booking={row.id}",
    )


def _facts(call: CallView, zone: ZoneInfo, now: datetime) -> str:
    """`Today 8:21 AM · 2:48 · Main line`."""
    day, _ = formatting.day_heading(
        call.created_at.astimezone(zone).date(), today=now.astimezone(zone).date()
    )
    said = [f"{day} {formatting.clock_time(call.started_at or call.created_at, zone)}"]
    if call.duration_seconds is not None:
        said.append(formatting.length(float(call.duration_seconds)))
    elif call.status != "ended" and call.started_at:
        said.append(formatting.length((now - call.started_at).total_seconds()))
    return " · ".join([*said, call.agent] if call.agent else said)


def _warning(call: CallView, now: datetime) -> str:
    """What should have happened and did not."""
    if (
        call.status == "ended"
        and not call.has_report
        and call.ended_at
        and now - call.ended_at > _REPORT_WITHIN
    ):
        return (
            "The voice platform has not sent its report of this call. What was said and booked is kept; "
            "the recording and the cost are missing."
        )
    return ""


def entries(call: CallView) -> list[Entry]:
    """What was said and done, in order."""
    found: list[Entry] = []
    for number, item in enumerate(call.conversation):
        if isinstance(item, TurnView):
            found.append(_turn(f"turn-{number}", item))
        else:
            found.append(_tool(f"tool-{number}", item))
    return found


def _turn(key: str, turn: TurnView) -> Entry:
    is_agent = turn.speaker == "agent"
    return Entry(
        key=key,
        at=formatting.length(float(turn.offset_seconds)) if turn.offset_seconds is not None else "",
        speaker="Agent" if is_agent else "Caller",
        words=turn.words,
        is_agent=is_agent,
    )


def _tool(key: str, tool: ToolCallView) -> Entry:
    return Entry(
        key=key,
        tool=tool.name,
        tool_words={"done": "Done", "refused": "Could not be done", "failed": "Failed"}.get(
            tool.verdict or "", ""
        ),
        tool_tone="bad" if tool.verdict == "failed" else "good",
        arguments=[(name, _plain(value)) for name, value in tool.arguments.items()],
        result=tool.result or "No answer was recorded.",
        took=formatting.milliseconds(tool.took_ms) if tool.took_ms is not None else "",
    )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _waterfall(costs: Sequence[ComponentCost]) -> list[CostPart]:
    paid = [cost for cost in costs if cost.amount_usd > 0]
    total = sum((cost.amount_usd for cost in paid), Decimal(0))
    rank = {name: place for place, name in enumerate(_COMPONENTS)}
    parts, start = [], Decimal(0)
    for cost in sorted(paid, key=lambda cost: rank.get(cost.component, len(rank))):
        parts.append(
            CostPart(
                name=wording.component(cost.component),
                amount=formatting.money(cost.amount_usd, digits=3),
                start=f"{start / total * 100:.2f}%",
                width=f"{cost.amount_usd / total * 100:.2f}%",
            )
        )
        start += cost.amount_usd
    return parts


def _per_minute(call: CallView) -> str:
    if not call.cost_usd or not call.duration_seconds:
        return ""
    return f"{formatting.money(call.cost_usd / call.duration_seconds * 60, digits=3)} a minute"
