"""What an agent is told of its clinic, gathered from the tables, so that nobody types it twice."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents.clinic_facts import ClinicFacts, ServiceFact
from voxanne_app.bookings import queries
from voxanne_app.bookings.schedule import Schedule, load_schedule
from voxanne_app.identity.clinic_profile import clinic_profile


def clinic_facts(session: Session, *, org_id: UUID) -> ClinicFacts:
    profile = clinic_profile(session, org_id=org_id)
    people = queries.practitioners(session, org_id=org_id)
    # Exceptions are left out: tools know them by date, and a prompt would go stale with each that passes.
    schedule = load_schedule(session, org_id=org_id, zone=profile.time_zone, since=date.max)
    return ClinicFacts(
        name=profile.name,
        time_zone=profile.time_zone,
        phone=profile.phone,
        address=profile.address,
        recording_announcement=profile.recording_announcement,
        hours=_hours(schedule),
        services=tuple(
            ServiceFact(
                service.name, service.minutes, tuple(p.name for p in schedule.practitioners_for(service))
            )
            for service in schedule.services
        ),
        practitioners=tuple((one.name, one.specialty) for one in people),
    )


def _hours(schedule: Schedule) -> tuple[tuple[int, tuple[tuple[int, int], ...]], ...]:
    """Per weekday from when to when somebody is there; a lunch break of everybody's is shown."""
    stretches: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for practitioner in schedule.practitioners:
        for weekday, own in practitioner.weekly.items():
            stretches[weekday] += own
    return tuple((weekday, _joined(stretches[weekday])) for weekday in sorted(stretches))


def _joined(stretches: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(stretches):
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)
