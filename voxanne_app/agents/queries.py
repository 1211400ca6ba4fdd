"""The receptionists of a clinic, as lists of others name them."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from voxanne_app.agents.configuration import AgentConfiguration, Destination, Escalation, read_configuration
from voxanne_app.agents.models import Agent
from voxanne_app.agents.prompt import ABOUT
from voxanne_app.agents.versions import AgentUnknown, find_agent, published_of


@dataclass(frozen=True)
class AgentName:
    id: UUID
    name: str
    version: int
    is_active: bool


@dataclass(frozen=True)
class CallingAgent:
    """`knows_why`: it was published with a place for what a call is about."""

    id: UUID
    name: str
    knows_why: bool


def calls_out(session: Session, *, org_id: UUID) -> tuple[CallingAgent, ...]:
    """The agents that call people, and are published."""
    wanted = select(Agent).where(Agent.org_id == org_id, Agent.is_active, Agent.role == "outbound")
    found = session.exec(wanted.where(Agent.version > 0).order_by(Agent.name))
    return tuple(CallingAgent(one.id, one.name, ABOUT in one.system_prompt) for one in found)


def agent_names(session: Session, *, org_id: UUID) -> tuple[AgentName, ...]:
    """All of them, those out of use too: calls they answered are still there."""
    found = session.exec(select(Agent).where(Agent.org_id == org_id).order_by(Agent.name))
    return tuple(AgentName(agent.id, agent.name, agent.version, agent.is_active) for agent in found)


def has_published(session: Session, *, org_id: UUID) -> bool:
    """Whether one of them may answer callers."""
    query = select(Agent.id).where(Agent.org_id == org_id, Agent.is_active, Agent.version > 0)
    return session.exec(query.limit(1)).first() is not None


def destinations_of(session: Session, *, org_id: UUID, agent_id: UUID) -> tuple[Destination, ...]:
    """To whom callers may be put through, by what is published."""
    configuration = _published(session, org_id=org_id, agent_id=agent_id)
    return configuration.destinations if configuration else ()


def escalation_of(session: Session, *, org_id: UUID, agent_id: UUID) -> Escalation | None:
    """When people must hear of a call, by what is published."""
    configuration = _published(session, org_id=org_id, agent_id=agent_id)
    return configuration.escalation if configuration else None


def _published(session: Session, *, org_id: UUID, agent_id: UUID) -> AgentConfiguration | None:
    try:
        version = published_of(session, find_agent(session, org_id=org_id, agent_id=agent_id))
    except AgentUnknown:
        return None
    return read_configuration(version.configuration) if version else None
