"""What the audit shows, in the address bar."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from voxanne_app.audit.queries import AuditFilters
from voxanne_app.audit.ui.wording import actions_meant
from voxanne_app.ui.address import Address, first_moment, is_id, is_search

TIMES = {"": "Any time", "today": "Today", "7": "Last 7 days", "30": "Last 30 days", "365": "Last year"}
NOT_PEOPLE = {"assistant": "Voice assistant", "system": "Voxanne"}
_ACTION = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,60}")


def _is_action(value: str) -> bool:
    return not value or _ACTION.fullmatch(value) is not None


def _is_who(value: str) -> bool:
    return not value or value in NOT_PEOPLE or is_id(value)


def _is_number(value: str) -> bool:
    return not value or (value.isascii() and value.isdigit() and 0 < len(value) <= 15)


@dataclass(frozen=True)
class AuditAddress(Address):
    """The query of `/audit`; `before` and `after` are numbers of entries, of which one page lies beside."""

    ROUTE: ClassVar[str] = "/audit"
    MEANT = MappingProxyType(
        {
            "q": is_search,
            "who": _is_who,
            "act": _is_action,
            "record": lambda value: not value or is_id(value),
            "time": TIMES,
            "before": _is_number,
            "after": _is_number,
        }
    )

    q: str = ""
    who: str = ""
    act: str = ""
    record: str = ""
    time: str = ""
    before: str = ""
    after: str = ""

    def but(self, **changes: str) -> Self:
        """The same view with something else, from its newest entry on."""
        return replace(self, **{"before": "", "after": ""} | changes)

    def filters(
        self, *, people: list[tuple[UUID, str]], actions: list[str], zone: ZoneInfo, now: datetime
    ) -> AuditFilters:
        """`people` and `actions`: everybody and everything that the chain holds, to search among."""
        wanted = self.q.casefold()
        return AuditFilters(
            person_id=UUID(self.who) if is_id(self.who) else None,
            actor_kind=self.who if self.who in NOT_PEOPLE else "",
            action=self.act,
            subject_id=self.record,
            since=first_moment(self.time, zone, now),
            words=self.q,
            found_people=tuple(key for key, name in people if wanted in name.casefold()) if wanted else (),
            found_actions=actions_meant(self.q, actions) if wanted else (),
            before=int(self.before) if self.before else None,
            after=int(self.after) if self.after else None,
        )


@dataclass(frozen=True)
class PlatformAuditAddress(AuditAddress):
    """The query of `/platform/audit`."""

    ROUTE: ClassVar[str] = "/platform/audit"
