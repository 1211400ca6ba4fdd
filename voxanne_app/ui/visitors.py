"""Operators at a clinic's screens: what the frame says about it, and that each look is written down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session

from voxanne_app.audit.trail import record_read
from voxanne_app.identity.admission import Visiting

T = TypeVar("T")


@dataclass(frozen=True)
class VisitView:
    """`ends_at` in epoch milliseconds: the browser counts down to it. No reason: nobody visits."""

    reason: str = ""
    ends_at: int = 0


def visit_view(visit: Visiting | None) -> VisitView:
    return VisitView(visit.reason, int(visit.ends_at.timestamp() * 1000)) if visit else VisitView()


def written_down(
    visit: Visiting, permission: str, page: str, work: Callable[[Session], T]
) -> Callable[[Session], T]:
    """`work`, after a line in the clinic's own trail: what was looked at is the permission and the page."""

    def work_written_down(session: Session) -> T:
        page_read = page[:200]
        details = {"page": page_read, "permission": permission, "reason": visit.reason}
        record_read(session, "visits.read", subject=("page", f"{permission} {page_read}"), details=details)
        return work(session)

    return work_written_down
