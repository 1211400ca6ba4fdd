"""The list of calls and one call as they are written: the address, the lines, the order of things."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from voxanne_app.calls.call_list import CallRow, CallsPage, DayCount
from voxanne_app.calls.ended_reasons import reason_in_words
from voxanne_app.calls.queries import ToolCallView, TurnView, in_order
from voxanne_app.calls.ui import call_lines
from voxanne_app.calls.ui.calls_address import CallsAddress

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 24, 17, 41, tzinfo=UTC)


def row(**values: object) -> CallRow:
    defaults = {
        "id": uuid4(),
        "caller": "Leila Farouk",
        "caller_number": "+15035550126",
        "summary": "New patient exam",
        "outcome": "booked",
        "ended_reason": "customer-ended-call",
        "status": "ended",
        "direction": "inbound",
        "agent": "Main line",
        "duration_seconds": Decimal(168),
        "started_at": NOW,
        "cost_usd": Decimal("0.312"),
        "created_at": NOW - timedelta(hours=1, minutes=20),
    }
    return CallRow(**defaults | values)  # type: ignore[arg-type]


def page(*rows: CallRow, **values: object) -> CallsPage:
    defaults = {
        "rows": rows,
        "total": len(rows),
        "cost_usd": Decimal("41.9"),
        "average_seconds": Decimal(146),
        "tabs": {},
    }
    return CallsPage(**defaults | values)  # type: ignore[arg-type]


def test_an_address_says_only_what_is_not_usual_and_reads_back_the_same() -> None:
    assert CallsAddress().href == "/calls"
    view = CallsAddress(tab="booked", q="dr. voss & co", time="7", sort="cost", order="up", page="3")
    assert CallsAddress.read(dict(pair.split("=") for pair in ["tab=booked"])).href == "/calls?tab=booked"
    assert "q=dr.+voss+%26+co" in view.href
    assert view.but(outcome="booked").page == "1"


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "<script>", "sort": "id; drop table", "page": "-1", "rows": "100000", "agent": "me"},
        {"page": "9" * 50, "time": "0", "direction": None, "q": "\x00\x07"},
        {"page": "²", "tab": ["a"], "outcome": {"a": 1}},
        {"until": "0202-10-03"},
        {"until": "2026-02-30"},
    ],
)
def test_an_address_that_cannot_be_meant_shows_the_usual_list(query: dict[str, object]) -> None:
    assert CallsAddress.read(query) == CallsAddress()


def test_seven_days_are_today_and_the_six_before_in_the_clinics_zone() -> None:
    since = CallsAddress(time="7").filters(zone=ZONE, now=NOW).since
    assert since is not None
    assert since.isoformat() == "2026-11-18T00:00:00-08:00"


def test_until_is_the_end_of_that_day_in_the_clinics_zone() -> None:
    until = CallsAddress(until="2026-10-31").filters(zone=ZONE, now=NOW).until
    assert until is not None
    assert until.isoformat() == "2026-11-01T00:00:00-07:00"
    assert CallsAddress.read({"until": "2026-10-31"}).href == "/calls?until=2026-10-31"


def test_pages_end_where_counting_ends() -> None:
    assert (CallsAddress(page="625").number, CallsAddress(page="10000").number) == (625, 625)
    assert CallsAddress(page="10000", rows="100").number == 100


def test_calls_stand_under_their_days() -> None:
    today, yesterday = row(), row(created_at=NOW - timedelta(hours=20))
    days = {date(2026, 11, 24): DayCount(7, 2), date(2026, 11, 23): DayCount(38, 16)}
    lines = list(call_lines.lines(page(today, yesterday, days=days), zone=ZONE, now=NOW))
    assert [line.heading or line.when for line in lines] == [
        "Today",
        "1 h 20 min ago",
        "Yesterday",
        "1:41 PM",
    ]
    assert lines[0].heading_end == "7 calls, 2 booked"
    assert (lines[1].phone, lines[1].lasted, lines[1].cost) == ("(503) 555-0126", "2:48", "$0.31")


def test_a_call_that_is_on_is_live_and_its_cost_is_so_far() -> None:
    (line,) = call_lines.lines(page(row(status="in_progress", outcome=None)), zone=ZONE, now=NOW)
    assert (line.outcome, line.when, line.cost, line.is_live) == ("On the phone", "now", "so far $0.31", True)


def test_a_call_without_a_summary_says_why_it_ended() -> None:
    (line,) = call_lines.lines(page(row(summary=None, caller="")), zone=ZONE, now=NOW)
    assert (line.why, line.caller, line.is_known) == ("The caller hung up.", "Unknown caller", False)
    assert reason_in_words("call.in-progress.error-vapifault-x") == "The voice platform had a fault."
    assert reason_in_words("something-new.one") == "Ended: something new one."


def test_a_list_too_long_to_count_says_so() -> None:
    long = page(row(), total=10_000, is_capped=True)
    assert call_lines.summary(long) == "10,000+ calls"
    assert call_lines.summary(long, is_sorted=True) == "10,000+ calls · sorted among the newest 10,000"
    end = page(*[row()] * 16, total=10_000, is_capped=True, is_cut=True)
    shown, _ = call_lines.range_of(end, number=625, size=16)
    assert shown == "9,985 to 10,000 of 10,000+; earlier ones with a day in “Until”"
    assert call_lines.summary(page(row())) == "1 call · $41.90 · 2:26 on average"
    assert call_lines.range_of(long, number=2, size=16) == ("17 to 17 of 10,000+", "2 of 625+")
    assert call_lines.range_of(page(), number=1, size=16) == ("No calls", "1 of 1")
    assert call_lines.range_of(long, number=700, size=16) == ("11,185 to 11,185 of 11,185+", "700 of 700+")


def test_cells_that_a_spreadsheet_would_run_are_disarmed() -> None:
    written = call_lines.as_csv([row(caller="=HYPERLINK(1)", summary="@cmd")], ZONE, with_costs=True)
    assert "'=HYPERLINK(1)" in written
    assert "'@cmd" in written
    assert "'+15035550126" in written


def test_who_may_not_read_costs_gets_a_file_without_them() -> None:
    sold = row(cost_usd=Decimal("41.17"), is_promise_open=True)
    with_them, without = (call_lines.as_csv([sold], ZONE, with_costs=may) for may in (True, False))
    assert "Cost USD" in with_them and "41.17" in with_them
    assert "Cost" not in without and "41.17" not in without
    assert without.splitlines()[1].endswith(",168,yes")


def turn(words: str, *, said: float | None = None, offset: float | None = None) -> TurnView:
    said_at = NOW + timedelta(seconds=said) if said is not None else None
    return TurnView("agent", words, said_at, Decimal(str(offset)) if offset is not None else None)


def tool(name: str, *, asked: float | None = None, offset: float | None = None) -> ToolCallView:
    asked_at = NOW + timedelta(seconds=asked) if asked is not None else None
    return ToolCallView(
        name, {}, "done", "", asked_at, Decimal(str(offset)) if offset is not None else None, 9
    )


def test_what_was_done_stands_where_it_was_done() -> None:
    turns = (turn("Hello", offset=0), turn("One moment", offset=7), turn("Booked", offset=30))
    tools = (tool("book", offset=25), tool("find", offset=9))
    assert _names(in_order(turns, tools, started_at=NOW)) == ["Hello", "One moment", "find", "book", "Booked"]


def test_while_a_call_is_on_the_clock_puts_things_in_order() -> None:
    turns = (turn("Hello", said=1), turn("Booked", said=30))
    assert _names(in_order(turns, (tool("find", asked=9),), started_at=NOW)) == ["Hello", "find", "Booked"]
    assert _names(in_order(turns, (tool("find"),), started_at=NOW)) == ["Hello", "Booked", "find"]


def _names(items: tuple[TurnView | ToolCallView, ...]) -> list[str]:
    return [item.words if isinstance(item, TurnView) else item.name for item in items]
