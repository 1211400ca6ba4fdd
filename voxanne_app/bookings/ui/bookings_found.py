"""What the bookings screen asks the database, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.bookings import calendar, queries
from voxanne_app.bookings.calendar import CalendarView
from voxanne_app.bookings.queries import BookingPage, BookingRow, BookingUnknown, BookingView, PractitionerRow
from voxanne_app.bookings.ui.bookings_address import PAGE_SIZE, BookingsAddress
from voxanne_app.identity.admission import SignedIn

# A file for a spreadsheet holds as many rows as one can still read through.
EXPORTED_AT_MOST = 10_000
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Found:
    """Either a calendar or a page of the list, on or from the date `on`; `selected` when the address names a
    booking of this clinic."""

    on: date
    people: tuple[PractitionerRow, ...]
    waiting: tuple[BookingRow, ...]
    selected: BookingView | None
    calendar: CalendarView | None = None
    listed: BookingPage | None = None


def ask(session: Session, person: SignedIn, address: BookingsAddress, now: datetime) -> Found:
    selected = _selected(session, person.org_id, address.booking)
    found: dict[str, Any] = {
        "people": queries.practitioners(session, org_id=person.org_id),
        "waiting": queries.to_approve(session, org_id=person.org_id, now=now),
        "selected": selected,
    }
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    if address.view == "list":
        page = ask_list(session, person, address, now)
        return Found(on=address.day(today), listed=page, **found)
    on = selected.starts_at.astimezone(zone).date() if selected else today
    on, drawn = _draw(session, person, address, address.day(on))
    return Found(on=on, calendar=drawn, **found)


def ask_list(
    session: Session,
    person: SignedIn,
    address: BookingsAddress,
    now: datetime,
    *,
    page: int | None = None,
    page_size: int = PAGE_SIZE,
) -> BookingPage:
    """The page that the address names, or another."""
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    return queries.bookings_list(
        session,
        org_id=person.org_id,
        zone=person.time_zone,
        filters=address.filters(today),
        sort=address.sort,  # type: ignore[arg-type]
        page=page or int(address.page),
        page_size=page_size,
    )


def _draw(
    session: Session, person: SignedIn, address: BookingsAddress, on: date
) -> tuple[date, CalendarView]:
    """The calendar around `on`. On a free weekend nobody asked for, the week ahead: the other one is over."""
    where: Any = {"org_id": person.org_id, "zone": person.time_zone}
    if address.view == "day":
        return on, calendar.day(session, on_date=on, **where)
    who = UUID(address.who) if address.who else None
    drawn = calendar.week(session, week_of=on, practitioner_id=who, **where)
    if not address.on and on > drawn.columns[-1].on_date:
        on = drawn.columns[0].on_date + _WEEK
        drawn = calendar.week(session, week_of=on, practitioner_id=who, **where)
    return on, drawn


def _selected(session: Session, org_id: UUID, booking: str) -> BookingView | None:
    try:
        return queries.booking_detail(session, org_id=org_id, booking_id=UUID(booking)) if booking else None
    except BookingUnknown:
        return None
