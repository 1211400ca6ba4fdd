"""Talking to an agent that is tried out. Tools are used meanwhile, through the same way in as in calls.

The platform is asked between two transactions: one that notes what is asked, under a key of its own, one that
adds the answer. What comes late, under the key of an answer that was given up, changes nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.trials.models import Trial
from voxanne_app.trials.ports import Answered, Chat, ChatFailed, TrialChats
from voxanne_app.trials.turns import Turn, read_tools, read_turns

Opened = Callable[[], AbstractContextManager[Session]]

INTERRUPTED = "The answer was interrupted. Nothing is lost: send it again."


class TrialUnknown(Exception):
    """There is no such trial; trials are kept for a day."""


class CannotTry(Exception):
    """Not now, or not this; the message says why."""


@dataclass(frozen=True)
class Stage:
    """Who is tried out, where, and with what. `opened` opens a transaction of the organization."""

    trial_id: UUID
    agent: ReviewedAgent
    tools: Sequence[VoiceTool]
    zone: str
    chats: TrialChats
    opened: Opened


def begin(
    session: Session, agent: ReviewedAgent, *, org_id: UUID, person_id: UUID | None, happens_at: datetime,
    caller_number: str | None = None, now: datetime,
) -> UUID:  # fmt: skip
    """A conversation in which only the greeting was said."""
    trial = Trial(
        org_id=org_id,
        agent_id=agent.agent_id,
        person_id=person_id,
        happens_at=happens_at,
        caller_number=caller_number,
        configuration=agent.configuration.as_json(),
        turns=[Turn("assistant", agent.first_message).as_json()] if agent.first_message else [],
        created_at=now,
    )
    session.add(trial)
    session.flush()
    return trial.id


def let_caller_say(words: str, stage: Stage, *, now: datetime) -> Turn:
    """The assistant's turn. Raises ChatFailed; then the conversation is as it was before."""
    with stage.opened() as session:
        key = ask(session, find(session, stage.trial_id, lock=True), words, now=now)
    turn = answer(stage, key)
    if turn is None:  # somebody stopped it meanwhile
        raise ChatFailed(INTERRUPTED)
    return turn


def ask(session: Session, trial: Trial, words: str, *, now: datetime) -> UUID:
    """Note what the caller says; the key with which `answer` has it answered."""
    if trial.state != "waiting":
        raise CannotTry("The assistant is still answering. Wait for it, or stop it first.")
    trial.state, trial.key, trial.asked, trial.asked_at, trial.trouble = "asked", uuid4(), words, now, ""
    session.add(trial)
    session.flush()
    return trial.key


def stop(session: Session, trial: Trial, why: str) -> None:
    """Nobody waits for the answer any more. What comes late changes nothing."""
    trial.trouble = why
    _is_over(session, trial)


def answer(stage: Stage, key: UUID | None = None) -> Turn | None:
    """Have what was asked under `key`, or whatever was, answered; None when nobody waits for it any more.
    Safe to repeat: what was interrupted is not asked a second time. Raises ChatFailed."""
    with stage.opened() as session:
        chat, is_interrupted = _taken(session, stage, key)
    if chat is None:
        return None
    try:
        if is_interrupted:
            raise ChatFailed(INTERRUPTED)
        said = stage.chats.answer(chat)
    except ChatFailed as failure:
        with stage.opened() as session:
            if trial := _still(session, stage, chat.key):
                stop(session, trial, str(failure))
        raise
    with stage.opened() as session:
        trial = _still(session, stage, chat.key)
        return _add(session, trial, said) if trial else None


def find(session: Session, trial_id: UUID, *, lock: bool = False) -> Trial:
    wanted = select(Trial).where(col(Trial.id) == trial_id)
    trial = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if trial is None:
        raise TrialUnknown("This conversation is not there any more: they are kept for a day. Start over.")
    return trial


def _still(session: Session, stage: Stage, key: UUID | None) -> Trial | None:
    """The conversation, when this is the answer that it waits for."""
    trial = find(session, stage.trial_id, lock=True)
    return trial if trial.key and key in (None, trial.key) else None


def _taken(session: Session, stage: Stage, key: UUID | None) -> tuple[Chat | None, bool]:
    """What to ask the platform, and whether that was begun before: then its end is unknown."""
    trial = _still(session, stage, key)
    if trial is None or trial.key is None:
        return None, False
    is_interrupted = trial.state == "answering"
    if not is_interrupted:
        trial.state, trial.used, trial.chats = "answering", [], trial.chats + 1
        trial.configuration = stage.agent.configuration.as_json()
        session.add(trial)
    history = (*read_turns(trial.turns), Turn("caller", trial.asked))
    chat = Chat(stage.agent, stage.tools, history, trial.key, trial.happens_at, stage.zone)
    return chat, is_interrupted


def _add(session: Session, trial: Trial, said: Answered) -> Turn:
    turn = Turn("assistant", said.words, read_tools(trial.used))
    trial.turns = [*trial.turns, Turn("caller", trial.asked).as_json(), turn.as_json()]
    if said.cost_usd is not None:
        trial.cost_usd = (trial.cost_usd or 0) + said.cost_usd
    trial.asked = ""
    _is_over(session, trial)
    return turn


def _is_over(session: Session, trial: Trial) -> None:
    trial.state, trial.key, trial.used = "waiting", None, []
    session.add(trial)
