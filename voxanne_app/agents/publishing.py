"""From a draft to what callers hear: reviewed, asked for, given to the voice platform, then true.

What was reviewed is frozen when somebody asks. A job (`agents.publish`) brings it to the platform outside
every transaction. Until the platform has confirmed it, callers hear what they heard before, and so says every
column that others read.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents.checks import NO_CHECKS, Checks
from voxanne_app.agents.clinic_facts import ClinicFacts
from voxanne_app.agents.configuration import AgentConfiguration, read_configuration
from voxanne_app.agents.models import Agent, AgentVersion
from voxanne_app.agents.ports import Published, ReviewedAgent
from voxanne_app.agents.prompt import consent_of, render_first_message, render_prompt
from voxanne_app.agents.validation import Problem, problems_of
from voxanne_app.agents.versions import (
    Author,
    ChangedMeanwhile,
    draft_of,
    find_agent,
    next_number,
    published_of,
    publishing_of,
)
from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

PUBLISH = "agents.publish"
PUT_BACK = "agents.put_back"
# Whoever publishes to everybody has made up their mind.
_NO_CANDIDATE: dict[str, Any] = {"candidate_version": None, "candidate_share": 0}


class CannotPublish(Exception):
    """Not as it is; the message says why."""


@dataclass(frozen=True)
class Review:
    """What somebody looks at before publishing; `digest` is of all of it."""

    configuration: AgentConfiguration
    first_message: str
    prompt: str
    is_recorded: bool
    problems: tuple[Problem, ...]
    digest: str


@dataclass(frozen=True)
class Approval:
    """Somebody's yes to exactly this: the draft's revision, and the digest of its review. With a `share`
    below 100 it becomes a candidate: so many of a hundred callers meet it, the others what is published.
    `despite_checks` is a yes that knows of them."""

    revision: int
    digest: str
    by: Author
    share: int = 100
    despite_checks: bool = False


def review(configuration: AgentConfiguration, facts: ClinicFacts, *, tools: Collection[str]) -> Review:
    first_message, prompt = render_first_message(configuration, facts), render_prompt(configuration, facts)
    is_recorded = bool(consent_of(configuration, facts))
    reviewed = json.dumps([configuration.as_json(), first_message, prompt, is_recorded], sort_keys=True)
    digest = hashlib.sha256(reviewed.encode()).hexdigest()
    problems = problems_of(configuration, tools=tools)
    return Review(configuration, first_message, prompt, is_recorded, problems, digest)


def is_out_of_date(heard: AgentVersion | None, draft: AgentVersion | None, facts: ClinicFacts) -> bool:
    """Whether hours, services or other facts changed since, and no draft is on its way to say so."""
    if heard is None or draft is not None or not heard.digest:
        return False
    configuration = read_configuration(heard.configuration)
    first_message, prompt = render_first_message(configuration, facts), render_prompt(configuration, facts)
    return (first_message, prompt) != (heard.first_message, heard.prompt)


def ask_to_publish(
    session: Session,
    *,
    org_id: UUID,
    agent_id: UUID,
    approval: Approval,
    facts: ClinicFacts,
    tools: Collection[str],
    now: datetime,
    checks: Checks = NO_CHECKS,
) -> int:
    """Freeze the draft that was reviewed and ask for it to be brought to the platform; its number.

    `checks` are of what was reviewed.
    """
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    if waiting := publishing_of(session, agent):
        raise CannotPublish(f"Version {waiting.number} is being published. Wait for it, or stop it first.")
    draft = draft_of(session, agent)
    if draft is None or draft.revision != approval.revision:
        raise ChangedMeanwhile("The draft was changed or published meanwhile. Review it again.")
    reviewed = review(read_configuration(draft.configuration), facts, tools=tools)
    _hold_against(reviewed, approval, checks, is_first=agent.version == 0)
    number = next_number(session, agent)
    _freeze(draft, reviewed, number=number, by=approval.by, now=now)
    draft.share = approval.share
    session.add(draft)
    enqueue(session, PUBLISH, {"agent_id": str(agent_id)}, org_id=org_id, unique_key=str(agent_id))
    record(
        session,
        "agents.published",
        subject=("agent", agent_id),
        details={"version": number, "share": approval.share, **checks.as_details()},
    )
    announce(session, org_id=org_id, topic="agents")
    return number


def _hold_against(reviewed: Review, approval: Approval, checks: Checks, *, is_first: bool) -> None:
    """Whether the yes was given to this, knowing what is known of it."""
    if reviewed.problems:
        raise CannotPublish(reviewed.problems[0].sentence)
    if reviewed.digest != approval.digest:
        raise ChangedMeanwhile("Hours, services or other facts changed since you looked. Review it again.")
    if not (checks.all_pass or approval.despite_checks):
        raise CannotPublish(f"{checks.in_words} Publish all the same only if you mean to.")
    if approval.share < 100 and is_first:
        raise CannotPublish("Publish it to everybody first: there is nothing yet that the others could meet.")


def to_be_published(session: Session, *, org_id: UUID, agent_id: UUID) -> ReviewedAgent | None:
    """What waits to be brought to the platform."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id)
    version = publishing_of(session, agent)
    return as_reviewed(agent, version) if version else None


