"""An agent calls the phone of whoever works on it: a real call, whose tools do nothing for real.

The tools lead into a trial, as those of a conversation in writing do: they come with its key, and what they
did is undone. The call itself is dialled like any other that the clinic makes, and stands in the log as a
test.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.calls.outbound import asking
from voxanne_app.calls.outbound.asking import CannotCall
from voxanne_app.calls.outbound.checks import checks, refusal, wait
from voxanne_app.calls.outbound.facts import facts_about
from voxanne_app.trials.conversing import begin, find
from voxanne_app.trials.models import Trial
from voxanne_app.trials.reviewed import UnderReview

PHONED = "trials.phoned"


def call_own_phone(
    session: Session, subject: UnderReview, number: str, *, org_id: UUID, by: tuple[UUID, str], now: datetime
) -> UUID:
    """Have `number` (E.164) called by what is under review; the attempt's id. Whoever asks agrees by asking.

    Raises CannotCall: also when it cannot be now, since nobody waits for a test.
    """
    if subject.problem:
        raise CannotCall(f"The draft cannot speak yet: {subject.problem}")
    agent_id = subject.agent.agent_id
    about: dict[str, Any] = {"org_id": org_id, "contact_id": None, "agent_id": agent_id}
    found = checks(facts_about(session, number, **about, now=now, is_test=True), now=now)
    if check := refusal(found) or wait(found):
        raise CannotCall(check.sentence)
    asked: dict[str, Any] = {
        "kind": "test",
        "number": number,
        "callee": by[1],
        "contact_id": None,
        "agent_id": agent_id,
        "about": "This is a test of what you were told: nobody is waiting for this call.",
        "case_id": None,
        "about_call_id": None,
        "trial_id": _trial(session, subject.agent, number, org_id=org_id, now=now),
        "due_at": now,
        "note": "",
    }
    return asking.write_down(session, asked, by=by, act=PHONED, org_id=org_id, now=now)


def key_of(session: Session, trial_id: UUID | None, *, org_id: UUID) -> UUID | None:
    """With which the call's tools come; None when the trial is over."""
    wanted = select(Trial.key).where(Trial.org_id == org_id, col(Trial.id) == trial_id)
    return session.exec(wanted).one_or_none()


def _trial(session: Session, agent: ReviewedAgent, number: str, *, org_id: UUID, now: datetime) -> UUID:
    """Nobody's conversation, which is answering as long as it is there."""
    trial_id = begin(
        session, agent, org_id=org_id, person_id=None, happens_at=now, caller_number=number, now=now
    )
    trial = find(session, trial_id, lock=True)
    trial.state, trial.key, trial.asked_at = "answering", uuid4(), now
    session.add(trial)
    session.flush()
    return trial_id
