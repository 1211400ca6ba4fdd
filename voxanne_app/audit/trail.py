"""Who did what, and who read what: one row per act, written in the act's own transaction.

The database says who and when, and chains the rows at commit (migration 0005); nothing here can.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.database import ClaimedSession
from voxanne_app.foundation.direct import ask

Outcome = Literal["done", "refused"]

# Looking at the same record again within this time is the same look: the screen says so.
READS_COUNT_ONCE_IN = timedelta(minutes=5)

_VALUES = """
    select cast(:org_id as uuid), :action, :subject_kind, :subject_id, cast(:details as jsonb), :outcome,
      :actor_kind, cast(:session_id as uuid), :address, :device
"""
_INSERT = f"""insert into audit_events (org_id, action, subject_kind, subject_id, details, outcome,
      actor_kind, session_id, address, device) {_VALUES}"""
_RECORD = b"""insert into audit_events (org_id, action, subject_kind, subject_id, details, outcome,
      actor_kind, session_id, address, device) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
# `= null` would find none, and one condition for both no index.
_OF_CLINIC, _OF_PLATFORM = "e.org_id = cast(:org_id as uuid)", "e.org_id is null"
_RECORD_ONCE = f"""{_INSERT} where not exists (select from audit_events e
      where {{of}} and e.subject_id = :subject_id
      and e.subject_kind = :subject_kind and e.action = :action and e.outcome = :outcome
      and e.person_id is not distinct from auth_person_id()
      and e.session_id is not distinct from cast(:session_id as uuid)
      and e.happened_at > now() - cast(:once_in as interval))"""  # noqa: S608 (no value in it)
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:key, 4))")


def record(
    session: Session,
    action: str,
    *,
    subject: tuple[str, UUID | str] | None = None,
    details: Mapping[str, object] | None = None,
    org_id: UUID | None = None,
    outcome: Outcome = "done",
) -> None:
    """Write down an act, `<domain>.<past tense>` as in `agents.published`.

    Who acts, and from where, is what the transaction's claims say. `subject`: kind and id of the record acted
    on. `details`: small plain values, never a patient's words, names or numbers. `org_id` only where the
    claims name no organization; without any, it is an act of the platform.
    """
    ask(session, _RECORD, *_entry(session, action, subject, details, org_id, outcome).values())


def record_read(
    session: Session,
    action: str,
    *,
    subject: tuple[str, UUID | str],
    details: Mapping[str, object] | None = None,
    org_id: UUID | None = None,
) -> None:
    """Write down that somebody has read something: once in five minutes per browser session and record.

    The row says when they began to look. A reload or a second tab adds none, so a row stands for at least one
    look, and whoever looks again later leaves another.
    """
    _record_once(session, _entry(session, action, subject, details, org_id, "done"))


def record_refusal(session: Session, handler: str) -> None:
    """Write down that somebody asked for what their role does not allow, and was refused; folded as reads."""
    _record_once(session, _entry(session, "access.refused", ("handler", handler), None, None, "refused"))


def _record_once(session: Session, entry: dict[str, Any]) -> None:
    key = f"{entry['org_id']}:{entry['session_id']}:{entry['action']}:{entry['subject_id']}"
    session.connection().execute(_ONE_AT_A_TIME, {"key": key})
    once = text(_RECORD_ONCE.format(of=_OF_CLINIC if entry["org_id"] else _OF_PLATFORM))
    session.connection().execute(once, entry | {"once_in": READS_COUNT_ONCE_IN})


def _entry(
    session: Session,
    action: str,
    subject: tuple[str, UUID | str] | None,
    details: Mapping[str, object] | None,
    org_id: UUID | None,
    outcome: Outcome,
) -> dict[str, Any]:
    assert isinstance(session, ClaimedSession), "Acts are recorded in a transaction with claims."
    claims = session.claims
    kind, record_id = subject or ("", "")
    return {  # in the order of the statements' columns
        "org_id": org_id or claims.org_id,
        "action": action,
        "subject_kind": kind,
        "subject_id": str(record_id),
        "details": json.dumps(dict(details or {}), default=str),
        "outcome": outcome,
        "actor_kind": "assistant" if claims.is_assistant else "system",
        "session_id": claims.origin.session_id,
        "address": claims.origin.address[:45],
        "device": claims.origin.device[:80],
    }
