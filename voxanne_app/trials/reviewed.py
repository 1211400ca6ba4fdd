"""What a review shows of an agent, as something that can be talked to."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents import publishing, versions
from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.bookings.clinic_facts import clinic_facts


@dataclass(frozen=True)
class UnderReview:
    """`digest` is the review's; `version` the number that is heard, when that is what it says, else None.
    `problem` is the first thing that has to be put right, in words; empty when nothing has."""

    agent: ReviewedAgent
    digest: str
    version: int | None
    problem: str


def under_review(
    session: Session, *, org_id: UUID, agent_id: UUID, tools: Mapping[str, VoiceTool]
) -> UnderReview:
    """The draft, or what is published if there is none, with the clinic's facts of now.

    Raises AgentUnknown.
    """
    agent = versions.find_agent(session, org_id=org_id, agent_id=agent_id)
    configuration, _ = versions.working_copy(session, agent)
    reviewed = publishing.review(configuration, clinic_facts(session, org_id=org_id), tools=tools)
    heard = versions.published_of(session, agent)
    is_heard = heard is not None and heard.digest == reviewed.digest
    return UnderReview(
        ReviewedAgent(
            agent_id=agent_id,
            version=agent.version if is_heard else versions.next_number(session, agent),
            configuration=configuration,
            first_message=reviewed.first_message,
            prompt=reviewed.prompt,
            is_recorded=reviewed.is_recorded,
        ),
        reviewed.digest,
        agent.version if is_heard else None,
        reviewed.problems[0].sentence if reviewed.problems else "",
    )
