"""Which service and which practitioner a caller means; a question back when that is not clear."""

from collections.abc import Mapping, Sequence
from typing import Any

from voxanne_app.agents.tools import CannotBeDone
from voxanne_app.bookings.heard import text_of
from voxanne_app.bookings.matching import Named, matching
from voxanne_app.bookings.schedule import BookablePractitioner, BookableService, Schedule
from voxanne_app.bookings.spoken import say_choice

_MOST_NAMED = 8


def service_meant(arguments: Mapping[str, Any], schedule: Schedule) -> BookableService:
    services = [service for service in schedule.services if schedule.practitioners_for(service)]
    if not services:
        raise CannotBeDone("Appointments cannot be booked by phone here. Shall I take a message instead?")
    said = text_of(arguments, "service")
    found = matching(said, services) if said else []
    if len(found) == 1:
        return found[0]
    if found:
        raise CannotBeDone(f"Do you mean {_names(found)}?")
    raise CannotBeDone(f"We offer {_names(services, 'and')}. Which of these would you like?")


def practitioner_meant(
    arguments: Mapping[str, Any], schedule: Schedule, service: BookableService
) -> BookablePractitioner | None:
    """None when the caller does not mind."""
    if arguments.get("practitioner") in (None, ""):
        return None
    able = schedule.practitioners_for(service)
    said = text_of(arguments, "practitioner")
    found = matching(said, schedule.practitioners) if said else []
    if (offering := [practitioner for practitioner in found if practitioner in able]) and len(found) == 1:
        return offering[0]
    if len(found) == 1:
        raise CannotBeDone(f"{found[0].name} does not offer {service.name}. It is with {_names(able)}.")
    if offering:
        raise CannotBeDone(f"Do you mean {_names(offering)}?")
    raise CannotBeDone(f"{service.name} is with {_names(able)}. Who would you like to see?")


def _names(things: Sequence[Named], word: str = "or") -> str:
    return say_choice([thing.name for thing in things[:_MOST_NAMED]], word)
