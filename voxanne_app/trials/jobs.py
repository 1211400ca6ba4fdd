"""Answers for whoever tries an agent out; kept tests, a line of one test at a time."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from voxanne_app.foundation import clock
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.job_queue import JobRun, job
from voxanne_app.foundation.settings import SettingMissing
from voxanne_app.identity.clinic_profile import clinic_profile
from voxanne_app.trials import conversing, running
from voxanne_app.trials.conversing import Stage
from voxanne_app.trials.models import Trial
from voxanne_app.trials.ports import ChatFailed
from voxanne_app.trials.putting_through import tools_for
from voxanne_app.trials.reviewed import under_review
from voxanne_app.trials.running import RUN, Step
from voxanne_app.trials.trying import ANSWER, KEPT, forget_trials
from voxanne_app.vendors import trial_chats
from voxanne_app.wiring import VOICE_TOOLS

NOT_SET_UP = (
    "The voice platform is not set up here, so nobody can answer. Whoever runs Voxanne can change that."
)


@job(ANSWER, limit=timedelta(minutes=2))
def answer(run: JobRun, *, trial_id: str, key: str) -> None:
    """What somebody who tries an agent out has said. What went wrong stands in the conversation itself."""
    org_id = _organization(run)
    with transaction(run.claims) as session:
        trial = session.get(Trial, UUID(trial_id))
        if trial is None:
            return
        agent = under_review(session, org_id=org_id, agent_id=trial.agent_id, tools=VOICE_TOOLS).agent
        zone = clinic_profile(session, org_id=org_id).time_zone
    tools = tools_for(agent.configuration, VOICE_TOOLS)
    trouble = ""
    try:
        stage = Stage(UUID(trial_id), agent, tools, zone, trial_chats(), lambda: transaction(run.claims))
        with suppress(ChatFailed):
            conversing.answer(stage, UUID(key))
    except SettingMissing:
        trouble = NOT_SET_UP
    with run.finish() as session:
        if trouble:
            conversing.stop(session, conversing.find(session, UUID(trial_id), lock=True), trouble)
        announce(session, org_id=org_id, topic="trials")


@job("trials.forget")
def forget(run: JobRun) -> None:
    """For the clock: conversations of yesterday."""
    with run.finish() as session:
        forget_trials(session, since=run.now - KEPT)


@job(RUN, limit=timedelta(minutes=2))
def run_tests(run: JobRun) -> None:
    """The next line of the run that waits longest; as long as one waits, it asks for itself again."""
    org_id = _organization(run)
    with transaction(run.claims) as session:
        step = running.next_step(session, org_id=org_id, tools=VOICE_TOOLS, now=run.now)
    if step is None:
        return
    trouble = ""
    try:
        _say(step, run)
    except ChatFailed as failure:
        trouble = str(failure)
    with run.finish() as session:
        running.has_been_said(session, step, org_id=org_id, trouble=trouble, now=clock.now())


def _say(step: Step, run: JobRun) -> None:
    stage = Stage(
        trial_id=step.trial_id,
        agent=step.agent,
        tools=tools_for(step.agent.configuration, VOICE_TOOLS),
        zone=step.zone,
        chats=trial_chats(),
        opened=lambda: transaction(run.claims),
    )
    if step.is_interrupted:
        try:
            conversing.answer(stage)
        except ChatFailed:
            pass  # whoever asked is dead: it is asked once more
        else:
            return
    conversing.let_caller_say(step.words, stage, now=run.now)


def _organization(run: JobRun) -> UUID:
    assert run.org_id is not None, "a test is somebody's"
    return run.org_id
