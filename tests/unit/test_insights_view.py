"""Insights in words and sizes."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from voxanne_app.calls.insights.period import period_of
from voxanne_app.calls.insights.reading import Half, Insights, Sums
from voxanne_app.calls.ui import insights_charts, insights_tables
from voxanne_app.calls.ui.insights_address import InsightsAddress
from voxanne_app.calls.ui.insights_figures import figures

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
PERIOD = period_of("7", zone="America/New_York", now=NOW)
SUMS = Sums(200, 160, 40, 50, 160, Decimal(16000), 200, Decimal("30.00"))
EARLIER = Sums(100, 80, 10, 25, 80, Decimal(8000), 100, Decimal("20.00"))


def found(now: Sums = SUMS, before: Sums = EARLIER) -> Insights:
    day, earlier = PERIOD.today, PERIOD.days_before[-1]
    return Insights(
        Half(now, {"booked": now}, {day: now}, {(1, 9): now.calls}, {(None, 2): now}),
        Half(before, {"booked": before}, {earlier: before}, {}, {(None, 1): before}),
    )


def test_figures_stand_beside_those_before() -> None:
    shown = {
        one.name: (one.value, one.against, one.direction) for one in figures(found(), PERIOD, with_costs=True)
    }
    assert shown == {
        "Calls": ("200", "100% more, from 100", "up"),
        "Booked, of answered": ("25%", "12 points, from 12%", "up"),
        "After hours": ("25%", "as before, 25%", ""),
        "Average length": ("1:40", "as before, 1:40", ""),
        "Cost per call": ("$0.15", "25% less, from $0.20", "down"),
        # Ten bookings before: chance.
        "Cost per booking": ("$0.75", "too few to compare", ""),
    }


def test_figures_without_any_before_stand_alone() -> None:
    said = {one.against for one in figures(found(before=Sums()), PERIOD, with_costs=True)}
    assert said == {""}  # the page says so once
    assert [one.value for one in figures(found(Sums(), Sums()), PERIOD, with_costs=True)][1:] == ["–"] * 5


def test_costs_are_nowhere_for_those_who_may_not_read_them() -> None:
    for with_costs in (True, False):
        told = (
            figures(found(), PERIOD, with_costs=with_costs),
            insights_tables.head(with_costs=with_costs),
            insights_tables.versions(found(), {}, with_costs=with_costs),
            insights_tables.days_table(found(), PERIOD, with_costs=with_costs),
            insights_tables.as_csv(found(), PERIOD, with_costs=with_costs),
        )
        assert [any(mark in str(part) for mark in ("Cost", "$", "30.00")) for part in told] == [
            with_costs
        ] * 5


def test_bars_share_one_scale_with_the_period_before() -> None:
    bar = insights_charts.bars(found(), PERIOD)[-1]
    assert (bar.size, bar.part, bar.before) == ("100.0%", "20.0%", "50.0%")
    assert "200 calls, 40 booked; 100 the period before" in bar.tip
    assert insights_charts.highest_day(found()) == "200"


@pytest.mark.parametrize(("calls", "depth"), [(0, "d0"), (1, "d1"), (20, "d1"), (21, "d2"), (100, "d5")])
def test_an_hour_with_a_single_call_is_not_an_empty_one(calls: int, depth: str) -> None:
    hours = {(2, 14): calls, (3, 9): 100}
    tuesday = insights_charts.weekdays(Insights(Half(SUMS, hours=hours), Half()))[1]
    assert tuesday.hours[14].depth == depth
    assert tuesday.hours[23].label == "Tuesday, 11 PM to 12 AM: 0 calls"


def test_versions_are_named_by_their_agent_newest_first() -> None:
    ada = uuid4()
    of = {(ada, 2): SUMS, (ada, 11): SUMS, (ada, None): SUMS, (None, None): SUMS}
    shown = insights_tables.versions(Insights(Half(versions=of), Half()), {ada: "Ada"}, with_costs=False)
    assert [line.name for line in shown] == ["Ada, version 11", "Ada, version 2", "Ada", "No agent"]


def test_the_file_has_every_day_newest_first_in_plain_numbers() -> None:
    lines = insights_tables.as_csv(found(), PERIOD, with_costs=True).splitlines()
    assert lines[0].startswith("Day,Calls,Answered")
    assert lines[1] == "2026-11-23,200,160,40,0.25,0.25,100,30.00,0.750000"
    assert len(lines) == 8


def test_an_address_that_cannot_be_meant_is_the_usual_one() -> None:
    assert InsightsAddress.read({"time": "8", "agent": "'"}) == InsightsAddress()
    assert InsightsAddress(time="month").href == "/insights?time=month"
