"""The receptionists of a clinic, as lists of others name them."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from voxanne_app.agents.models import Agent


@dataclass(frozen=True)
class AgentName:
    id: UUID
    name: str
    version: int
    is_active: bool


def agent_names(session: Session, *, org_id: UUID) -> tuple[AgentName, ...]:
    """All of them, those out of use too: calls they answered are still there."""
    found = session.exec(select(Agent).where(Agent.org_id == org_id).order_by(Agent.name))
    return tuple(AgentName(agent.id, agent.name, agent.version, agent.is_active) for agent in found)
