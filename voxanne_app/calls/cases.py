"""What people at the clinic must do: opened by calls, closed by people, and never lost in between."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce

Kind = Literal["callback", "approval", "complaint", "failure"]

# What callers are told: somebody calls back soon when it is urgent, otherwise within half a day.
_DUE = {True: timedelta(minutes=15), False: timedelta(hours=4)}


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
    resolved_at: datetime | None
    booking_id: UUID | None  # which one is to be approved


_NEW = text("""
    insert into cases (org_id, kind, title, body, is_urgent, callback_number, contact_id, call_id,
    request_key, created_at, due_at) values (:org_id, :kind, :title, :body, :is_urgent, :callback_number,
    :contact_id, :call_id, :request_key, :created_at, :due_at) on conflict (org_id, request_key) do update set
    is_urgent = cases.is_urgent or excluded.is_urgent returning id
""")
_SELECT = """
    select id, kind, title, body, is_urgent, callback_number, call_id, created_at, due_at, resolved_at,
      case when kind = 'approval' then substring(request_key from '[0-9a-f-]{36}$')::uuid end as booking_id
    from cases where org_id = :org_id
"""
_OF_CALL = text(f"{_SELECT} and call_id = :call_id order by created_at, id")
_OPEN = text(f"""{_SELECT} and resolved_at is null
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
# A booking to approve is named by its case's request key: `approval:<booking id>`.
_SETTLE_APPROVAL = text("""
    update cases set resolved_at = :resolved_at, resolved_by = :resolved_by
    where org_id = :org_id and kind = 'approval' and request_key like :key
      and (resolved_at is null) <> (cast(:resolved_at as timestamptz) is null) returning id
""")


@dataclass(frozen=True)
class NewCase:
    """`request_key` says what was asked for, so that asking again opens no second case: for an approval, the
    booking: `approval:<its id>`."""

    kind: Kind
    title: str
    body: str
    request_key: str
    is_urgent: bool = False
    callback_number: str | None = None
    call_id: UUID | None = None
    contact_id: UUID | None = None


def open_case(session: Session, new: NewCase, *, org_id: UUID, now: datetime) -> UUID:
    """Open a case, once per `request_key`; asked again, it can only become more urgent. Returns its id."""
    values = vars(new) | {"org_id": org_id, "created_at": now, "due_at": now + _DUE[new.is_urgent]}
    case_id = session.connection().execute(_NEW, values).scalar_one()
    announce(session, org_id=org_id, topic="cases")
    return UUID(str(case_id))


def open_cases(session: Session, *, org_id: UUID, at_most: int = 50) -> tuple[CaseRow, ...]:
    """What waits, the most pressing first."""
    found = session.connection().execute(_OPEN, {"org_id": org_id, "at_most": at_most})
    return tuple(CaseRow(**row._mapping) for row in found)


def cases_of_call(session: Session, *, org_id: UUID, call_id: UUID) -> tuple[CaseRow, ...]:
    """Every case of a call, the settled ones too."""
    found = session.connection().execute(_OF_CALL, {"org_id": org_id, "call_id": call_id})
    return tuple(CaseRow(**row._mapping) for row in found)


def count_cases(session: Session, *, org_id: UUID, since: datetime) -> tuple[int, int]:
    """(How many wait, how many were settled since.)"""
    row = session.connection().execute(_COUNTS, {"org_id": org_id, "since": since}).one()
    return row.open, row.done


def resolve(session: Session, *, org_id: UUID, case_id: UUID, by: UUID, now: datetime) -> str:
    """Settle a case; doing it twice is harmless. Returns its title. Raises CaseNotFound."""
    title = _settle(session, org_id, case_id, resolved_at=now, resolved_by=by)
    record(session, "cases.resolved", subject=("case", case_id))
    return title


def reopen(session: Session, *, org_id: UUID, case_id: UUID) -> str:
    """Take a settlement back. Returns the case's title. Raises CaseNotFound."""
    title = _settle(session, org_id, case_id, resolved_at=None, resolved_by=None)
    record(session, "cases.reopened", subject=("case", case_id))
    return title


def resolve_approval(session: Session, *, org_id: UUID, booking_id: UUID, by: UUID, now: datetime) -> None:
    """A person has approved this booking, or declined it: what asked for that is settled, if anything did."""
    _settle_approval(session, org_id, booking_id, resolved_at=now, resolved_by=by)


def reopen_approval(session: Session, *, org_id: UUID, booking_id: UUID) -> None:
    """This booking waits for approval again."""
    _settle_approval(session, org_id, booking_id, resolved_at=None, resolved_by=None)


def _settle_approval(
    session: Session,
    org_id: UUID,
    booking_id: UUID,
    *,
    resolved_at: datetime | None,
    resolved_by: UUID | None,
) -> None:
    key = f"%:{booking_id}"
    values = {"org_id": org_id, "key": key, "resolved_at": resolved_at, "resolved_by": resolved_by}
    if session.connection().execute(_SETTLE_APPROVAL, values).all():
        announce(session, org_id=org_id, topic="cases")


def _settle(
    session: Session, org_id: UUID, case_id: UUID, *, resolved_at: datetime | None, resolved_by: UUID | None
) -> str:
    values = {"org_id": org_id, "id": case_id, "resolved_at": resolved_at, "resolved_by": resolved_by}
    title: str | None = session.connection().execute(_SETTLE, values).scalar_one_or_none()
    if title is None:
        raise CaseNotFound("This case does not exist any more.")
    announce(session, org_id=org_id, topic="cases")
    return title
