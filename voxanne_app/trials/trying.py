"""Somebody tries an agent out: as its draft is saved just now, or, where there is none, as it is published.

A conversation can be taken up at each of the caller's turns: what came after it is cut away. Each answer
costs money, so there are limits.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.trials.conversing import CannotTry, ask, begin, find, stop
from voxanne_app.trials.models import Trial

ANSWER = "trials.answer"
LONGEST_WORDS = 1000  # characters of one turn
MOST_TURNS = 25  # of the caller, in one conversation
ANSWERS_AN_HOUR = 80  # of one person
KEPT = timedelta(days=1)
STOPPED = "You stopped waiting. What you said is kept: send it again when you like."


def start(
    session: Session, agent: ReviewedAgent, *, org_id: UUID, person_id: UUID, happens_at: datetime,
    caller_number: str | None, now: datetime, recorded: bool = True,
) -> UUID:  # fmt: skip
    """A new conversation of somebody's; the one before is over. A larger act that it is part of is `recorded`
    instead."""
    before = newest(session, org_id=org_id, agent_id=agent.agent_id, person_id=person_id)
    if before and before.state != "waiting":
        stop(session, find(session, before.id, lock=True), STOPPED)
    trial_id = begin(
        session,
        agent,
        org_id=org_id,
        person_id=person_id,
        happens_at=happens_at,
        caller_number=caller_number,
        now=now,
    )
    if recorded:
        record(session, "trials.started", subject=("agent", agent.agent_id))
    announce(session, org_id=org_id, topic="trials")
    return trial_id


def newest(session: Session, *, org_id: UUID, agent_id: UUID, person_id: UUID) -> Trial | None:
    """Somebody's conversation with this agent."""
    wanted = select(Trial).where(
        Trial.org_id == org_id, Trial.agent_id == agent_id, Trial.person_id == person_id
    )
    return session.exec(wanted.order_by(col(Trial.created_at).desc()).limit(1)).first()


def say(
    session: Session, words: str, *, org_id: UUID, trial_id: UUID, person_id: UUID, place: int,
    greeting: str, now: datetime,
) -> None:  # fmt: skip
    """Let the caller say this as the turn number `place` (from 0, greeting included) instead of what stands
    there; what comes after it goes. With it a job is asked for, which has it answered."""
    trial = _own(session, trial_id, org_id, person_id)
    if trial.state != "waiting" or place > len(trial.turns):
        raise CannotTry("This conversation went on elsewhere, in another window. Look again before you send.")
    if trial.turns[place : place + 1] and trial.turns[place]["role"] != "caller":
        raise CannotTry("Only what the caller says can be changed.")
    kept = trial.turns[:place]
    if len(kept) == 1 and kept[0]["role"] == "assistant":
        kept = [{**kept[0], "text": greeting}]
    _check_limits(session, trial, place, now)
    trial.turns = list(kept)
    key = ask(session, trial, words, now=now)
    arguments = {"trial_id": str(trial_id), "key": str(key)}
    enqueue(session, ANSWER, arguments, org_id=org_id, unique_key=str(key))
    record(session, "trials.said", subject=("agent", trial.agent_id), details={"turn": place})
    announce(session, org_id=org_id, topic="trials")


def stop_waiting(session: Session, *, org_id: UUID, trial_id: UUID, person_id: UUID) -> None:
    trial = _own(session, trial_id, org_id, person_id)
    if trial.state != "waiting":
        stop(session, trial, STOPPED)
        record(session, "trials.stopped", subject=("agent", trial.agent_id))
        announce(session, org_id=org_id, topic="trials")


def forget_trials(session: Session, *, since: datetime) -> None:
    """Those that began before `since`, whoever’s they were. In the platform's own transaction."""
    session.connection().execute(text("select forget_trials(:since)"), {"since": since})


def _own(session: Session, trial_id: UUID, org_id: UUID, person_id: UUID) -> Trial:
    trial = find(session, trial_id, lock=True)
    if trial.org_id != org_id or trial.person_id != person_id:
        raise CannotTry("This is somebody else’s conversation. Start one of your own.")
    return trial


def _check_limits(session: Session, trial: Trial, place: int, now: datetime) -> None:
    if place > 2 * MOST_TURNS:
        raise CannotTry(
            f"A conversation ends after {MOST_TURNS} turns. Start over, or change an earlier one."
        )
    lately = select(func.coalesce(func.sum(Trial.chats), 0)).where(
        Trial.org_id == trial.org_id,
        Trial.person_id == trial.person_id,
        col(Trial.asked_at) > now - timedelta(hours=1),
    )
    if session.exec(lately).one() >= ANSWERS_AN_HOUR:
        raise CannotTry(
            f"That were {ANSWERS_AN_HOUR} answers within an hour, and each is paid for. Take a break, "
            "and go on later: the conversation is kept for a day."
        )
