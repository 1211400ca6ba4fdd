"""Making a test with one click: of a call, or of a conversation in which the agent was tried out."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from voxanne_app.agents.versions import find_agent
from voxanne_app.calls import conversation
from voxanne_app.calls.queries import CallView, TurnView, call_detail
from voxanne_app.trials.agent_tests import Written, keep
from voxanne_app.trials.as_if import in_words, weekday_and_minute
from voxanne_app.trials.from_call import LONGEST_NAME, NothingToTest, said_and_done
from voxanne_app.trials.kept_models import KeptTest
from voxanne_app.trials.models import Trial
from voxanne_app.trials.turns import read_turns


def keep_of_call(session: Session, *, org_id: UUID, call_id: UUID, zone: str, by: str, now: datetime) -> UUID:
    """A test of what was said and done in this call; asked for again, the one there is. Raises CallNotFound,
    NothingToTest, CannotKeep."""
    call = call_detail(session, org_id=org_id, call_id=call_id)
    if call.agent_id is None:
        raise NothingToTest("No agent of yours answered this call.")
    find_agent(session, org_id=org_id, agent_id=call.agent_id, lock=True)  # clicks come twice
    if known := kept_of_call(session, org_id=org_id, call_id=call_id):
        return known
    return keep(
        session, _of_call(session, call, org_id, zone), org_id=org_id, agent_id=call.agent_id, by=by,
        now=now, origin="call", call_id=call_id,
    )  # fmt: skip


def keep_of_trial(session: Session, trial: Trial, *, zone: str, by: str, now: datetime) -> UUID:
    """A test of a conversation that somebody had with the agent. Raises NothingToTest, CannotKeep."""
    turns = read_turns(trial.turns)
    used = [tool for turn in turns for tool in turn.tools]
    lines, expectations = said_and_done([(turn.role == "caller", turn.text) for turn in turns], used)
    weekday, minute = weekday_and_minute(trial.happens_at, zone)
    name = f"Tried: {lines[0]}"[:LONGEST_NAME]
    written = Written(name, lines, expectations, weekday, minute, trial.caller_number is not None)
    where = {"org_id": trial.org_id, "agent_id": trial.agent_id}
    return keep(session, written, **where, by=by, now=now, origin="trial")


def kept_of_call(session: Session, *, org_id: UUID, call_id: UUID) -> UUID | None:
    known = select(KeptTest.id).where(KeptTest.org_id == org_id, KeptTest.call_id == call_id)
    return session.exec(known).one_or_none()


def _of_call(session: Session, call: CallView, org_id: UUID, zone: str) -> Written:
    began = call.started_at or call.created_at
    said = conversation.stretch(session, org_id=org_id, call_id=call.id, first=0, started_at=began)
    spoken = [
        (one.speaker == "caller", one.words) for one in said.spoken_and_done if isinstance(one, TurnView)
    ]
    lines, expectations = said_and_done(spoken, said.tools, call.outcome)
    weekday, minute = weekday_and_minute(began, zone)
    name = f"{(call.outcome or 'answered').replace('_', ' ').capitalize()}: {in_words(weekday, minute)}"
    return Written(name, lines, expectations, weekday, minute, call.caller_number is not None)
