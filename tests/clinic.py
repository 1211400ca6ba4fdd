"""A clinic that can be booked: two practitioners, hours with lunch, a check-up and a long treatment."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlmodel import Session

from tests import factories
from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer
from voxanne_app.bookings.schedule import BookableService, Schedule, load_schedule
from voxanne_app.bookings.voice_tools import VOICE_TOOLS
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.time_zones import Minute, instants_of_wall

ZONE = "America/Los_Angeles"
# A Tuesday morning in Los Angeles, before opening.
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MARIA = "+15035550111"

_TOOLS = {tool.name: tool for tool in VOICE_TOOLS}


@dataclass(frozen=True)
class Clinic:
    org_id: UUID
    check_up: UUID
    crown: UUID
    amari: UUID
    voss: UUID

    @property
    def claims(self) -> Claims:
        return Claims.organization(self.org_id)

    def schedule(self, session: Session) -> Schedule:
        return load_schedule(session, org_id=self.org_id, zone=ZONE, since=date(2026, 1, 1))

    def service(self, schedule: Schedule, name: str = "Check-up") -> BookableService:
        return next(service for service in schedule.services if service.name == name)

    def caller(self, number: str | None = MARIA, call_id: UUID | None = None) -> Caller:
        """A call to this clinic, a new one unless `call_id` says which."""
        call_id = call_id or factories.make_call(org_id=self.org_id).id
        return Caller(org_id=self.org_id, call_id=call_id, time_zone=ZONE, number=number)

    def ask(
        self, tool: str, caller: Caller | None = None, now: datetime = NOW, **arguments: Any
    ) -> ToolAnswer:
        """The tool's answer, committed. Raises CannotBeDone."""
        caller = caller or self.caller()
        with transaction(self.claims) as session:
            return _TOOLS[tool].answer(session, caller, arguments, now)

    def refusal(self, tool: str, caller: Caller | None = None, now: datetime = NOW, **arguments: Any) -> str:
        """What the caller hears instead."""
        try:
            answer = self.ask(tool, caller, now, **arguments)
        except CannotBeDone as no:
            return str(no)
        raise AssertionError(f"It was done: {answer.line}")


def open_clinic(**values: Any) -> Clinic:
    """Monday to Friday 9 to 12:30 and 13:30 to 17; Dr. Amari does both services, Dr. Voss check-ups only."""
    org_id = factories.make_organization(time_zone=ZONE, **values).id
    check_up = factories.make_service(
        org_id=org_id, name="Check-up", duration_minutes=30, other_names=["checkup", "exam"]
    ).id
    crown = factories.make_service(
        org_id=org_id,
        name="Crown fitting",
        duration_minutes=90,
        buffer_before_minutes=5,
        buffer_after_minutes=10,
    ).id
    amari = factories.make_practitioner(org_id=org_id, name="Dr. Amari", offers=[check_up, crown]).id
    voss = factories.make_practitioner(org_id=org_id, name="Dr. Voss", offers=[check_up]).id
    for practitioner_id in (amari, voss):
        for opens_at, closes_at in ((time(9), time(12, 30)), (time(13, 30), time(17))):
            factories.make_working_hours(
                org_id=org_id, practitioner_id=practitioner_id, opens_at=opens_at, closes_at=closes_at
            )
    return Clinic(org_id, check_up, crown, amari, voss)


def at(hour: int, minute: int = 0, on_date: date = TODAY, zone: str = ZONE) -> Minute:
    """A wall time at the clinic."""
    return instants_of_wall(datetime.combine(on_date, time(hour, minute)), zone)[0]
