"""What people at the clinic must do: opened by calls, closed by people, and never lost in between."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.changes import announce


class CaseNotFound(Exception):
    """There is no such case in this organization."""


@dataclass(frozen=True)
class CaseRow:
    id: UUID
    kind: str
    title: str
    body: str
    is_urgent: bool
    callback_number: str | None
    call_id: UUID | None
    created_at: datetime
    due_at: datetime | None


_OPEN = text("""
    select id, kind, title, body, is_urgent, callback_number, call_id, created_at, due_at from cases
    where org_id = :org_id and resolved_at is null
    order by is_urgent desc, due_at nulls last, created_at limit :at_most
""")
_COUNTS = text("""
    select count(*) filter (where resolved_at is null) as open,
      count(*) filter (where resolved_at >= :since) as done
    from cases where org_id = :org_id and (resolved_at is null or resolved_at >= :since)
""")
_SETTLE = text("""
    update cases set resolved_at = :resolved_at, resolved_by = :resolved_by
    where org_id = :org_id and id = :id returning title
""")


def open_cases(session: Session, *, org_id: UUID, at_most: int = 50) -> tuple[CaseRow, ...]:
    """What waits, the most pressing first."""
    found = session.connection().execute(_OPEN, {"org_id": org_id, "at_most": at_most})
    return tuple(CaseRow(**row._mapping) for row in found)


def count_cases(session: Session, *, org_id: UUID, since: datetime) -> tuple[int, int]:
    """(How many wait, how many were settled since.)"""
    row = session.connection().execute(_COUNTS, {"org_id": org_id, "since": since}).one()
    return row.open, row.done


def resolve(session: Session, *, org_id: UUID, case_id: UUID, by: UUID, now: datetime) -> str:
    """Settle a case; doing it twice is harmless. Returns its title. Raises CaseNotFound."""
    return _settle(session, org_id, case_id, resolved_at=now, resolved_by=by)


def reopen(session: Session, *, org_id: UUID, case_id: UUID) -> str:
    """Take a settlement back. Returns the case's title. Raises CaseNotFound."""
    return _settle(session, org_id, case_id, resolved_at=None, resolved_by=None)


def _settle(
    session: Session, org_id: UUID, case_id: UUID, *, resolved_at: datetime | None, resolved_by: UUID | None
) -> str:
    values = {"org_id": org_id, "id": case_id, "resolved_at": resolved_at, "resolved_by": resolved_by}
    title: str | None = session.connection().execute(_SETTLE, values).scalar_one_or_none()
    if title is None:
        raise CaseNotFound("This case does not exist any more.")
    announce(session, org_id=org_id, topic="cases")
    return title
