"""An agent's versions: the draft that is worked on, and those that were published and never change.

A draft is written by compare-and-swap on its revision: whoever saves over somebody else's change hears of it
and loses nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from voxanne_app.agents.configuration import AgentConfiguration, read_configuration
from voxanne_app.agents.models import Agent, AgentVersion
from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce


@dataclass(frozen=True)
class Author:
    """Who acts. The name is kept with what they did: people leave, and versions stay."""

    person_id: UUID
    name: str


class AgentUnknown(Exception):
    """There is no such agent in this organization."""


class ChangedMeanwhile(Exception):
    """Somebody else saved or published since this screen was opened; the message names them."""


class VersionUnknown(Exception):
    """The agent has no such version."""


def create_agent(
    session: Session,
    configuration: AgentConfiguration,
    *,
    org_id: UUID,
    by: Author,
    now: datetime,
    recorded: bool = True,
) -> UUID:
    """An agent with a draft and nothing published: nobody hears it yet. A larger act that it is part of is
    `recorded` instead.
    """
    agent = Agent(org_id=org_id, name=configuration.name, role=configuration.role, version=0, created_at=now)
    session.add(agent)
    session.flush()
    session.add(_draft_of(agent, configuration, by, now))
    if recorded:
        record(session, "agents.created", subject=("agent", agent.id))
    announce(session, org_id=org_id, topic="agents")
    return agent.id


def find_agent(session: Session, *, org_id: UUID, agent_id: UUID, lock: bool = False) -> Agent:
    wanted = select(Agent).where(Agent.org_id == org_id, Agent.id == agent_id)
    agent = session.exec(wanted.with_for_update(key_share=True) if lock else wanted).one_or_none()
    if agent is None:
        raise AgentUnknown("This agent does not exist any more.")
    return agent


def draft_of(session: Session, agent: Agent) -> AgentVersion | None:
    return _one_in(session, agent, "draft")


def publishing_of(session: Session, agent: Agent) -> AgentVersion | None:
    return _one_in(session, agent, "publishing")


def published_of(session: Session, agent: Agent) -> AgentVersion | None:
    """The one that callers hear."""
    return None if agent.version == 0 else _numbered(session, agent, agent.version)


def version_of(session: Session, agent: Agent, number: int) -> AgentVersion:
    found = _numbered(session, agent, number)
    if found is None or found.state != "published":
        raise VersionUnknown(f"There is no version {number}.")
    return found


def working_copy(session: Session, agent: Agent) -> tuple[AgentConfiguration, int]:
    """What the editor opens, and its revision: the draft; without one, what is being or was published, as
    revision 0."""
    draft = draft_of(session, agent)
    held = draft or publishing_of(session, agent) or published_of(session, agent)
    return (read_configuration(held.configuration) if held else AgentConfiguration()), (
        draft.revision if draft else 0
    )


def save_draft(
    session: Session,
    configuration: AgentConfiguration,
    *,
    org_id: UUID,
    agent_id: UUID,
    revision: int,
    by: Author,
    now: datetime,
) -> int:
    """The draft's new revision. `revision` is the one that the change was made on; 0 when there was none."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    saved = write_draft(session, agent, configuration, revision=revision, by=by, now=now)
    record(session, "agents.draft_saved", subject=("agent", agent_id), details={"revision": saved})
    return saved


def write_draft(
    session: Session,
    agent: Agent,
    configuration: AgentConfiguration,
    *,
    revision: int,
    by: Author,
    now: datetime,
    restored_from: int | None = None,
) -> int:
    """`save_draft` for an agent that is locked, within an act that has a name of its own."""
    draft = draft_of(session, agent)
    if (draft.revision if draft else 0) != revision:
        raise ChangedMeanwhile(_who_was_it(draft))
    if draft is None:
        draft = _draft_of(agent, configuration, by, now)
    else:
        draft.revision += 1
        draft.configuration, draft.trouble = configuration.as_json(), ""
        draft.saved_at, draft.saved_by, draft.saved_by_name = now, by.person_id, by.name
    draft.restored_from = restored_from
    session.add(draft)
    announce(session, org_id=agent.org_id, topic="agents")
    session.flush()
    return draft.revision


def restore(
    session: Session, *, org_id: UUID, agent_id: UUID, number: int, revision: int, by: Author, now: datetime
) -> int:
    """Make the draft what version `number` was; it is heard only once it is published."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    old = read_configuration(version_of(session, agent, number).configuration)
    saved = write_draft(session, agent, old, revision=revision, by=by, now=now, restored_from=number)
    record(session, "agents.restored", subject=("agent", agent_id), details={"version": number})
    return saved


def _who_was_it(draft: AgentVersion | None) -> str:
    if draft is None:
        return (
            "The draft was published or discarded meanwhile. Nothing of yours is lost: load it and compare."
        )
    who = draft.saved_by_name or "Somebody else"
    return f"{who} saved this draft meanwhile. Nothing of yours is lost: compare before you save."


def _draft_of(agent: Agent, configuration: AgentConfiguration, by: Author, now: datetime) -> AgentVersion:
    return AgentVersion(
        org_id=agent.org_id,
        agent_id=agent.id,
        configuration=configuration.as_json(),
        created_at=now,
        saved_at=now,
        saved_by=by.person_id,
        saved_by_name=by.name,
    )


def _one_in(session: Session, agent: Agent, state: str) -> AgentVersion | None:
    return session.exec(
        select(AgentVersion).where(
            AgentVersion.org_id == agent.org_id,
            AgentVersion.agent_id == agent.id,
            col(AgentVersion.state) == state,
        )
    ).one_or_none()


def _numbered(session: Session, agent: Agent, number: int) -> AgentVersion | None:
    return session.exec(
        select(AgentVersion).where(
            AgentVersion.org_id == agent.org_id,
            AgentVersion.agent_id == agent.id,
            AgentVersion.number == number,
        )
    ).one_or_none()


def next_number(session: Session, agent: Agent) -> int:
    """After every one that was given out, candidates too."""
    given = select(func.max(AgentVersion.number)).where(
        AgentVersion.org_id == agent.org_id, AgentVersion.agent_id == agent.id
    )
    return max(session.exec(given).one() or 0, agent.version) + 1


def published_page(session: Session, agent: Agent, *, page: int, page_size: int) -> list[AgentVersion]:
    """Those that were published, the newest first, and one more: the page's last is compared with it."""
    return list(
        session.exec(
            select(AgentVersion)
            .where(AgentVersion.org_id == agent.org_id, AgentVersion.agent_id == agent.id)
            .where(col(AgentVersion.state) == "published")
            .order_by(col(AgentVersion.number).desc())
            .offset((max(page, 1) - 1) * page_size)
            .limit(page_size + 1)
        )
    )
