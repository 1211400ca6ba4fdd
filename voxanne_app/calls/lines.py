"""The telephone lines that all clinics share: who is on them, how many are left, and who may take one.

Nobody can keep callers from ringing. What can be kept back are calls that we make ourselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.queries import LIVE_FOR

# Callers come first: these stay free for them, whoever wants to call out.
KEPT_FOR_CALLERS = 2
# The last ones that may be called out on are for clinics that have none.
KEPT_FOR_OTHERS = 2
SCARCE = 2

_LIVE = text("select * from platform_live_calls(:since)")


@dataclass(frozen=True)
class Lines:
    """`live`: how many calls each clinic has on the phone; clinics without any are missing."""

    in_all: int
    live: Mapping[UUID, int]

    @property
    def taken(self) -> int:
        return sum(self.live.values())

    @property
    def left(self) -> int:
        return max(0, self.in_all - self.taken)

    @property
    def are_scarce(self) -> bool:
        return self.left < min(SCARCE, self.in_all)


def lines_now(session: Session, *, in_all: int, now: datetime) -> Lines:
    """For the platform's own session; nobody else is told anything."""
    found = session.connection().execute(_LIVE, {"since": now - LIVE_FOR})
    return Lines(in_all, {row.org_id: row.live for row in found})


def without_one_of(lines: Lines, org_id: UUID) -> Lines:
    """As if this clinic had one call fewer: for one that is counted already, and asks whether it may."""
    return replace(lines, live={**lines.live, org_id: max(0, lines.live.get(org_id, 0) - 1)})


def may_call_out(lines: Lines, org_id: UUID) -> bool:
    """Whether this clinic may take one more line for a call of its own.

    Some lines stay free for callers. Of the others, the last ones go to clinics that have none, and one that
    has calls already gets no more than its share among all that are on the phone.
    """
    free = lines.left - KEPT_FOR_CALLERS
    own = lines.live.get(org_id, 0)
    if own == 0:
        return free > 0
    share = (lines.in_all - KEPT_FOR_CALLERS) // max(2, len(lines.live))
    return free > KEPT_FOR_OTHERS and own < share
