"""Whether somebody was there who could have answered the phone."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings.schedule import load_schedule
from voxanne_app.foundation.time_zones import zone_of


def is_after_hours(session: Session, *, org_id: UUID, zone: str, at: datetime) -> bool:
    """Before the first practitioner begins or after the last one ends; a lunch break is within the hours.

    A clinic that has not said its hours yet is never closed.
    """
    wall = at.astimezone(zone_of(zone))
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=wall.date())
    if not any(practitioner.weekly for practitioner in schedule.practitioners):
        return False
    minute = wall.hour * 60 + wall.minute
    stretches = [
        stretch
        for practitioner in schedule.practitioners
        for stretch in schedule.stretches_on(wall.date(), practitioner)
    ]
    opens = min((since for since, _ in stretches), default=0)
    closes = max((until for _, until in stretches), default=0)
    return not opens <= minute < closes
