"""The front desk of a clinic at its bookings screen: who they are, what is booked, where handlers lead."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from tests.clinic import ZONE, Clinic
from tests.factories import make_booking, make_membership, make_person
from tests.people import Person
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import transaction


def member(clinic: Clinic, role: str) -> Person:
    person = make_person(full_name="Frida Desk")
    make_membership(org_id=clinic.org_id, person_id=person.id, role=role)
    return Person(person.id, clinic.org_id, person.email, "Frida Desk", role)


def monday() -> date:
    """Of the week after next: always ahead, and within a year."""
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    return today + timedelta(days=14 - today.weekday())


def at(hour: int, minute: int = 0, on: date | None = None) -> datetime:
    on = on or monday()
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(ZONE))


def booked(clinic: Clinic, starts_at: datetime, **values: Any) -> UUID:
    defaults = {"practitioner_id": clinic.voss, "service_id": clinic.check_up, "starts_at": starts_at}
    return UUID(str(make_booking(org_id=clinic.org_id, **defaults | values).id))


def stored(clinic: Clinic, what: str = "count(*)", where: str = "true", table: str = "bookings") -> Any:
    with transaction(clinic.claims) as session:
        statement = f"select {what} from {table} where org_id = :org_id and {where}"
        return session.connection().execute(text(statement), {"org_id": clinic.org_id}).scalar()


def led_to(answer: Any) -> dict[str, str]:
    """The query of the address that a handler leads to."""
    (path,) = [str(value) for name, value in answer.args if str(name) == "path"]
    address = urlsplit(path.strip('"'))
    assert address.path == "/bookings"
    return dict(parse_qsl(address.query))


def typed(slot: str, **values: str) -> dict[str, str]:
    return {"slot": slot, "name": "Ada Sorel", "phone": "", "notes": ""} | values
