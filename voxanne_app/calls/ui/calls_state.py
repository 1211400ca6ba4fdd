"""The list of calls: what the address asks for, paged, searched and sorted in the database."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.agents.queries import agent_names
from voxanne_app.audit.trail import record
from voxanne_app.calls.call_list import CallsPage, calls_page
from voxanne_app.calls.call_list_statement import COUNTED_AT_MOST
from voxanne_app.calls.ui import call_lines
from voxanne_app.calls.ui.call_lines import Line
from voxanne_app.calls.ui.calls_address import TABS, CallsAddress
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.identity.permissions import may
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

_FILTERS = ("time", "until", "agent", "outcome", "direction", "rows")


@dataclass(frozen=True)
class TabView:
    key: str = ""
    word: str = ""
    count: str = ""


class CallsState(Screen):
    is_loaded: bool = False
    address: CallsAddress = CallsAddress()
    lines: list[Line] = []
    tabs: list[TabView] = []
    agents: list[tuple[str, str]] = []
    summary: str = ""
    shown: str = ""
    page_of: str = ""
    has_previous: bool = False
    has_next: bool = False

    @guarded("calls.read")
    async def load(self) -> None:
        """Show what the address asks for."""
        self.address = CallsAddress.read(self.router.url.query_parameters)
        await self._look()

    @guarded("calls.read", background=True)
    async def follow(self) -> None:
        """Keep showing it, as calls come in and go on."""
        async for _ in self.changes("calls", "cases"):
            async with self:
                await self._look()

    @guarded(ANYBODY_SIGNED_IN)
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=200, name="The search")))

    @guarded(ANYBODY_SIGNED_IN)
    def choose(self, name: str, value: str) -> Any:
        """Set one filter; an empty value takes it away."""
        changed = {one_of(name, _FILTERS): text(value, at_most=60)}
        return self._go(self.address.but(**changed))

    @guarded(ANYBODY_SIGNED_IN)
    def open_tab(self, tab: str) -> Any:
        return self._go(self.address.but(tab=one_of(tab, TABS)))

    @guarded(ANYBODY_SIGNED_IN)
    def clear(self) -> Any:
        return self._go(CallsAddress(tab=self.address.tab, rows=self.address.rows))

    @guarded(ANYBODY_SIGNED_IN)
    def sort_by(self, column: str) -> Any:
        """By another column, largest first; by the same one the other way round."""
        column = one_of(column, ("when", "length", "cost", "caller"))
        turned = column == self.address.sort and self.address.order == "down"
        return self._go(self.address.but(sort=column, order="up" if turned else "down"))

    @guarded(ANYBODY_SIGNED_IN)
    def previous_page(self) -> Any:
        return self._go(self.address.but(page=str(max(1, self.address.number - 1))))

    @guarded(ANYBODY_SIGNED_IN)
    def next_page(self) -> Any:
        return self._go(self.address.but(page=str(self.address.number + 1)))

    @guarded("calls.read")
    async def export(self) -> Any:
        """What the filters show, as a file for a spreadsheet; the newest ten thousand at most."""
        person = await self.asking()
        page = await self._ask(person, page=1, page_size=COUNTED_AT_MOST, exported=True)
        with_costs = may(person.role, "calls.read_cost")
        content = call_lines.as_csv(page.rows, ZoneInfo(person.time_zone), with_costs=with_costs)
        return rx.download(data=content, filename=f"calls-{clock.now():%Y-%m-%d}.csv")

    def _go(self, address: CallsAddress) -> Any:
        """Through the address bar: the new address loads the list."""
        return rx.redirect(CallsAddress.read(vars(address)).href, replace=True)

    async def _ask(self, person: SignedIn, *, page: int, page_size: int, exported: bool = False) -> CallsPage:
        asked = self.address
        with_costs = may(person.role, "calls.read_cost")
        filters = asked.filters(zone=ZoneInfo(person.time_zone), now=clock.now(), with_costs=with_costs)

        def work(session: Session) -> CallsPage:
            found = calls_page(
                session,
                filters,
                org_id=person.org_id,
                zone=person.time_zone,
                sort=asked.sort,  # type: ignore[arg-type]
                descending=asked.order == "down",
                page=page,
                page_size=page_size,
            )
            if exported:
                record(session, "calls.exported", details={"rows": len(found.rows)})
            return found

        return await self.in_transaction("calls.read", work)

    async def _look(self) -> None:
        person = await self.asking()
        number, size = self.address.number, int(self.address.rows)
        page = await self._ask(person, page=number, page_size=size)
        if not self.agents:
            self.agents = await self.in_transaction("calls.read", lambda session: _agents(session, person))
        shown, page_of = call_lines.range_of(page, number=number, size=size)
        self._renew(
            lines=list(call_lines.lines(page, zone=ZoneInfo(person.time_zone), now=clock.now())),
            tabs=[
                TabView(key, word, f"{page.tabs[key]:,}{'+' if key in page.at_least else ''}")  # type: ignore[index]
                for key, word in TABS.items()
            ],
            summary=call_lines.summary(page, is_sorted=self.address.sort != "when"),
            shown=shown,
            page_of=page_of,
            has_previous=number > 1,
            has_next=page.has_more,
            is_loaded=True,
        )


def _agents(session: Session, person: SignedIn) -> list[tuple[str, str]]:
    return [(str(agent.id), agent.name) for agent in agent_names(session, org_id=person.org_id)]
