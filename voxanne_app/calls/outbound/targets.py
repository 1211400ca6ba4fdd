"""Whom a call goes to: from a call they had with the clinic, or from a case that waits for it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.cases import CaseNotFound
from voxanne_app.calls.queries import CallNotFound

LONGEST_ABOUT = 300


@dataclass(frozen=True)
class Target:
    """`contact_id` is None for a number that nobody has called from: it becomes a contact when it is asked
    for. `about`: what the screen proposes to say.
    """

    number: str
    name: str
    contact_id: UUID | None = None
    case_id: UUID | None = None
    call_id: UUID | None = None
    about: str = ""


class NoNumber(Exception):
    """There is nothing to dial."""


_OF_CALL = text("""
    select c.caller_number as number, k.id as contact_id,
      coalesce(nullif(k.name, ''), c.caller_name, '') as name,
      (select s.id from cases s where s.org_id = c.org_id and s.call_id = c.id and s.kind = 'callback'
        and s.resolved_at is null order by s.created_at limit 1) as case_id
    from call_logs c left join contacts k on k.org_id = c.org_id and k.phone = c.caller_number
    where c.org_id = :org_id and c.id = :id
""")
_OF_CASE = text("""
    select coalesce(s.callback_number, k.phone, l.caller_number) as number, s.call_id,
      coalesce(nullif(s.body, ''), s.title) as asked,
      coalesce(nullif(own.name, ''), nullif(k.name, ''), l.caller_name, '') as name, own.id as contact_id
    from cases s
    left join contacts k on k.org_id = s.org_id and k.id = s.contact_id
    left join call_logs l on l.org_id = s.org_id and l.id = s.call_id
    left join contacts own on own.org_id = s.org_id
      and own.phone = coalesce(s.callback_number, k.phone, l.caller_number)
    where s.org_id = :org_id and s.id = :id
""")


def of_call(session: Session, *, org_id: UUID, call_id: UUID) -> Target:
    """Who was on the other end of a call. Raises CallNotFound, NoNumber."""
    row = session.connection().execute(_OF_CALL, {"org_id": org_id, "id": call_id}).one_or_none()
    if row is None:
        raise CallNotFound("This call does not exist.")
    return Target(_dialled(row.number), row.name, row.contact_id, row.case_id, call_id)


def of_case(session: Session, *, org_id: UUID, case_id: UUID) -> Target:
    """Who waits to be called back. Raises CaseNotFound, NoNumber."""
    row = session.connection().execute(_OF_CASE, {"org_id": org_id, "id": case_id}).one_or_none()
    if row is None:
        raise CaseNotFound("This case does not exist any more.")
    return Target(
        _dialled(row.number),
        row.name,
        row.contact_id,
        case_id,
        row.call_id,
        about=f"They asked: {row.asked}"[:LONGEST_ABOUT],
    )


def _dialled(number: Any) -> str:
    plain = str(number or "")
    if not plain.startswith("+") or not plain[1:].isdigit():
        raise NoNumber("The caller’s number was withheld: there is nothing to dial.")
    return plain
