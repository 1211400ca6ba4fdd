"""Running kept tests: taken a line at a time by a job, and judged at the end.

One line a step, so that a clinic with many tests holds no worker for longer than one answer takes. A step
that dies is taken again: what was said before stands in the conversation, and nothing was really done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.identity.clinic_profile import clinic_profile
from voxanne_app.trials import conversing
from voxanne_app.trials.agent_tests import find_test
from voxanne_app.trials.as_if import moment_like
from voxanne_app.trials.expectations import DEEDS, read_expectations
from voxanne_app.trials.from_call import MADE_UP_NUMBER
from voxanne_app.trials.judging import findings
from voxanne_app.trials.kept_models import KeptTest, KeptTestRun
from voxanne_app.trials.models import Trial
from voxanne_app.trials.reviewed import UnderReview, under_review
from voxanne_app.trials.turns import read_turns

RUN = "trials.run_tests"
LONGEST_RUN = timedelta(minutes=10)
_MOST_REPEATS = 3

DRAFT_CHANGED = (
    "The draft, or the clinic's hours or services, changed before this test was over. Run it again."
)
TEST_CHANGED = "The test was changed before it was over. Run it again."
TOOK_TOO_LONG = "It was broken off after ten minutes. Run it again."


@dataclass(frozen=True)
class Step:
    """What the caller says next in a run, and to whom. `is_interrupted`: an earlier attempt at it died."""

    run_id: UUID
    trial_id: UUID
    agent: ReviewedAgent
    zone: str
    words: str
    is_interrupted: bool


def next_step(
    session: Session, *, org_id: UUID, tools: Mapping[str, VoiceTool], now: datetime
) -> Step | None:
    """Of the run that waits longest. What cannot be run any more is ended on the way; None: nothing waits."""
    while run := _next_waiting(session, org_id):
        test = find_test(session, org_id=org_id, test_id=run.test_id)
        subject = under_review(session, org_id=org_id, agent_id=test.agent_id, tools=tools)
        trial = _trial_of(session, run, test, subject, now=now)
        if why := _reason_to_end(run, test, trial, subject, now):
            end_run(session, run, trial, "broken", why, now=now)
        elif _is_said(test, trial):  # by a worker that died before it could say so
            _judge(session, run, test, trial, now=now)
        else:
            zone, words = clinic_profile(session, org_id=org_id).time_zone, test.lines[_said_in(trial)]
            return Step(run.id, trial.id, subject.agent, zone, words, trial.state != "waiting")
    return None


def has_been_said(session: Session, step: Step, *, org_id: UUID, trouble: str, now: datetime) -> None:
    """After the answer, or the `trouble` instead of one; after the last line the test is judged."""
    wanted = select(KeptTestRun).where(KeptTestRun.org_id == org_id, col(KeptTestRun.id) == step.run_id)
    run = session.exec(wanted.with_for_update()).one_or_none()
    if run is not None and run.state == "waiting":
        test = find_test(session, org_id=org_id, test_id=run.test_id)
        trial = conversing.find(session, step.trial_id)
        run.said = _said_in(trial)
        session.add(run)
        if trouble:
            end_run(session, run, trial, "broken", trouble, now=now)
        elif _is_said(test, trial):
            _judge(session, run, test, trial, now=now)
    if _next_waiting(session, org_id):
        enqueue(session, RUN, {}, org_id=org_id, unique_key="tests")
    announce(session, org_id=org_id, topic="trials")


def _judge(session: Session, run: KeptTestRun, test: KeptTest, trial: Trial, *, now: datetime) -> None:
    run.said = _said_in(trial)
    run.findings = list(findings(read_expectations(test.expectations), read_turns(trial.turns)))
    end_run(session, run, trial, "failed" if any(run.findings) else "passed", "", now=now)


def end_run(
    session: Session, run: KeptTestRun, trial: Trial | None, state: str, trouble: str, *, now: datetime
) -> None:
    """What was said goes over to the run, whose test may be forgotten with it."""
    run.state, run.trouble, run.finished_at = state, trouble, now
    if trial is not None:
        run.turns, run.cost_usd = trial.turns, trial.cost_usd
        session.delete(trial)
    session.add(run)
    session.flush()


def _next_waiting(session: Session, org_id: UUID) -> KeptTestRun | None:
    waiting = select(KeptTestRun).where(KeptTestRun.org_id == org_id, KeptTestRun.state == "waiting")
    oldest = waiting.order_by(col(KeptTestRun.asked_at), col(KeptTestRun.id)).limit(1)
    return session.exec(oldest.with_for_update()).one_or_none()


def _trial_of(
    session: Session, run: KeptTestRun, test: KeptTest, subject: UnderReview, *, now: datetime
) -> Trial:
    if known := trial_of(session, run):
        return known
    zone = clinic_profile(session, org_id=run.org_id).time_zone
    trial_id = conversing.begin(
        session,
        subject.agent,
        org_id=run.org_id,
        person_id=None,
        happens_at=moment_like(test.weekday, test.minute, zone=zone, now=now),
        caller_number=MADE_UP_NUMBER if test.shows_number else None,
        now=now,
    )
    trial = conversing.find(session, trial_id)
    trial.run_id = run.id
    session.add(trial)
    session.flush()
    return trial


def trial_of(session: Session, run: KeptTestRun) -> Trial | None:
    """Its conversation, while that is on."""
    wanted = select(Trial).where(Trial.org_id == run.org_id, Trial.run_id == run.id)
    return session.exec(wanted).one_or_none()


def _reason_to_end(
    run: KeptTestRun, test: KeptTest, trial: Trial, subject: UnderReview, now: datetime
) -> str:
    if subject.digest != run.digest:
        return DRAFT_CHANGED
    if test.revision != run.revision:
        return TEST_CHANGED
    if subject.problem:
        return f"This has to be put right first: {subject.problem}"
    too_often = trial.chats >= len(test.lines) + _MOST_REPEATS
    return TOOK_TOO_LONG if too_often or now - trial.created_at > LONGEST_RUN else ""


def _said_in(trial: Trial) -> int:
    return sum(turn["role"] == "caller" for turn in trial.turns)


def _is_said(test: KeptTest, trial: Trial) -> bool:
    """Every line; or the caller was put through: from there on they speak with a person."""
    used = [tool for turn in read_turns(trial.turns) for tool in turn.tools if tool.verdict == "done"]
    is_handed_over = any(tool.name in DEEDS["hands_over"].tools for tool in used)
    return is_handed_over or _said_in(trial) >= len(test.lines)
