"""A demo clinic as rows: what it offers, who works when, its receptionist, its line, its patients."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from voxanne_app.agents.models import Agent
from voxanne_app.bookings.models import (
    HourException,
    Practitioner,
    PractitionerService,
    Service,
    WorkingHours,
)
from voxanne_app.contacts.models import Contact
from voxanne_app.demo_data.agenda import EPOCH, closed_on
from voxanne_app.demo_data.agent_versions import write_versions
from voxanne_app.demo_data.calling_agent import write_calling_agent, write_consents
from voxanne_app.demo_data.clinics import DemoClinic, demo_id
from voxanne_app.demo_data.writing import Row, contact_id, practitioner_id, put, service_id
from voxanne_app.foundation.time_zones import zone_of
from voxanne_app.identity.models import Organization
from voxanne_app.telephony.models import PhoneNumber, VendorAddress


def write_clinic(session: Session, clinic: DemoClinic, now: datetime) -> None:
    organization = {"name": clinic.name, "time_zone": clinic.time_zone, "phone": clinic.own_line}
    put(session, Organization, [organization | {"id": clinic.id, "created_at": EPOCH}])
    _write_receptionist(session, clinic)
    _write_services(session, clinic)
    _write_hours(session, clinic, now.astimezone(zone_of(clinic.time_zone)).date())
    write_versions(session, clinic, now)
    put(session, Contact, [_contact(clinic, number, name) for number, name in enumerate(clinic.patients)])
    write_calling_agent(session, clinic, now)
    write_consents(session, clinic, now)


def _contact(clinic: DemoClinic, number: int, name: str) -> Row:
    known_since = EPOCH + timedelta(days=11 * number)
    who = {"id": contact_id(clinic, name), "phone": clinic.phone_of(name), "name": name}
    return who | {"org_id": clinic.id, "created_at": known_since}


def _write_receptionist(session: Session, clinic: DemoClinic) -> None:
    own = {"org_id": clinic.id}
    agent = {"name": clinic.agent, "first_message": clinic.greeting, "system_prompt": _prompt(clinic)}
    put(session, Agent, [own | agent | {"id": clinic.agent_id, "created_at": EPOCH}])
    leads = own | {"agent_id": clinic.agent_id}
    line = {"id": demo_id(clinic.slug, "number"), "number": clinic.number, "name": clinic.agent}
    put(session, PhoneNumber, [leads | line])
    for kind, value in (
        ("assistant", clinic.assistant_id),
        ("phone_number", clinic.phone_number_id),
        ("number", clinic.number),
    ):
        address = {"vendor": "vapi", "kind": kind, "value": str(value)}
        put(session, VendorAddress, [leads | address | {"id": demo_id(clinic.slug, "address", kind)}])


def _write_services(session: Session, clinic: DemoClinic) -> None:
    own = {"org_id": clinic.id}
    for service in clinic.services:
        names = {"name": service.name, "other_names": list(service.other_names)}
        times = {"duration_minutes": service.minutes, "buffer_after_minutes": service.after}
        put(session, Service, [own | names | times | {"id": service_id(clinic, service.name)}])
    for one in clinic.practitioners:
        who = {"id": practitioner_id(clinic, one.name), "name": one.name, "specialty": one.specialty}
        put(session, Practitioner, [own | who])
        offered = [
            {"practitioner_id": who["id"], "service_id": service_id(clinic, name)} for name in one.services
        ]
        put(session, PractitionerService, [own | one_offered for one_offered in offered])


def _write_hours(session: Session, clinic: DemoClinic, today: date) -> None:
    own = {"org_id": clinic.id}
    hours = [
        own
        | {
            "id": demo_id(clinic.slug, one.name, weekday, opens),
            "practitioner_id": practitioner_id(clinic, one.name),
        }
        | {"weekday": weekday, "opens_at": opens, "closes_at": closes}
        for one in clinic.practitioners
        for weekday, stretches in one.hours.items()
        for opens, closes in stretches
    ]
    put(session, WorkingHours, hours)
    closed = {"on_date": closed_on(today), "reason": clinic.closed_reason}
    put(session, HourException, [own | closed | {"id": demo_id(clinic.slug, "closed")}])


def _prompt(clinic: DemoClinic) -> str:
    return (
        f"You are the receptionist of {clinic.name}. You book, move and cancel appointments with your tools. "
        "Offer only times that a tool has named, and repeat its answer. Never give medical advice. For "
        "anything else, take a message."
    )
