"""What somebody changed at the voice platform itself: found at night, shown, and settled either way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.agents.ports import Body, Changes, Difference
from voxanne_app.agents.prompt import own_part
from voxanne_app.agents.publishing import PUT_BACK
from voxanne_app.agents.versions import (
    Author,
    draft_of,
    find_agent,
    published_of,
    publishing_of,
    write_draft,
)
from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

GONE = Difference("The receptionist at the voice platform", "there", "deleted")


def body_of(session: Session, *, org_id: UUID, agent_id: UUID) -> Body | None:
    """What the platform was given last; None while something is on its way, or nothing ever was."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id)
    version = published_of(session, agent)
    return version.platform_body if version and not publishing_of(session, agent) else None


def note(
    session: Session,
    found: Sequence[Difference],
    body: Body,
    *,
    org_id: UUID,
    agent_id: UUID,
    now: datetime,
) -> None:
    """Remember it for the screen; what was published since the look says nothing about it."""
    if body_of(session, org_id=org_id, agent_id=agent_id) != body:
        return
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    listed = [{"place": one.place, "ours": one.ours, "theirs": one.theirs} for one in found]
    if (agent.drift or []) == listed:
        return
    agent.drift, agent.drift_found_at = (listed, now) if listed else (None, None)
    session.add(agent)
    announce(session, org_id=org_id, topic="agents")


def is_gone(session: Session, *, org_id: UUID, agent_id: UUID) -> None:
    """The platform's copy says what was published again."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    if agent.drift is not None:
        agent.drift = agent.drift_found_at = None
        session.add(agent)
    announce(session, org_id=org_id, topic="agents")


def put_ours_back(session: Session, *, org_id: UUID, agent_id: UUID) -> None:
    """Ask for what was published to be given to the platform once more."""
    find_agent(session, org_id=org_id, agent_id=agent_id)
    enqueue(session, PUT_BACK, {"agent_id": str(agent_id)}, org_id=org_id, unique_key=str(agent_id))
    record(session, "agents.drift_resolved", subject=("agent", agent_id), details={"by": "ours"})


def with_changes(known: AgentConfiguration, changes: Changes, *, prompt: str) -> AgentConfiguration:
    """`known` as the platform's copy has it, as far as it can be set here. `prompt` is what we gave it: lines
    about hours, services and people come from the clinic's tables, and stay as those say."""
    taken: dict[str, Any] = {
        name: value for name in ("name", "voice", "model") if (value := getattr(changes, name)) is not None
    }
    if (heard := changes.first_message) is not None:
        # Theirs is the whole greeting. Whoever takes it over says anew whether calls are recorded.
        taken |= {"first_message": heard, "recording_consent": ""}
    if changes.prompt is not None and own_part(changes.prompt) != own_part(prompt):
        taken["prompt"] = own_part(changes.prompt)
    if changes.max_seconds is not None:
        taken["max_minutes"] = max(1, round(changes.max_seconds / 60))
    return known.model_copy(update=taken)


def take_over(
    session: Session,
    configuration: AgentConfiguration,
    *,
    org_id: UUID,
    agent_id: UUID,
    by: Author,
    now: datetime,
) -> int:
    """Make the draft what the platform says, for review; callers hear it already, but for what a draft cannot
    hold. The draft's new revision."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    draft = draft_of(session, agent)
    revision = draft.revision if draft else 0
    saved = write_draft(session, agent, configuration, revision=revision, by=by, now=now)
    record(session, "agents.drift_resolved", subject=("agent", agent_id), details={"by": "theirs"})
    return saved
