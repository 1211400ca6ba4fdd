"""The audit of a clinic: what the address asks for, and how its chain is."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from voxanne_app.audit.ui import audit_found, audit_lines
from voxanne_app.audit.ui.audit_address import AuditAddress
from voxanne_app.audit.ui.audit_filling import fill
from voxanne_app.audit.ui.audit_lines import AuditLine, ChainView
from voxanne_app.foundation import clock
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

FILTERS = ("who", "act", "record", "time")


class AuditState(Screen):
    is_loaded: bool = False
    is_walking: bool = False
    address: AuditAddress = AuditAddress()
    chain: ChainView = ChainView()
    lines: list[AuditLine] = []
    people: list[tuple[str, str]] = []
    acts: list[tuple[str, str]] = []
    newest: str = ""
    oldest: str = ""
    has_newer: bool = False
    has_older: bool = False

    @guarded("audit.read")
    async def load(self) -> None:
        self.address = AuditAddress.read(self.router.url.query_parameters)
        await self._look()

    @guarded("audit.read", background=True)
    async def follow(self) -> None:
        """The chain was walked."""
        async for _ in self.changes("audit"):
            async with self:
                self.is_walking = False
                await self._look()

    @guarded(ANYBODY_SIGNED_IN)
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=200, name="The search")))

    @guarded(ANYBODY_SIGNED_IN)
    def choose(self, name: str, value: str) -> Any:
        """Set one filter; an empty value takes it away."""
        return self._go(self.address.but(**{one_of(name, FILTERS): text(value, at_most=110)}))

    @guarded(ANYBODY_SIGNED_IN)
    def clear(self) -> Any:
        return self._go(AuditAddress())

    @guarded(ANYBODY_SIGNED_IN)
    def newer(self) -> Any:
        return self._go(self.address.but(after=self.newest))

    @guarded(ANYBODY_SIGNED_IN)
    def older(self) -> Any:
        return self._go(self.address.but(before=self.oldest))

    @guarded("audit.read")
    async def verify(self) -> None:
        """Have the chain walked, and say how it is when that is done."""
        person = await self.asking()
        await self.in_transaction(
            "audit.read", lambda session: audit_found.ask_to_walk(session, org_id=person.org_id)
        )
        self.is_walking = True

    @guarded("audit.read")
    async def export(self) -> Any:
        person, address, now = await self.asking(), self.address, clock.now()
        zone = ZoneInfo(person.time_zone)
        page = await self.in_transaction(
            "audit.read",
            lambda session: audit_found.export(session, address, org_id=person.org_id, zone=zone, now=now),
        )
        return rx.download(data=audit_lines.as_csv(page.rows, zone), filename=f"audit-{now:%Y-%m-%d}.csv")

    def _go(self, address: AuditAddress) -> Any:
        """Through the address bar: the new address loads the list."""
        return rx.redirect(AuditAddress.read(vars(address)).href, replace=True)

    async def _look(self) -> None:
        person, address, now = await self.asking(), self.address, clock.now()
        zone = ZoneInfo(person.time_zone)
        found = await self.in_transaction(
            "audit.read",
            lambda session: audit_found.ask(session, address, org_id=person.org_id, zone=zone, now=now),
        )
        fill(self, found, zone=zone, now=now)
