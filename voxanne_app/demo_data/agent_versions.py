"""The demo's receptionists: versions that callers have heard, and one that is published like any other.

The last goes through the very job that a person's "Publish" asks for, so that the voice platform has it from
there and from nowhere else.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.agents import publishing
from voxanne_app.agents.configuration import AgentConfiguration, Destination
from voxanne_app.agents.models import Agent, AgentVersion
from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.bookings.clinic_facts import clinic_facts
from voxanne_app.demo_data.clinics import DemoClinic, DemoPerson, demo_id
from voxanne_app.demo_data.writing import Row
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.wiring import VOICE_TOOLS

_TEMPLATE = {"cedar-lane": "dental", "harbor-skin": "dermatology"}
_SINCE = (timedelta(days=41), timedelta(days=6), timedelta(minutes=2))

_TELL_CALLS = text("""
    update call_logs c set agent_version = coalesce((
      select max(v.number) from agent_versions v where v.org_id = c.org_id and v.agent_id = c.agent_id
        and v.published_at <= c.created_at), 1)
    where c.org_id = :org_id and c.agent_version is null
""")


def write_versions(session: Session, clinic: DemoClinic, now: datetime) -> None:
    """After services and hours: they are in the prompt. What is there already stays."""
    known = session.get(AgentVersion, _id(clinic, 1))
    if known is not None:
        return
    facts = clinic_facts(session, org_id=clinic.id)
    agent = session.get_one(Agent, clinic.agent_id)
    for number, configuration in enumerate(_story(clinic), 1):
        reviewed = publishing.review(configuration, facts, tools=VOICE_TOOLS)
        at, is_last = now - _SINCE[number - 1], number == len(_SINCE)
        version = AgentVersion(**_row(clinic, number, reviewed, at, is_last=is_last))
        session.add(version)
        if not is_last:
            publishing.tell_everybody(agent, version, at)
    session.flush()
    agent_id = str(clinic.agent_id)
    enqueue(session, publishing.PUBLISH, {"agent_id": agent_id}, org_id=clinic.id, unique_key=agent_id)


def _story(clinic: DemoClinic) -> tuple[AgentConfiguration, ...]:
    first = TEMPLATES[_TEMPLATE[clinic.slug]].configuration(name=clinic.agent, clinic=clinic.name)
    plain = first.model_copy(update={"rules": ()})
    ruled = plain.model_copy(update={"rules": first.rules})
    desk = Destination(name="Front desk", number=clinic.own_line, when="The caller asks for a person.")
    allergies = "If the caller mentions an allergy or a medicine, put it in the notes and say that you did."
    last = {"rules": (*first.rules, allergies), "destinations": (desk,), "max_minutes": 12}
    return plain, ruled, ruled.model_copy(update=last)


def _row(clinic: DemoClinic, number: int, reviewed: publishing.Review, at: datetime, *, is_last: bool) -> Row:
    by = clinic.people[number % 2 + 1]
    return {
        "id": _id(clinic, number),
        "org_id": clinic.id,
        "agent_id": clinic.agent_id,
        "number": number,
        "state": "publishing" if is_last else "published",
        "configuration": reviewed.configuration.as_json(),
        "first_message": reviewed.first_message,
        "prompt": reviewed.prompt,
        "is_recorded": reviewed.is_recorded,
        "digest": reviewed.digest,
        "created_at": at,
        "saved_at": at,
        "asked_at": at,
        "published_at": None if is_last else at,
        **_author(clinic, by),
    }


def _author(clinic: DemoClinic, by: DemoPerson) -> Row:
    person_id = clinic.person_id(by)
    return {
        "saved_by": person_id,
        "saved_by_name": by.full_name,
        "published_by": person_id,
        "published_by_name": by.full_name,
    }


def _id(clinic: DemoClinic, number: int) -> UUID:
    return demo_id(clinic.slug, "agent version", number)


def tell_calls(session: Session, clinic: DemoClinic) -> None:
    """Which version answered each call of the past."""
    session.connection().execute(_TELL_CALLS, {"org_id": clinic.id})
