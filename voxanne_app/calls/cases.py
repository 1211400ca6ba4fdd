"""What people at the clinic must do: opened by calls, closed by people, and never lost in between."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.opening import open_spans
from voxanne_app.calls.risk import Severity, due_at, is_clinical, severity_of
from voxanne_app.foundation.changes import announce

Kind = Literal["callback", "approval", "complaint", "failure"]


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
    is_clinical: bool = False
    assigned_to: UUID | None = None
    assignee: str = ""
    resolution: str = ""
    caller: str = ""
    summary: str = ""

    @property
    def severity(self) -> Severity:
        return severity_of(self.kind, is_clinical=self.is_clinical, is_urgent=self.is_urgent)


_ZONE = text("select time_zone from organizations where id = :org_id")
_NEW = text("""
    insert into cases (org_id, kind, title, body, is_urgent, is_clinical, callback_number, contact_id,
    call_id, request_key, created_at, due_at) values (:org_id, :kind, :title, :body, :is_urgent, :is_clinical,
    :callback_number, :contact_id, :call_id, :request_key, :created_at, :due_at)
    on conflict (org_id, request_key) do update set is_urgent = cases.is_urgent or excluded.is_urgent,
    is_clinical = cases.is_clinical or excluded.is_clinical, due_at = least(cases.due_at, excluded.due_at)
    returning id
""")
_SELECT = """
    select c.id, c.kind, c.title, c.body, c.is_urgent, c.callback_number, c.call_id, c.created_at, c.due_at,
      c.resolved_at,
      case when c.kind = 'approval' then substring(c.request_key from '[0-9a-f-]{36}$')::uuid end
        as booking_id,
      c.is_clinical, c.assigned_to, c.assignee, c.resolution,
      coalesce(nullif(k.name, ''), l.caller_name, '') as caller, coalesce(l.summary, '') as summary
    from cases c
    left join contacts k on k.org_id = c.org_id and k.id = c.contact_id
    left join call_logs l on l.org_id = c.org_id and l.id = c.call_id
    where c.org_id = :org_id
"""
_OF_CALL = text(f"{_SELECT} and c.call_id = :call_id order by c.created_at, c.id")
# By risk, then by who has waited longest: as severity_of ranks them.
_OPEN = text(f"""{_SELECT} and c.resolved_at is null
    order by c.is_clinical desc, c.is_urgent desc, c.kind in ('complaint', 'failure') desc, c.created_at, c.id
    limit :at_most
""")
_SETTLED = text(f"""{_SELECT} and c.resolved_at >= :since order by c.resolved_at desc, c.id limit :at_most""")
# Two counts: what is open has an index of its own, whatever else there is.
_WAITING = "select count(*) from cases where org_id = :org_id and resolved_at is null"
_COUNT_WAITING = text(_WAITING)
_COUNTS = text(f"""
    select ({_WAITING}) as open,
      (select count(*) from cases where org_id = :org_id and resolved_at >= :since) as done
""")  # noqa: S608 - made of constants
# Not what a person has settled: that is theirs to reopen.
_SETTLE_ITSELF = text("""
    update cases set resolved_at = :resolved_at where org_id = :org_id and request_key = :key
      and resolved_by is null and (resolved_at is null) <> (cast(:resolved_at as timestamptz) is null)
    returning id
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
    harm = is_clinical(new.title, new.body)
    severity = severity_of(new.kind, is_clinical=harm, is_urgent=new.is_urgent)
    zone = session.connection().execute(_ZONE, {"org_id": org_id}).scalar_one()
    hours = open_spans(session, org_id=org_id, zone=zone, since=now)
    values: dict[str, Any] = vars(new) | {"org_id": org_id, "created_at": now, "is_clinical": harm}
    values["due_at"] = due_at(severity, now=now, open_spans=hours)
    case_id = session.connection().execute(_NEW, values).scalar_one()
    announce(session, org_id=org_id, topic="cases")
    return UUID(str(case_id))


def open_cases(session: Session, *, org_id: UUID, at_most: int = 50) -> tuple[CaseRow, ...]:
    """What waits, by risk, then by who has waited longest."""
    found = session.connection().execute(_OPEN, {"org_id": org_id, "at_most": at_most})
    return tuple(CaseRow(**row._mapping) for row in found)


def settled_cases(
    session: Session, *, org_id: UUID, since: datetime, at_most: int = 20
) -> tuple[CaseRow, ...]:
    """What was settled since, the latest first."""
    values = {"org_id": org_id, "since": since, "at_most": at_most}
    return tuple(CaseRow(**row._mapping) for row in session.connection().execute(_SETTLED, values))


def cases_of_call(session: Session, *, org_id: UUID, call_id: UUID) -> tuple[CaseRow, ...]:
    """Every case of a call, the settled ones too."""
    found = session.connection().execute(_OF_CALL, {"org_id": org_id, "call_id": call_id})
    return tuple(CaseRow(**row._mapping) for row in found)


def count_cases(session: Session, *, org_id: UUID, since: datetime) -> tuple[int, int]:
    """(How many wait, how many were settled since.)"""
    row = session.connection().execute(_COUNTS, {"org_id": org_id, "since": since}).one()
    return row.open, row.done


def count_waiting(session: Session, *, org_id: UUID) -> int:
    return int(session.connection().execute(_COUNT_WAITING, {"org_id": org_id}).scalar_one())


def resolve_approval(session: Session, *, org_id: UUID, booking_id: UUID, by: UUID, now: datetime) -> None:
    """A person has approved this booking, or declined it: what asked for that is settled, if anything did."""
    _settle_approval(session, org_id, booking_id, resolved_at=now, resolved_by=by)


def reopen_approval(session: Session, *, org_id: UUID, booking_id: UUID) -> None:
    """This booking waits for approval again."""
    _settle_approval(session, org_id, booking_id, resolved_at=None, resolved_by=None)


def settle_itself(session: Session, key: str, *, org_id: UUID, resolved_at: datetime | None) -> None:
    """What a case asked for has come about, though nobody said so; None: it is asked for again after all."""
    values = {"org_id": org_id, "key": key, "resolved_at": resolved_at}
    if session.connection().execute(_SETTLE_ITSELF, values).all():
        announce(session, org_id=org_id, topic="cases")


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
