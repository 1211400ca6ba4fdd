"""Insights: what the address asks for, counted by the database, as figures, charts and tables."""

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from voxanne_app.agents.queries import agent_names
from voxanne_app.audit.trail import record
from voxanne_app.calls.insights.period import Period, period_of
from voxanne_app.calls.insights.reading import Insights, insights
from voxanne_app.calls.ui import insights_charts, insights_figures, insights_tables
from voxanne_app.calls.ui.insights_address import InsightsAddress
from voxanne_app.calls.ui.insights_charts import Bar, OutcomeBar, Weekday
from voxanne_app.calls.ui.insights_figures import Figure
from voxanne_app.calls.ui.insights_tables import Line
from voxanne_app.foundation import clock
from voxanne_app.identity.permissions import may
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Found:
    period: Period
    insights: Insights
    agents: dict[UUID, str]
    with_costs: bool


class InsightsState(Screen):
    is_loaded: bool = False
    has_failed: bool = False
    is_empty: bool = False
    has_before: bool = False
    address: InsightsAddress = InsightsAddress()
    agents: list[tuple[str, str]] = []
    span: str = ""
    figures: list[Figure] = []
    bars: list[Bar] = []
    highest_day: str = ""
    days_summary: str = ""
    outcomes: list[OutcomeBar] = []
    weekdays: list[Weekday] = []
    peak: str = ""
    head: list[str] = []
    versions: list[Line] = []
    days: list[Line] = []

    @guarded("insights.read")
    async def load(self) -> None:
        """Show what the address asks for, or that it cannot be had now."""
        self.address = InsightsAddress.read(self.router.url.query_parameters)
        try:
            found = await self._ask()
        except SQLAlchemyError as error:
            log.warning("The figures could not be read", exc_info=error)
            self.has_failed = True
            return
        self.agents = [(str(key), name) for key, name in found.agents.items()]
        self._fill_charts(found)
        self._fill_tables(found)
        self.has_failed, self.is_loaded = False, True

    @guarded(ANYBODY_SIGNED_IN)
    def choose(self, name: str, value: str) -> Any:
        """Another period, another agent; an empty value is all of them."""
        changed = {one_of(name, ("time", "agent")): text(value, at_most=40)}
        return rx.redirect(InsightsAddress.read(vars(self.address.but(**changed))).href, replace=True)

    @guarded("insights.read")
    async def export(self) -> Any:
        """The days of the period, as a file for a spreadsheet."""
        found = await self._ask(exported=True)
        content = insights_tables.as_csv(found.insights, found.period, with_costs=found.with_costs)
        return rx.download(data=content, filename=f"insights-{found.period.today}.csv")

    async def _ask(self, *, exported: bool = False) -> _Found:
        person, asked = await self.asking(), self.address
        org_id, zone = person.org_id, person.time_zone
        period = period_of(asked.time, zone=zone, now=clock.now())
        agent_id = UUID(asked.agent) if asked.agent else None

        def work(session: Session) -> _Found:
            if exported:
                record(session, "insights.exported", details={"days": period.length})
            return _Found(
                period,
                insights(session, period, org_id=org_id, zone=zone, agent_id=agent_id),
                {agent.id: agent.name for agent in agent_names(session, org_id=org_id)},
                may(person.role, "calls.read_cost"),
            )

        return await self.in_transaction("insights.read", work)

    def _fill_charts(self, found: _Found) -> None:
        shown, period = found.insights, found.period
        first, last = (formatting.short_day(day, today=period.today) for day in (period.since, period.today))
        before = f"the {formatting.count(period.length, 'day')} before"
        self.has_before = bool(shown.before.total.calls)
        self.span = f"{first} to {last}, " + (
            f"against {before}" if self.has_before else f"no calls in {before}"
        )
        self.is_empty = not shown.now.total.calls and not shown.before.total.calls
        self.figures = insights_figures.figures(shown, period, with_costs=found.with_costs)
        self.bars = insights_charts.bars(shown, period)
        self.highest_day = insights_charts.highest_day(shown)
        self.days_summary = insights_charts.days_summary(shown)
        self.outcomes = insights_charts.outcome_bars(shown)
        self.weekdays = insights_charts.weekdays(shown)
        self.peak = insights_charts.peak(shown)

    def _fill_tables(self, found: _Found) -> None:
        with_costs = found.with_costs
        self.head = list(insights_tables.head(with_costs=with_costs))
        self.versions = insights_tables.versions(found.insights, found.agents, with_costs=with_costs)
        self.days = insights_tables.days_table(found.insights, found.period, with_costs=with_costs)
