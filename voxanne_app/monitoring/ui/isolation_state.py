"""Isolation, for operators: does tenancy hold, right now?"""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.identity.people import names_of
from voxanne_app.monitoring import alerts
from voxanne_app.monitoring.alert_list import AlertRow, open_alerts
from voxanne_app.monitoring.isolation import probes
from voxanne_app.monitoring.models import IsolationProbe
from voxanne_app.monitoring.ui import isolation_view
from voxanne_app.monitoring.ui.isolation_view import AlertLine, Line, PastProbe, TableLine, Verdict
from voxanne_app.ui.arguments import identifier
from voxanne_app.ui.session import PlatformScreen, guarded

_NEEDED = "platform.isolation"
_HISTORY = 24
# How often an open page looks: while a probe runs, and while none does.
_RUNNING_SECONDS, _QUIET_SECONDS = 0.7, 15.0


@dataclass(frozen=True)
class _Found:
    latest: IsolationProbe | None
    under_way: IsolationProbe | None
    history: list[Any]
    alerts: list[AlertRow]
    names: dict[UUID, str]


def _look(session: Session) -> _Found:
    raised = open_alerts(session)
    return _Found(
        probes.latest(session),
        probes.under_way(session),
        probes.history(session, limit=_HISTORY),
        raised,
        names_of(session, {alert.acknowledged_by for alert in raised if alert.acknowledged_by}),
    )


class IsolationState(PlatformScreen):
    is_loaded: bool = False
    verdict: Verdict = Verdict()
    role: list[Line] = []
    rules: list[Line] = []
    red: list[Line] = []
    tables: list[TableLine] = []
    past: list[PastProbe] = []
    alert_lines: list[AlertLine] = []
    is_running: bool = False
    stage: str = ""
    percent: int = 0

    @guarded("platform.isolation")
    async def load(self) -> None:
        await self._refresh()

    @guarded("platform.isolation", background=True)
    async def follow(self) -> None:
        """Until the page is left: Reflex cancels this then, and the door when the session ends."""
        while True:
            await asyncio.sleep(_RUNNING_SECONDS if self.is_running else _QUIET_SECONDS)
            async with self:
                await self._refresh()

    @guarded("platform.isolation")
    async def probe_now(self) -> None:
        operator = await self.asking_operator()
        await self.in_platform_transaction(
            _NEEDED, lambda session: probes.ask(session, asked_by=operator.person_id)
        )
        await self._refresh()

    @guarded("platform.isolation")
    async def acknowledge(self, alert_id: str) -> None:
        operator = await self.asking_operator()
        wanted = identifier(alert_id, name="This alert")

        def work(session: Session) -> None:
            if alerts.acknowledge(session, wanted, person_id=operator.person_id):
                record(session, "platform.alert_acknowledged", subject=("alert", wanted))

        await self.in_platform_transaction(_NEEDED, work)
        await self._refresh()

    async def _refresh(self) -> None:
        self._show_operator(await self.asking_operator())
        found, now = await self.in_platform_transaction(_NEEDED, _look), clock.now()
        findings = found.latest.findings if found.latest else {}
        self.verdict = isolation_view.verdict(found.latest, now=now)
        self.past = isolation_view.past(found.history, now=now)
        self.alert_lines = isolation_view.alert_lines(found.alerts, found.names, now=now)
        self._replace("role", isolation_view.role_lines(findings))
        self._replace("rules", isolation_view.rule_lines(findings))
        self._replace("red", isolation_view.red_cells(findings))
        self._replace("tables", isolation_view.table_lines(findings))
        self._follow_progress(found.under_way)
        self.is_loaded = True

    def _replace(self, name: str, value: list[Any]) -> None:
        """A list that is set again is sent again, however equal."""
        if value != getattr(self, name):
            setattr(self, name, value)

    def _follow_progress(self, probe: IsolationProbe | None) -> None:
        self.is_running = probe is not None
        if probe is None or probe.state == "waiting":
            self.stage, self.percent = "Waiting for a worker", 0
            return
        self.stage = f"{probe.stage}, {probe.tables_done} of {probe.tables_in_all} tables"
        self.percent = round(100 * probe.tables_done / max(1, probe.tables_in_all))
