"""The platform's own audit, for operators: acts in no clinic, and the anchors of the clinics' chains."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.audit import chain, keeping
from voxanne_app.audit.ui import audit_found, audit_lines
from voxanne_app.audit.ui.audit_address import PlatformAuditAddress
from voxanne_app.audit.ui.audit_shown_state import AuditShown
from voxanne_app.foundation import clock
from voxanne_app.ui.session import PlatformScreen, guarded

_UTC = ZoneInfo("UTC")


class PlatformAuditState(AuditShown, PlatformScreen):
    address: PlatformAuditAddress = PlatformAuditAddress()

    @guarded("platform.audit")
    async def load(self) -> None:
        self.address = PlatformAuditAddress.read(self.router.url.query_parameters)
        await self._look()

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

    async def _look(self) -> None:
        address, now = self.address, clock.now()
        found = await self.in_platform_transaction(
            "platform.audit",
            lambda session: audit_found.ask(session, address, org_id=None, zone=_UTC, now=now),
        )
        self._fill(found, zone=_UTC, now=now)
