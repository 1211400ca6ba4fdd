"""What the audits of a clinic and of the platform have in common: what is shown, and the ways through it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from voxanne_app.audit.ui import audit_lines
from voxanne_app.audit.ui.audit_address import NOT_PEOPLE, AuditAddress
from voxanne_app.audit.ui.audit_found import Found
from voxanne_app.audit.ui.audit_lines import AuditLine, ChainView
from voxanne_app.audit.ui.wording import act_in_words
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, guarded

FILTERS = ("who", "act", "record", "time")


class AuditShown(rx.State, mixin=True):
    """Each state that has it gets variables and handlers of its own; where they lead, its `address` says."""

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

    @guarded(ANYBODY_SIGNED_IN)
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=200, name="The search")))

    @guarded(ANYBODY_SIGNED_IN)
    def choose(self, name: str, value: str) -> Any:
        """Set one filter; an empty value takes it away."""
        return self._go(self.address.but(**{one_of(name, FILTERS): text(value, at_most=110)}))

    @guarded(ANYBODY_SIGNED_IN)
    def clear(self) -> Any:
        return self._go(self.address.__class__())

    @guarded(ANYBODY_SIGNED_IN)
    def newer(self) -> Any:
        return self._go(self.address.but(after=self.newest))

    @guarded(ANYBODY_SIGNED_IN)
    def older(self) -> Any:
        return self._go(self.address.but(before=self.oldest))

    def _go(self, address: AuditAddress) -> Any:
        """Through the address bar: the new address loads the list."""
        return rx.redirect(address.__class__.read(vars(address)).href, replace=True)

    def _fill(self, found: Found, *, zone: ZoneInfo, now: datetime) -> None:
        rows = found.page.rows
        self.lines = list(audit_lines.lines(rows, zone=zone, now=now))
        self.chain = audit_lines.chain_view(found.chain, now=now)
        self.people = [*((str(key), name) for key, name in found.people), *NOT_PEOPLE.items()]
        self.acts = sorted(((act, act_in_words(act)) for act in found.actions), key=lambda act: act[1])
        self.newest = str(rows[0].number) if rows else ""
        self.oldest = str(rows[-1].number) if rows else ""
        self.has_newer, self.has_older = found.page.has_newer, found.page.has_older
        self.is_loaded = True
