"""What the bookings screen asks the database, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.bookings import calendar, queries
from voxanne_app.bookings.calendar import CalendarView
from voxanne_app.bookings.queries import BookingPage, BookingRow, BookingUnknown, BookingView, PractitionerRow
from voxanne_app.bookings.ui.bookings_address import PAGE_SIZE, BookingsAddress
from voxanne_app.identity.admission import SignedIn


@dataclass(frozen=True)
class Found:
    """Either a calendar or a page of the list; `selected` when the address names a booking of this clinic."""

    people: tuple[PractitionerRow, ...]
    waiting: tuple[BookingRow, ...]
    selected: BookingView | None
    calendar: CalendarView | None = None
    listed: BookingPage | None = None


def ask(session: Session, person: SignedIn, address: BookingsAddress, now: datetime) -> Found:
    org_id = person.org_id
    found = Found(
        people=queries.practitioners(session, org_id=org_id),
        waiting=queries.to_approve(session, org_id=org_id, now=now),
        selected=_selected(session, org_id, address.booking),
    )
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    if address.view == "list":
        page = queries.bookings_list(
            session,
            org_id=org_id,
            zone=person.time_zone,
            filters=address.filters(today),
            sort=address.sort,  # type: ignore[arg-type]
            page=int(address.page),
            page_size=PAGE_SIZE,
        )
        return Found(**vars(found) | {"listed": page})
    on = address.day(today)
    if found.selected and not address.on:
        on = found.selected.starts_at.astimezone(ZoneInfo(person.time_zone)).date()
    drawn = (
        calendar.day(session, org_id=org_id, zone=person.time_zone, on_date=on)
        if address.view == "day"
        else calendar.week(
            session,
            org_id=org_id,
            zone=person.time_zone,
            week_of=on,
            practitioner_id=UUID(address.who) if address.who else None,
        )
    )
    return Found(**vars(found) | {"calendar": drawn})


def _selected(session: Session, org_id: UUID, booking: str) -> BookingView | None:
    try:
        return queries.booking_detail(session, org_id=org_id, booking_id=UUID(booking)) if booking else None
    except BookingUnknown:
        return None
