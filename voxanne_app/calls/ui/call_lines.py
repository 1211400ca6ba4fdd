"""The lines of the list: calls under the headings of their days, every cell as it is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.calls.call_list import CallRow, CallsPage
from voxanne_app.calls.ended_reasons import reason_in_words
from voxanne_app.calls.ui import wording
from voxanne_app.ui import formatting, spreadsheet

# The cost last: not everybody gets it.
_HEADS = (
    "When", "Caller", "Number", "Direction", "Agent", "Outcome", "Reason", "Seconds", "Said, not done",
    "Cost USD",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A call, or (with `heading`) the day that the calls below it were on."""

    key: str
    heading: str = ""
    heading_rest: str = ""
    heading_end: str = ""
    href: str = ""
    caller: str = ""
    is_known: bool = False
    phone: str = ""
    why: str = ""
    outcome: str = ""
    tone: str = ""
    mark: str = ""
    is_live: bool = False
    is_promise_open: bool = False
    agent: str = ""
    lasted: str = ""
    cost: str = ""
    when: str = ""
    exact: str = ""


def lines(page: CallsPage, *, zone: ZoneInfo, now: datetime, currency: str = "USD") -> Iterator[Line]:
    today = now.astimezone(zone).date()
    day = None
    for row in page.rows:
        on = row.created_at.astimezone(zone).date()
        if page.days and on != day:
            day = on
            name, rest = formatting.day_heading(on, today=today)
            counted = page.days.get(on)
            end = f"{formatting.count(counted.calls, 'call')}, {counted.booked} booked" if counted else ""
            yield Line(key=f"day-{on}", heading=name, heading_rest=rest, heading_end=end)
        yield _line(row, zone=zone, now=now, currency=currency, is_under_heading=bool(page.days))


def _line(row: CallRow, *, zone: ZoneInfo, now: datetime, currency: str, is_under_heading: bool) -> Line:
    outcome = wording.outcome_of(row.status, row.outcome, row.direction)
    is_live = row.status != "ended"
    cost = formatting.money(row.cost_usd, currency) if row.cost_usd is not None else ""
    return Line(
        key=str(row.id),
        href=f"/calls/{row.id}",
        caller=row.caller or "Unknown caller",
        is_known=bool(row.caller),
        phone=formatting.phone(row.caller_number),
        why="Test of an agent" if row.is_test else row.summary or reason_in_words(row.ended_reason),
        outcome=outcome.word,
        tone=outcome.tone,
        mark=outcome.mark,
        is_live=is_live,
        is_promise_open=row.is_promise_open,
        agent=row.agent,
        lasted=_length(row, now),
        cost=f"so far {cost}" if cost and is_live else cost,
        when="now" if is_live else _when(row.created_at, zone, now, is_under_heading=is_under_heading),
        exact=formatting.exact(row.created_at, zone),
    )


def _when(moment: datetime, zone: ZoneInfo, now: datetime, *, is_under_heading: bool) -> str:
    """How long ago today; on other days the clock, when the day stands above."""
    is_today = moment.astimezone(zone).date() == now.astimezone(zone).date()
    if is_under_heading and not is_today:
        return formatting.clock_time(moment, zone)
    return formatting.when(moment, zone, now=now)


def _length(row: CallRow, now: datetime) -> str:
    if row.duration_seconds is not None:
        return formatting.length(float(row.duration_seconds))
    if row.status == "in_progress" and row.started_at:
        return formatting.length((now - row.started_at).total_seconds())
    return ""


def summary(page: CallsPage, *, is_sorted: bool = False) -> str:
    """`214 calls · $41.90 · 2:26 on average`; `10,000+ calls` when there are more than were counted, and
    among which they are sorted, if not by time.
    """
    if page.is_capped:
        among = f" · sorted among the newest {page.looked_at:,}" if is_sorted else ""
        return f"{page.total:,}+ calls{among}"
    said = [formatting.count(page.total, "call")]
    if page.cost_usd:
        said.append(formatting.money(page.cost_usd))
    if page.average_seconds:
        said.append(f"{formatting.length(float(page.average_seconds))} on average")
    return " · ".join(said)


def range_of(page: CallsPage, *, number: int, size: int) -> tuple[str, str]:
    """(`1 to 16 of 214`, `1 of 14`). Where the list ends before the calls do, it says how to see others."""
    pages = max(number if page.rows else 1, -(-page.total // size))
    first = (number - 1) * size + 1
    last = first + len(page.rows) - 1
    more = "+" if page.is_capped else ""
    total = f"{max(page.total, last) if page.rows else page.total:,}{more}"
    shown = f"{first:,} to {last:,} of {total}" if page.rows else "No calls"
    if page.is_cut:
        shown += "; earlier ones with a day in “Until”"
    return shown, f"{number:,} of {pages:,}{more}"


def as_csv(rows: Iterable[CallRow], zone: ZoneInfo, *, with_costs: bool) -> str:
    """The rows as a spreadsheet reads them."""
    heads = _HEADS if with_costs else _HEADS[:-1]
    return spreadsheet.as_csv(heads, (_cells(row, zone)[: len(heads)] for row in rows))


def _cells(row: CallRow, zone: ZoneInfo) -> tuple[object, ...]:
    return (
        row.created_at.astimezone(zone).isoformat(timespec="seconds"),
        row.caller,
        row.caller_number or "",
        row.direction,
        row.agent,
        wording.outcome_of(row.status, row.outcome).word,
        row.summary or "",
        row.duration_seconds if row.duration_seconds is not None else "",
        "yes" if row.is_promise_open else "",
        row.cost_usd if row.cost_usd is not None else "",
    )
