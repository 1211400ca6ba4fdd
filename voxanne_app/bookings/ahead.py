"""How much is booked ahead: what somebody should know before they change what bookings stand on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from voxanne_app.bookings.models import Booking


def booked_ahead(session: Session, *, org_id: UUID, now: datetime) -> int:
    """How many bookings begin after `now` and still hold."""
    query = (
        select(func.count())
        .select_from(Booking)
        .where(Booking.org_id == org_id, Booking.starts_at > now, col(Booking.status).not_in(("cancelled",)))
    )
    return session.exec(query).one()
