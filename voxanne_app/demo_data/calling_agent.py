"""The demo's agent that calls people back, and who of its patients agreed to that."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents import publishing
from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.agents.models import Agent, AgentVersion
from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.bookings.clinic_facts import clinic_facts
from voxanne_app.contacts.models import CallingConsent
from voxanne_app.demo_data.agenda import EPOCH
from voxanne_app.demo_data.clinics import DemoClinic, demo_id
from voxanne_app.demo_data.writing import Row, contact_id, put
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.wiring import VOICE_TOOLS

_NAME = "Calls back"
_GREETING = "Hello, this is the automated assistant of {clinic}."
_PROMPT = (
    "You call people back for {clinic}. You are warm, brief and exact. Say why the clinic calls, book, move "
    "or cancel with your tools if they wish, and take a message for whatever else they need."
)


def write_calling_agent(session: Session, clinic: DemoClinic, now: datetime) -> None:
    """Published by the job that a person's "Publish" asks for. What is there already stays."""
    agent_id = demo_id(clinic.slug, "calling agent")
    if session.get(Agent, agent_id) is not None:
        return
    configuration = _configuration(clinic)
    reviewed = publishing.review(configuration, clinic_facts(session, org_id=clinic.id), tools=VOICE_TOOLS)
    own: Row = {"org_id": clinic.id, "created_at": EPOCH}
    put(session, Agent, [own | {"id": agent_id, "name": _NAME, "role": "outbound", "version": 0}])
    put(session, AgentVersion, [_version(clinic, agent_id, reviewed, now)])
    enqueue(
        session,
        publishing.PUBLISH,
        {"agent_id": str(agent_id)},
        org_id=clinic.id,
        unique_key=str(agent_id),
    )


def write_consents(session: Session, clinic: DemoClinic, now: datetime) -> None:
    """Two of three patients said yes when they came."""
    front_desk = clinic.people[0]
    put(
        session,
        CallingConsent,
        [
            {
                "id": demo_id(clinic.slug, "consent", name),
                "org_id": clinic.id,
                "contact_id": contact_id(clinic, name),
                "is_given": True,
                "how": "in_person",
                "recorded_by": clinic.person_id(front_desk),
                "recorded_by_name": front_desk.full_name,
                "recorded_at": now - timedelta(days=20),
            }
            for number, name in enumerate(clinic.patients)
            if number % 3
        ],
    )


def _configuration(clinic: DemoClinic) -> AgentConfiguration:
    start = TEMPLATES["family"].configuration(name=_NAME, clinic=clinic.name)
    words = {"first_message": _GREETING, "prompt": _PROMPT}
    spoken = {field: sentence.format(clinic=clinic.name) for field, sentence in words.items()}
    return start.model_copy(update=spoken | {"role": "outbound", "rules": ()})


def _version(clinic: DemoClinic, agent_id: UUID, reviewed: publishing.Review, now: datetime) -> Row:
    owner = clinic.people[1]
    return {
        "id": demo_id(clinic.slug, "calling agent version"),
        "org_id": clinic.id,
        "agent_id": agent_id,
        "number": 1,
        "state": "publishing",
        "configuration": reviewed.configuration.as_json(),
        "first_message": reviewed.first_message,
        "prompt": reviewed.prompt,
        "is_recorded": reviewed.is_recorded,
        "digest": reviewed.digest,
        "created_at": now,
        "saved_at": now,
        "asked_at": now,
        "published_by": clinic.person_id(owner),
        "published_by_name": owner.full_name,
    }
