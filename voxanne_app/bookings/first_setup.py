"""The first things that can be booked in a new clinic: one service, with one practitioner, at their hours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings.models import Practitioner, PractitionerService, Service, WorkingHours


@dataclass(frozen=True)
class FirstSetup:
    """`weekdays` count from Monday as 0; times are on the clinic's wall."""

    service: str
    minutes: int
    practitioner: str
    weekdays: Collection[int]
    opens_at: time
    closes_at: time


def set_up(session: Session, first: FirstSetup, *, org_id: UUID) -> None:
    service = Service(org_id=org_id, name=first.service, duration_minutes=first.minutes)
    practitioner = Practitioner(org_id=org_id, name=first.practitioner)
    session.add_all([service, practitioner])
    session.flush()
    session.add(PractitionerService(org_id=org_id, practitioner_id=practitioner.id, service_id=service.id))
    session.add_all(
        WorkingHours(
            org_id=org_id,
            practitioner_id=practitioner.id,
            weekday=weekday,
            opens_at=first.opens_at,
            closes_at=first.closes_at,
        )
        for weekday in sorted(first.weekdays)
    )
    session.flush()
