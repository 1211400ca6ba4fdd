"""The platform's own audit, for operators: acts in no clinic, and the anchors of the clinics' chains."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.audit import chain, keeping
from voxanne_app.audit.ui import audit_found, audit_lines
from voxanne_app.audit.ui.audit_address import PlatformAuditAddress
from voxanne_app.audit.ui.audit_filling import fill
from voxanne_app.audit.ui.audit_lines import AuditLine, ChainView
from voxanne_app.audit.ui.audit_state import FILTERS
from voxanne_app.foundation import clock
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, PlatformScreen, guarded

_UTC = ZoneInfo("UTC")


class PlatformAuditState(PlatformScreen):
    is_loaded: bool = False
    is_walking: bool = False
    address: PlatformAuditAddress = PlatformAuditAddress()
    chain: ChainView = ChainView()
    lines: list[AuditLine] = []
    people: list[tuple[str, str]] = []
    acts: list[tuple[str, str]] = []
    newest: str = ""
    oldest: str = ""
    has_newer: bool = False
    has_older: bool = False

    @guarded("platform.audit")
    async def load(self) -> None:
        self.address = PlatformAuditAddress.read(self.router.url.query_parameters)
        await self._look()

    @guarded(ANYBODY_SIGNED_IN)
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=200, name="The search")))

    @guarded(ANYBODY_SIGNED_IN)
    def choose(self, name: str, value: str) -> Any:
        return self._go(self.address.but(**{one_of(name, FILTERS): text(value, at_most=110)}))

    @guarded(ANYBODY_SIGNED_IN)
    def clear(self) -> Any:
        return self._go(PlatformAuditAddress())

    @guarded(ANYBODY_SIGNED_IN)
    def newer(self) -> Any:
        return self._go(self.address.but(after=self.newest))

    @guarded(ANYBODY_SIGNED_IN)
    def older(self) -> Any:
        return self._go(self.address.but(before=self.oldest))

    @guarded("platform.audit")
    async def verify(self) -> None:
        """Walk the chain. It is short: the platform does much less than its clinics."""

        def work(session: Session) -> None:
            keeping.note_walk(session, None, chain.walk(session, None))

        await self.in_platform_transaction("platform.audit", work)
        await self._look()

    @guarded("platform.audit")
    async def export(self) -> Any:
        address, now = self.address, clock.now()
        page = await self.in_platform_transaction(
            "platform.audit",
            lambda session: audit_found.export(session, address, org_id=None, zone=_UTC, now=now),
        )
        name = f"platform-audit-{now:%Y-%m-%d}.csv"
        return rx.download(data=audit_lines.as_csv(page.rows, _UTC), filename=name)

    def _go(self, address: PlatformAuditAddress) -> Any:
        return rx.redirect(PlatformAuditAddress.read(vars(address)).href, replace=True)

    async def _look(self) -> None:
        address, now = self.address, clock.now()
        found = await self.in_platform_transaction(
            "platform.audit",
            lambda session: audit_found.ask(session, address, org_id=None, zone=_UTC, now=now),
        )
        fill(self, found, zone=_UTC, now=now)
