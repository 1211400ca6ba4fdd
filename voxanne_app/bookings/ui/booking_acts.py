"""What is done with one booking on this screen, and with the case that waits for it: in one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings import rebooking
from voxanne_app.calls import cases
from voxanne_app.identity.admission import SignedIn


def cancel(session: Session, person: SignedIn, *, booking_id: UUID, now: datetime) -> None:
    """Also how a booking that waits for approval is declined."""
    rebooking.cancel(session, org_id=person.org_id, booking_id=booking_id, now=now)
    _settle(session, person, booking_id, now)


def restore(session: Session, person: SignedIn, *, booking_id: UUID, now: datetime) -> None:
    booking = rebooking.restore(session, org_id=person.org_id, booking_id=booking_id, now=now)
    if booking.status == "pending":
        cases.reopen_approval(session, org_id=person.org_id, booking_id=booking_id)


def marking(status: str) -> Callable[..., Any]:
    """What came of it (`completed`, `no_show`), or that it stands (`confirmed`), which approves it."""

    def mark(session: Session, person: SignedIn, *, booking_id: UUID, now: datetime) -> None:
        rebooking.mark(session, org_id=person.org_id, booking_id=booking_id, status=status, now=now)
        if status == "confirmed":
            _settle(session, person, booking_id, now)

    return mark


def _settle(session: Session, person: SignedIn, booking_id: UUID, now: datetime) -> None:
    cases.resolve_approval(session, org_id=person.org_id, booking_id=booking_id, by=person.person_id, now=now)
