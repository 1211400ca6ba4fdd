"""The list of clinics, for operators: paged, searched and filtered in the database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from voxanne_app.calls.lines import Lines, lines_now
from voxanne_app.foundation import clock
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.organization_list import OrganizationRow, organizations_page
from voxanne_app.identity.ui.organizations_address import PAGE_SIZE, OrganizationsAddress
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import PlatformScreen, guarded

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class OrganizationLine:
    href: str = ""
    name: str = ""
    zone: str = ""
    is_suspended: bool = False
    people: str = ""
    calls: str = ""
    live: str = ""
    last_call: str = ""
    last_call_exact: str = ""
    since: str = ""


class OrganizationsState(PlatformScreen):
    is_loaded: bool = False
    address: OrganizationsAddress = OrganizationsAddress()
    lines: list[OrganizationLine] = []
    on_the_phone: str = ""
    is_scarce: bool = False
    shown: str = ""
    page_of: str = ""
    has_previous: bool = False
    has_next: bool = False

    @guarded("platform.organizations")
    async def load(self) -> None:
        """Show what the address asks for."""
        self.address = asked = OrganizationsAddress.read(self.router.url.query_parameters)
        now, number = clock.now(), int(asked.page)
        (rows, total), taken = await self.in_platform_transaction(
            "platform.organizations",
            lambda session: (
                organizations_page(
                    session,
                    words=asked.q,
                    state=asked.state,
                    order=asked.order,
                    page=number,
                    page_size=PAGE_SIZE,
                    now=now,
                ),
                lines_now(session, in_all=get_settings().vapi_lines, now=now),
            ),
        )
        self.lines = [_line(row, taken, now) for row in rows]
        self.on_the_phone = f"{taken.taken} of {taken.in_all} lines taken, {taken.left} left"
        self.is_scarce = taken.are_scarce
        pages = max(1, -(-total // PAGE_SIZE))
        first = (number - 1) * PAGE_SIZE + 1
        self.shown = f"{first:,} to {first + len(rows) - 1:,} of {total:,}" if rows else "No clinics"
        self.page_of = f"{number:,} of {pages:,}"
        self.has_previous, self.has_next = number > 1, number < pages
        self.is_loaded = True

    @guarded("platform.organizations")
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=200, name="The search")))

    @guarded("platform.organizations")
    def choose(self, name: str, value: str) -> Any:
        """Set one filter; an empty value takes it away."""
        return self._go(self.address.but(**{one_of(name, ("state", "order")): text(value, at_most=60)}))

    @guarded("platform.organizations")
    def clear(self) -> Any:
        return self._go(OrganizationsAddress())

    @guarded("platform.organizations")
    def previous_page(self) -> Any:
        return self._go(self.address.but(page=str(max(1, int(self.address.page) - 1))))

    @guarded("platform.organizations")
    def next_page(self) -> Any:
        return self._go(self.address.but(page=str(int(self.address.page) + 1)))

    def _go(self, address: OrganizationsAddress) -> Any:
        """Through the address bar: the new address loads the list."""
        return rx.redirect(OrganizationsAddress.read(vars(address)).href, replace=True)


def _line(row: OrganizationRow, taken: Lines, now: datetime) -> OrganizationLine:
    last = row.last_call_at
    return OrganizationLine(
        href=f"/platform/organizations/{row.id}",
        name=row.name,
        zone=row.time_zone.replace("_", " "),
        is_suspended=row.suspended_at is not None,
        people=f"{row.people:,}",
        calls=f"{row.calls:,}",
        live=f"{taken.live.get(row.id, 0)}",
        last_call=formatting.when(last, _UTC, now=now) if last else "None yet",
        last_call_exact=formatting.exact(last, _UTC) if last else "",
        since=formatting.short_day(row.created_at.astimezone(UTC).date(), today=now.date()),
    )
