"""What both audits show, a clinic's and the platform's, once it is found."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from voxanne_app.audit.ui import audit_lines
from voxanne_app.audit.ui.audit_address import NOT_PEOPLE
from voxanne_app.audit.ui.audit_found import Found
from voxanne_app.audit.ui.wording import act_in_words


def fill(screen: Any, found: Found, *, zone: ZoneInfo, now: datetime) -> None:
    """Set the variables that `AuditState` and `PlatformAuditState` have in common, in `zone`."""
    rows = found.page.rows
    screen.lines = list(audit_lines.lines(rows, zone=zone, now=now))
    screen.chain = audit_lines.chain_view(found.chain, now=now)
    screen.people = [*((str(key), name) for key, name in found.people), *NOT_PEOPLE.items()]
    screen.acts = sorted(((act, act_in_words(act)) for act in found.actions), key=lambda act: act[1])
    screen.newest = str(rows[0].number) if rows else ""
    screen.oldest = str(rows[-1].number) if rows else ""
    screen.has_newer, screen.has_older = found.page.has_newer, found.page.has_older
    screen.is_loaded = True
