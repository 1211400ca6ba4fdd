"""One call as its screen shows it: every cell as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingRow
from voxanne_app.bookings.ui.wording import booking_state
from voxanne_app.calls.call_log import LOOKED_AT_AGAIN
from voxanne_app.calls.cases import CaseRow
from voxanne_app.calls.conversation import Stretch
from voxanne_app.calls.ended_reasons import reason_in_words
from voxanne_app.calls.missing import MissingThing
from voxanne_app.calls.queries import CallView
from voxanne_app.calls.ui import wording
from voxanne_app.calls.ui.call_script import seconds_in_words
from voxanne_app.calls.ui.said_lines import SaidLine
from voxanne_app.ui import formatting

_MISSING = {"report": "The voice platform's report", "recording": "The recording"}
_LOST_WITH = {
    "report": "What was said and booked is kept; the recording and the cost come with it.",
    "recording": "What was said can be read here all the same.",
}


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
class MissingLine:
    what: str
    since: str
    doing: str


@dataclass(frozen=True)
class CallRecord:
    id: str = ""
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
    pace: str = ""
    missing: list[MissingLine] = field(default_factory=list)
    cases: list[CaseLine] = field(default_factory=list)
    bookings: list[BookingLine] = field(default_factory=list)
    said: list[SaidLine] = field(default_factory=list)
    said_in_all: str = ""


def record(
    call: CallView,
    part: Stretch,
    missing: Sequence[MissingThing],
    cases: Sequence[CaseRow],
    bookings: Sequence[BookingRow],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> CallRecord:
    outcome = wording.outcome_of(call.status, call.outcome, call.direction)
    return CallRecord(
        id=str(call.id),
        caller=call.caller or "Unknown caller",
        phone=formatting.phone(call.caller_number),
        known_since=f"known since {call.known_since:%B %Y}" if call.known_since else "",
        outcome=outcome.word,
        tone=outcome.tone,
        mark=outcome.mark,
        is_live=call.status != "ended",
        facts=_facts(call, zone, now),
        exact=formatting.exact(call.created_at, zone),
        summary=call.summary or "",
        ended=reason_in_words(call.ended_reason),
        pace=_pace(part),
        missing=[_missing(thing, zone, now) for thing in missing],
        cases=[CaseLine(case.title, case.body, case.resolved_at is None) for case in cases],
        bookings=[_booking(booking, zone, now) for booking in bookings],
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
    """`Today 8:21 AM · 2:48 · Main line v14`."""
    day, _ = formatting.day_heading(
        call.created_at.astimezone(zone).date(), today=now.astimezone(zone).date()
    )
    said = [f"{day} {formatting.clock_time(call.started_at or call.created_at, zone)}"]
    if call.duration_seconds is not None:
        said.append(formatting.length(float(call.duration_seconds)))
    elif call.status != "ended" and call.started_at:
        said.append(formatting.length((now - call.started_at).total_seconds()))
    if call.is_test:
        said.insert(0, "Test of an agent")
    version = f" v{call.agent_version}" if call.agent_version else ""
    return " · ".join([*said, f"{call.agent}{version}"] if call.agent else said)


def _pace(part: Stretch) -> str:
    """How long callers wait for an answer: usually, and at worst."""
    if part.usual_wait is None or part.longest_wait is None:
        return ""
    usual, longest = seconds_in_words(float(part.usual_wait)), seconds_in_words(part.longest_wait)
    return f"Answers after {usual}, at most {longest}"


def _missing(thing: MissingThing, zone: ZoneInfo, now: datetime) -> MissingLine:
    since = f"since {formatting.when(thing.since, zone, now=now)}"
    if thing.is_given_up:
        doing = "The voice platform did not give it; it is not asked any more."
    elif thing.next_at:
        tried = formatting.count(thing.attempts, "time")
        doing = f"Asked for {tried}; again {formatting.when(thing.next_at, zone, now=now)}."
    else:
        doing = _about_the_report(now - thing.since)
    return MissingLine(_MISSING[thing.what], since, f"{doing} {_LOST_WITH[thing.what]}")


def _about_the_report(waited: timedelta) -> str:
    asked = formatting.lasting(LOOKED_AT_AGAIN.total_seconds())
    if waited <= LOOKED_AT_AGAIN:
        return f"The voice platform is asked for it {asked} after the end of the call."
    return (
        f"The voice platform was asked for it {asked} after the end; one that comes later is still taken in."
    )


def per_minute(cost_usd: Decimal | None, seconds: Decimal | None) -> str:
    if not cost_usd or not seconds:
        return ""
    return f"{formatting.money(cost_usd / seconds * 60, digits=3)} a minute"
