"""Dialled at most once: each step of an attempt is written down before the next one is taken.

A line is reserved, the checks are asked again, and `dialling` is committed before the platform is asked.
Whoever finds an attempt in that state, after a crash or a time-out, looks for its call and never dials.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls import cases
from voxanne_app.calls.cases import NewCase
from voxanne_app.calls.outbound.asking import enqueue_dialling
from voxanne_app.calls.outbound.checks import GOOD_FOR, checks, refusal, wait
from voxanne_app.calls.outbound.facts import facts_about
from voxanne_app.calls.outbound.models import OutboundCall
from voxanne_app.calls.outbound.ports import Order
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.phone_numbers import as_written
from voxanne_app.telephony.addresses import assistant_of, line_to_call_from

# Longer than any request of ours may take: whoever still dials after this finds that it must not.
CLAIM_SECONDS = 10.0
NO_LINE = "All lines are taken. It is dialled as soon as one is free."
_LINE_AGAIN, _PLATFORM_AGAIN = timedelta(seconds=15), timedelta(minutes=1)
_LOOK_AGAIN = timedelta(seconds=10)
# The platform's list may be a moment behind; and it may not answer for a while.
_LOOKED_FOR, _LOOKED_FOR_AT_MOST = timedelta(seconds=60), timedelta(minutes=15)
_NOBODY = "the person who left this number"

# By the database's clock, which whoever counts lines reads as well.
_A_LINE = "line_until = now() + interval '2 minutes'"
_SET = "update outbound_calls set {} where org_id = :org_id and id = :id and state = '{}' returning id"
_SETTLED = "state = :state, settled_at = :now, note = :note, line_until = null"
_TAKE_LINE = text(_SET.format(_A_LINE, "asked"))
_BEGIN = text(_SET.format(f"state = 'dialling', dialling_at = now(), {_A_LINE}, note = ''", "asked"))
_SETTLE_ASKED, _SETTLE_BEGUN = text(_SET.format(_SETTLED, "asked")), text(_SET.format(_SETTLED, "dialling"))
_WAIT = text(_SET.format("due_at = :due_at, note = :note, line_until = null", "asked"))
_WAITING = "state = 'asked', dialling_at = null, due_at = :due_at, note = :note, line_until = null"
_BACK = text(_SET.format(_WAITING, "dialling"))


def find(session: Session, *, org_id: UUID, attempt_id: UUID) -> OutboundCall | None:
    attempt = session.get(OutboundCall, attempt_id)
    return attempt if attempt and attempt.org_id == org_id else None


def take_line(session: Session, *, org_id: UUID, attempt_id: UUID) -> bool:
    """Count as on the phone from here on, so that whoever counts lines sees it. False: it does not wait."""
    values = {"org_id": org_id, "id": attempt_id}
    return session.connection().execute(_TAKE_LINE, values).scalar_one_or_none() is not None


def begin(session: Session, attempt: OutboundCall, *, now: datetime) -> Order | None:
    """The checks once more; then it is being dialled, and whoever gets the order dials it, at once.

    None: it is refused, or waits longer.
    """
    facts = facts_about(
        session,
        attempt.number,
        org_id=attempt.org_id,
        contact_id=attempt.contact_id,
        agent_id=attempt.agent_id,
        now=now,
        own=attempt.id,
        is_test=attempt.kind == "test",
    )
    found = checks(facts, now=now)
    if no := refusal(found):
        _settle(session, _SETTLE_ASKED, attempt, "refused", no.sentence, now)
    elif now > attempt.asked_at + GOOD_FOR:
        _settle(session, _SETTLE_ASKED, attempt, "refused", "It waited for more than a day.", now)
    elif later := wait(found):
        put_off(session, attempt, later.sentence, until=later.until or now + _LINE_AGAIN)
    elif facts.line_id:
        values = {"org_id": attempt.org_id, "id": attempt.id}
        begun = session.connection().execute(_BEGIN, values).scalar_one_or_none()
        announce(session, org_id=attempt.org_id, topic="calls")
        return order_of(session, attempt, facts.line_id) if begun else None
    return None


def order_begun(session: Session, attempt: OutboundCall) -> Order | None:
    """What the platform was asked, by somebody who did not say how that went; None: it was not asked."""
    if attempt.state != "dialling":
        return None
    line_id = line_to_call_from(session, org_id=attempt.org_id, agent_id=attempt.agent_id)
    return order_of(session, attempt, line_id or "")


def order_of(session: Session, attempt: OutboundCall, line_id: str) -> Order:
    return Order(
        call_name=attempt.call_name,
        number=attempt.number,
        callee=attempt.callee,
        line_id=line_id,
        copy_id=assistant_of(session, org_id=attempt.org_id, agent_id=attempt.agent_id),
        variables={"about": attempt.about, "callee": attempt.callee or _NOBODY},
    )


def put_off(session: Session, attempt: OutboundCall, why: str, *, until: datetime) -> None:
    """It waits for what `why` says, and is looked at again then."""
    values = {"org_id": attempt.org_id, "id": attempt.id, "due_at": until, "note": why}
    if session.connection().execute(_WAIT, values).scalar_one_or_none():
        enqueue_dialling(session, attempt.id, org_id=attempt.org_id, due_at=until)
        announce(session, org_id=attempt.org_id, topic="calls")


def no_line(session: Session, attempt: OutboundCall, *, now: datetime) -> None:
    put_off(session, attempt, NO_LINE, until=now + _LINE_AGAIN)


def not_dialled(
    session: Session, attempt: OutboundCall, why: str, *, is_for_now: bool, now: datetime
) -> None:
    """The platform said so, for certain: it waits for another time, or has failed."""
    if not is_for_now:
        _settle(session, _SETTLE_BEGUN, attempt, "failed", why, now)
        return
    due_at = now + _PLATFORM_AGAIN
    values = {
        "org_id": attempt.org_id,
        "id": attempt.id,
        "due_at": due_at,
        "note": f"{why} It is tried again.",
    }
    if session.connection().execute(_BACK, values).scalar_one_or_none():
        enqueue_dialling(session, attempt.id, org_id=attempt.org_id, due_at=due_at)
        announce(session, org_id=attempt.org_id, topic="calls")


def not_found(session: Session, attempt_id: UUID, *, org_id: UUID, could_look: bool, now: datetime) -> None:
    """Looked for, and not there: once more in a moment, and in the end a person has to find out."""
    attempt = find(session, org_id=org_id, attempt_id=attempt_id)
    if attempt is None or attempt.state != "dialling":
        return  # its call has been heard of meanwhile
    patience = _LOOKED_FOR if could_look else _LOOKED_FOR_AT_MOST
    if now < (attempt.dialling_at or now) + patience:
        enqueue_dialling(session, attempt.id, org_id=attempt.org_id, due_at=now + _LOOK_AGAIN)
        return
    note = "We do not know whether it was dialled."
    if not _settle(session, _SETTLE_BEGUN, attempt, "unknown", note, now) or attempt.kind == "test":
        return
    whom = attempt.callee or as_written(attempt.number)
    new = NewCase(
        kind="failure",
        title=f"We do not know whether {whom} was called",
        body=f"The voice platform did not say whether it dialled. Please call. It was about: {attempt.about}",
        request_key=unknown_key(attempt.id),
        callback_number=attempt.number,
        contact_id=attempt.contact_id,
        call_id=attempt.about_call_id,
    )
    cases.open_case(session, new, org_id=attempt.org_id, now=now)


def unknown_key(attempt_id: UUID) -> str:
    """By which the case of an attempt is known that nobody knows the end of."""
    return f"outbound:{attempt_id}"


def _settle(session: Session, how: Any, attempt: OutboundCall, state: str, note: str, now: datetime) -> bool:
    values = {"org_id": attempt.org_id, "id": attempt.id, "state": state, "note": note, "now": now}
    announce(session, org_id=attempt.org_id, topic="calls")
    return session.connection().execute(how, values).scalar_one_or_none() is not None
