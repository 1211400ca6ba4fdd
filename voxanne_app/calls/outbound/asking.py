"""Somebody asks for a call, or takes that back. What is dialled when is decided in `dialling.py`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.calls.outbound.checks import Check, checks, refusal, wait
from voxanne_app.calls.outbound.facts import facts_about
from voxanne_app.calls.outbound.targets import LONGEST_ABOUT, Target
from voxanne_app.contacts.contacts import remember
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

DIAL = "calls.dial"
_BRACES = ("{{", "}}", "{%", "%}")
# The longest call lasts an hour; one that nobody heard the end of must not be open for ever.
_NEVER_ENDED = timedelta(hours=3)

_ASK = text("""
    insert into outbound_calls (org_id, kind, number, callee, contact_id, agent_id, about, case_id,
      about_call_id, trial_id, due_at, note, asked_at, asked_by, asked_by_name)
    values (:org_id, :kind, :number, :callee, :contact_id, :agent_id, :about, :case_id,
      :about_call_id, :trial_id, :due_at, :note, :now, :asked_by, :asked_by_name)
    on conflict (org_id, number) where state in ('asked', 'dialling', 'dialled') do nothing returning id
""")
_CLOSE_STALE = text("""
    update outbound_calls set state = 'ended', settled_at = :now, note = 'Nobody heard how it ended.'
    where org_id = :org_id and number = :number and state = 'dialled' and dialling_at < :stale
""")
_STOP = text("""
    update outbound_calls set state = 'stopped', settled_at = :now, note = '', line_until = null
    where org_id = :org_id and id = :id and state = 'asked' returning kind
""")


class CannotCall(Exception):
    """It is not asked for; the message says why."""


class CannotStop(Exception):
    """It is not waiting any more."""


@dataclass(frozen=True)
class Wish:
    """Whom, by which agent, and what about: that sentence is told to the agent."""

    target: Target
    agent_id: UUID
    about: str
    by: tuple[UUID, str]


def looked_at(
    session: Session, target: Target, *, org_id: UUID, agent_id: UUID | None, now: datetime
) -> tuple[Check, ...]:
    """The checks as they stand, for whoever is about to ask."""
    facts = facts_about(
        session, target.number, org_id=org_id, contact_id=target.contact_id, agent_id=agent_id, now=now
    )
    return checks(facts, now=now)


def ask(session: Session, wish: Wish, *, org_id: UUID, now: datetime) -> UUID:
    """Have it dialled now, or as soon as may be; the attempt's id. Raises CannotCall."""
    about = " ".join(wish.about.split())
    if not about:
        raise CannotCall("Write what the call is about: the agent reads it.")
    if len(about) > LONGEST_ABOUT:
        raise CannotCall(f"What it is about is too long: {LONGEST_ABOUT} characters at most.")
    if any(brace in about for brace in _BRACES):
        raise CannotCall("Double braces mean something to the voice platform: write it without them.")
    target = wish.target
    session.connection().execute(
        _CLOSE_STALE, {"org_id": org_id, "number": target.number, "now": now, "stale": now - _NEVER_ENDED}
    )
    found = looked_at(session, target, org_id=org_id, agent_id=wish.agent_id, now=now)
    if no := refusal(found):
        raise CannotCall(no.sentence)
    later = wait(found)
    asked: dict[str, Any] = {
        "kind": "callback",
        "number": target.number,
        "callee": target.name,
        "contact_id": target.contact_id or remember(session, org_id=org_id, phone=target.number).id,
        "agent_id": wish.agent_id,
        "about": about,
        "case_id": target.case_id,
        "about_call_id": target.call_id,
        "trial_id": None,
        "due_at": (later.until if later else None) or now,
        "note": later.sentence if later else "",
    }
    return write_down(session, asked, by=wish.by, act="calls.callback_asked", org_id=org_id, now=now)


def write_down(
    session: Session, asked: dict[str, Any], *, by: tuple[UUID, str], act: str, org_id: UUID, now: datetime
) -> UUID:
    """The attempt's row and its job. Raises CannotCall when one to this number is open."""
    values = asked | {"org_id": org_id, "now": now, "asked_by": by[0], "asked_by_name": by[1]}
    made = session.connection().execute(_ASK, values).scalar_one_or_none()
    if made is None:
        raise CannotCall("A call to this number has been asked for already.")
    attempt = UUID(str(made))
    enqueue_dialling(session, attempt, org_id=org_id, due_at=asked["due_at"])
    record(session, act, subject=("outbound_call", attempt))
    announce(session, org_id=org_id, topic="calls")
    return attempt


def stop(session: Session, *, org_id: UUID, attempt_id: UUID, now: datetime) -> None:
    """As long as it waits. Raises CannotStop."""
    values = {"org_id": org_id, "id": attempt_id, "now": now}
    if session.connection().execute(_STOP, values).scalar_one_or_none() is None:
        raise CannotStop("It is not waiting any more: a call that is on can be ended on Today.")
    record(session, "calls.callback_stopped", subject=("outbound_call", attempt_id))
    announce(session, org_id=org_id, topic="calls")


def enqueue_dialling(session: Session, attempt: UUID, *, org_id: UUID, due_at: datetime) -> None:
    arguments = {"attempt_id": str(attempt)}
    enqueue(session, DIAL, arguments, org_id=org_id, unique_key=str(attempt), due_at=due_at)
