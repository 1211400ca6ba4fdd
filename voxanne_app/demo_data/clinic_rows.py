"""A demo clinic as rows: what it offers, who works when, its receptionist, its line, its patients."""

from datetime import datetime, timedelta

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
from voxanne_app.demo_data.clinics import DemoClinic, demo_id
from voxanne_app.demo_data.writing import contact_id, practitioner_id, put, service_id
from voxanne_app.foundation.time_zones import zone_of
from voxanne_app.identity.models import Organization
from voxanne_app.telephony.models import PhoneNumber, VendorAddress


def write_clinic(session: Session, clinic: DemoClinic, now: datetime) -> None:
    """The clinic itself: what it offers, who works when, its receptionist and its line."""
    put(
        session,
        Organization,
        [
            {
                "id": clinic.id,
                "name": clinic.name,
                "time_zone": clinic.time_zone,
                "phone": clinic.number,
                "created_at": EPOCH,
            }
        ],
    )
    own = {"org_id": clinic.id}
    put(
        session,
        Agent,
        [
            own
            | {
                "id": clinic.agent_id,
                "name": clinic.agent,
                "first_message": clinic.greeting,
                "system_prompt": _prompt(clinic),
                "created_at": EPOCH,
            }
        ],
    )
    put(
        session,
        PhoneNumber,
        [
            own
            | {
                "id": demo_id(clinic.slug, "number"),
                "agent_id": clinic.agent_id,
                "number": clinic.number,
                "name": clinic.agent,
            }
        ],
    )
    put(
        session,
        VendorAddress,
        [
            own
            | {
                "id": demo_id(clinic.slug, "address", kind),
                "agent_id": clinic.agent_id,
                "vendor": "vapi",
                "kind": kind,
                "value": str(value),
            }
            for kind, value in (
                ("assistant", clinic.assistant_id),
                ("phone_number", clinic.phone_number_id),
                ("number", clinic.number),
            )
        ],
    )
    put(
        session,
        Service,
        [
            own
            | {
                "id": service_id(clinic, one.name),
                "name": one.name,
                "other_names": list(one.other_names),
                "duration_minutes": one.minutes,
                "buffer_after_minutes": one.after,
            }
            for one in clinic.services
        ],
    )
    put(
        session,
        Practitioner,
        [
            own | {"id": practitioner_id(clinic, one.name), "name": one.name, "specialty": one.specialty}
            for one in clinic.practitioners
        ],
    )
    put(
        session,
        PractitionerService,
        [
            own
            | {"practitioner_id": practitioner_id(clinic, one.name), "service_id": service_id(clinic, name)}
            for one in clinic.practitioners
            for name in one.services
        ],
    )
    put(
        session,
        WorkingHours,
        [
            own
            | {
                "id": demo_id(clinic.slug, one.name, weekday, opens),
                "weekday": weekday,
                "opens_at": opens,
                "closes_at": closes,
                "practitioner_id": practitioner_id(clinic, one.name),
            }
            for one in clinic.practitioners
            for weekday, stretches in one.hours.items()
            for opens, closes in stretches
        ],
    )
    on_date = closed_on(now.astimezone(zone_of(clinic.time_zone)).date())
    put(
        session,
        HourException,
        [own | {"id": demo_id(clinic.slug, "closed"), "on_date": on_date, "reason": clinic.closed_reason}],
    )
    put(
        session,
        Contact,
        [
            own
            | {
                "id": contact_id(clinic, name),
                "phone": clinic.phone_of(name),
                "name": name,
                "created_at": EPOCH + timedelta(days=11 * number),
            }
            for number, name in enumerate(clinic.patients)
        ],
    )


def _prompt(clinic: DemoClinic) -> str:
    return (
        f"You are the receptionist of {clinic.name}. You book, move and cancel appointments with your tools. "
        "Offer only times that a tool has named, and repeat its answer. Never give medical advice. For "
        "anything else, take a message."
    )