def published(session: Session, *, org_id: UUID, agent_id: UUID) -> ReviewedAgent | None:
    """What callers hear, as it was reviewed."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id)
    version = published_of(session, agent)
    return as_reviewed(agent, version) if version else None


def confirm(
    session: Session, given: Published, *, org_id: UUID, agent_id: UUID, number: int, now: datetime
) -> bool:
    """The platform says it: from now on it is true. False when it was stopped meanwhile."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    version = publishing_of(session, agent)
    if version is None or version.number != number:
        return False
    version.state, version.published_at, version.trouble = "published", now, ""
    version.platform_body = dict(given.body)
    if version.share < 100:
        agent.candidate_version, agent.candidate_share = number, version.share
    else:
        tell_everybody(agent, version, now)
    session.add_all([agent, version])
    announce(session, org_id=org_id, topic="agents")
    return True


def note_trouble(session: Session, sentence: str, *, org_id: UUID, agent_id: UUID) -> None:
    """It did not work yet; it is tried again."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    if version := publishing_of(session, agent):
        version.trouble = sentence
        session.add(version)
        announce(session, org_id=org_id, topic="agents")


def stop(session: Session, *, org_id: UUID, agent_id: UUID, why: str = "") -> None:
    """Nothing is published: the draft is a draft again, unless a newer one has grown out of it. `why` is the
    platform's refusal, empty when a person stopped it.

    The platform may have heard some of it already, so it is given again what callers are to hear.
    """
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    version = publishing_of(session, agent)
    if version is None:
        return
    if newer := draft_of(session, agent):
        newer.trouble = why
        session.add(newer)
        session.delete(version)
    else:
        version.state, version.number, version.trouble = "draft", None, why
        version.first_message = version.prompt = version.digest = ""
        version.asked_at = version.published_by = None
        session.add(version)
    if not why:
        record(session, "agents.publishing_stopped", subject=("agent", agent_id))
    if agent.version:
        enqueue(session, PUT_BACK, {"agent_id": str(agent_id)}, org_id=org_id, unique_key=str(agent_id))
    announce(session, org_id=org_id, topic="agents")


def as_reviewed(agent: Agent, version: AgentVersion) -> ReviewedAgent:
    configuration = read_configuration(version.configuration)
    return ReviewedAgent(
        agent_id=agent.id,
        version=version.number or 0,
        configuration=configuration,
        first_message=version.first_message,
        prompt=version.prompt,
        is_recorded=version.is_recorded,
        is_candidate=version.share < 100,
    )


def _freeze(draft: AgentVersion, reviewed: Review, *, number: int, by: Author, now: datetime) -> None:
    draft.state, draft.number, draft.trouble, draft.asked_at = "publishing", number, "", now
    draft.first_message, draft.prompt, draft.digest = reviewed.first_message, reviewed.prompt, reviewed.digest
    draft.is_recorded = reviewed.is_recorded
    draft.published_by, draft.published_by_name = by.person_id, by.name


def tell_everybody(agent: Agent, version: AgentVersion, now: datetime) -> None:
    """The columns that others read are the published version's."""
    configuration = read_configuration(version.configuration)
    values: dict[str, Any] = {
        "version": version.number,
        "name": configuration.name,
        "role": configuration.role,
        "first_message": version.first_message,
        "system_prompt": version.prompt,
        "voice_provider": configuration.voice.provider,
        "voice_id": configuration.voice.voice_id,
        "language": configuration.language,
        "drift": None,
        "drift_found_at": None,
        "updated_at": now,
        **_NO_CANDIDATE,
    }
    for name, value in values.items():
        setattr(agent, name, value)
