"""What people do with a case: take it on, settle it, say what was done, and take that back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.calls.cases import CaseNotFound
from voxanne_app.foundation.changes import announce

LONGEST_NOTE = 500

_SETTLE = "resolved_at = :resolved_at, resolved_by = :resolved_by, resolution = :resolution"
_NOTE = "resolution = case when resolved_at is null then resolution else :resolution end"
_ASSIGN = "assigned_to = :assigned_to, assignee = :assignee"


def resolve(session: Session, *, org_id: UUID, case_id: UUID, by: UUID, now: datetime, note: str = "") -> str:
    """Settle a case; doing it twice is harmless. Returns its title. Raises CaseNotFound."""
    values = {"resolved_at": now, "resolved_by": by, "resolution": note}
    title = _change(session, _SETTLE, org_id, case_id, values)
    record(session, "cases.resolved", subject=("case", case_id))
    return title


def say_what_was_done(session: Session, note: str, *, org_id: UUID, case_id: UUID) -> None:
    """Of a case that is settled; one that was opened again meanwhile keeps none. Raises CaseNotFound."""
    _change(session, _NOTE, org_id, case_id, {"resolution": note})
    record(session, "cases.noted", subject=("case", case_id))


def reopen(session: Session, *, org_id: UUID, case_id: UUID) -> str:
    """Take a settlement back. Returns the case's title. Raises CaseNotFound."""
    values = {"resolved_at": None, "resolved_by": None, "resolution": ""}
    title = _change(session, _SETTLE, org_id, case_id, values)
    record(session, "cases.reopened", subject=("case", case_id))
    return title


def assign(session: Session, to: UUID | None, *, name: str, org_id: UUID, case_id: UUID) -> None:
    """Say who does it; None for nobody. `name` is kept as it is now. Raises CaseNotFound."""
    _change(session, _ASSIGN, org_id, case_id, {"assigned_to": to, "assignee": name if to else ""})
    record(session, "cases.assigned", subject=("case", case_id), details={"to": str(to or "nobody")})


def _change(session: Session, columns: str, org_id: UUID, case_id: UUID, values: dict[str, Any]) -> str:
    statement = f"update cases set {columns} where org_id = :org_id and id = :id returning title"  # noqa: S608 - from above
    found = session.connection().execute(text(statement), values | {"org_id": org_id, "id": case_id})
    title: str | None = found.scalar_one_or_none()
    if title is None:
        raise CaseNotFound("This case does not exist any more.")
    announce(session, org_id=org_id, topic="cases")
    return title
