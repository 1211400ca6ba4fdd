"""The audit of a clinic: what the address asks for, and how its chain is."""

from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from voxanne_app.audit.ui import audit_found, audit_lines
from voxanne_app.audit.ui.audit_address import AuditAddress
from voxanne_app.audit.ui.audit_shown_state import AuditShown
from voxanne_app.foundation import clock
from voxanne_app.ui.session import Screen, guarded


class AuditState(AuditShown, Screen):
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

    async def _look(self) -> None:
        person, address, now = await self.asking(), self.address, clock.now()
        zone = ZoneInfo(person.time_zone)
        found = await self.in_transaction(
            "audit.read",
            lambda session: audit_found.ask(session, address, org_id=person.org_id, zone=zone, now=now),
        )
        self._fill(found, zone=zone, now=now)
