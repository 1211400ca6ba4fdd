"""Bringing what was asked for to the voice platform, and looking after what is there."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from voxanne_app.agents import drift, publishing, rollout
from voxanne_app.agents.ports import (
    CopyGone,
    Line,
    PlatformRefuses,
    PlatformUnavailable,
    Published,
    ReviewedAgent,
)
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.job_queue import JobRun, enqueue, job
from voxanne_app.identity.clinic_profile import clinic_profile
from voxanne_app.telephony import addresses
from voxanne_app.vendors import voice_platform
from voxanne_app.wiring import VOICE_TOOLS

_LIMIT = timedelta(minutes=2)
NO_ANSWER = "The voice platform does not answer. It is tried again by itself; your draft is kept."
_SPREAD_SECONDS = 2


@job("agents.publish", limit=_LIMIT)
def publish(run: JobRun, *, agent_id: str) -> None:
    org_id, agent = _organization(run), UUID(agent_id)
    with transaction(run.claims) as session:
        wanted = publishing.to_be_published(session, org_id=org_id, agent_id=agent)
        known_id = addresses.assistant_of(session, org_id=org_id, agent_id=agent)
    if wanted is None:
        return
    where = {"org_id": org_id, "agent_id": agent}
    try:
        if wanted.is_candidate:
            given = Published("", voice_platform().prepared(wanted, _tools_of(wanted)))
        else:
            given = voice_platform().publish(wanted, _tools_of(wanted), known_id=known_id)
    except PlatformUnavailable:
        with transaction(run.claims) as session:
            publishing.note_trouble(session, NO_ANSWER, **where)
        raise
    except PlatformRefuses as refusal:
        with run.finish() as session:
            publishing.stop(session, **where, why=f"The voice platform does not take it: {refusal}")
        return
    with run.finish() as session:
        if given.platform_id:
            addresses.remember_assistant(session, given.platform_id, **where)
        publishing.confirm(session, given, **where, number=wanted.version, now=run.now)
        enqueue(session, "agents.connect", {"agent_id": agent_id}, org_id=org_id, unique_key=agent_id)


@job("agents.put_back", limit=_LIMIT)
def put_back(run: JobRun, *, agent_id: str) -> None:
    """What callers are to hear, once more: after drift, or after a publishing that was stopped."""
    org_id, agent = _organization(run), UUID(agent_id)
    where = {"org_id": org_id, "agent_id": agent}
    with transaction(run.claims) as session:
        wanted = publishing.published(session, **where)
        waiting = publishing.to_be_published(session, **where)
        known_id = addresses.assistant_of(session, **where)
    if wanted is None or waiting is not None:
        return
    given = voice_platform().publish(wanted, _tools_of(wanted), known_id=known_id)
    with run.finish() as session:
        addresses.remember_assistant(session, given.platform_id, **where)
        drift.is_gone(session, **where)


@job("agents.connect", limit=_LIMIT)
def connect(run: JobRun, *, agent_id: str) -> None:
    """Each of the agent's numbers is answered by its copy, or asks us where versions are to be told apart."""
    org_id, agent = _organization(run), UUID(agent_id)
    with transaction(run.claims) as session:
        copy = addresses.assistant_of(session, org_id=org_id, agent_id=agent)
        asks_us = rollout.is_divided(session, org_id=org_id, agent_id=agent) or any(
            number.pinned_version for number in addresses.numbers_of(session, org_id=org_id, agent_id=agent)
        )
        numbers = addresses.lines_of(session, org_id=org_id, agent_id=agent)
        own_line = clinic_profile(session, org_id=org_id).phone
    for number in numbers:
        with suppress(CopyGone):  # a number that left the platform rings elsewhere
            voice_platform().connect(Line(number, None if asks_us else copy, own_line))


@job("agents.find_drift")
def find_drift(run: JobRun) -> None:
    """For the clock, each night: ask for a look at every copy, a few seconds apart."""
    with run.finish() as session:
        for position, (org_id, agent_id) in enumerate(addresses.agents_with_copies(session)):
            enqueue(
                session,
                "agents.compare",
                {"agent_id": str(agent_id)},
                org_id=org_id,
                unique_key=str(agent_id),
                due_at=run.now + timedelta(seconds=_SPREAD_SECONDS * position),
            )


@job("agents.compare", limit=_LIMIT)
def compare(run: JobRun, *, agent_id: str) -> None:
    """What the platform's copy says otherwise than what was published."""
    org_id, agent = _organization(run), UUID(agent_id)
    with transaction(run.claims) as session:
        body = drift.body_of(session, org_id=org_id, agent_id=agent)
        copy = addresses.assistant_of(session, org_id=org_id, agent_id=agent)
    if body is None or copy is None:
        return
    try:
        found = voice_platform().differences(body, platform_id=copy)
    except CopyGone:
        found = [drift.GONE]
    with run.finish() as session:
        drift.note(session, found, body, org_id=org_id, agent_id=agent, now=run.now)


def _organization(run: JobRun) -> UUID:
    assert run.org_id is not None, "an agent is somebody's"
    return run.org_id


def _tools_of(agent: ReviewedAgent) -> list[VoiceTool]:
    off = frozenset(agent.configuration.tools_off)
    return [tool for name, tool in VOICE_TOOLS.items() if name not in off]
