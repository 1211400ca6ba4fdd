"""What the front desk does with bookings: book, move, and look for free times. Undo is in `rebooking`.

Staff may book outside the working hours when they say so, but never over another booking.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from voxanne_app.bookings.availability import Slot
from voxanne_app.bookings.booking import Booked, CannotBook, Patient, Wish, book
from voxanne_app.bookings.finding import Search, all_free, next_free
from voxanne_app.bookings.models import Booking
from voxanne_app.bookings.rebooking import move
from voxanne_app.bookings.schedule import BookableService, Schedule, load_schedule
from voxanne_app.contacts.contacts import remember
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import Minute, instants_of_wall, wall_clock, zone_of

_LONGEST_NAME, _LONGEST_NOTES = 100, 2000


class NotUnderstood(CannotBook):
    """Something in the form is missing or cannot be meant; the message says what."""


@dataclass(frozen=True)
class BookingForm:
    """What was filled in. `starts_at` is the clinic's wall time; `key` is made once per opened form."""

    service_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime
    patient_name: str
    patient_phone: str = ""
    notes: str = ""
    key: str = ""
    outside_hours: bool = False


def book_by_staff(
    session: Session, *, org_id: UUID, zone: str, form: BookingForm, person_id: UUID, now: datetime
) -> Booked:
    """Saving the same opened form twice books once."""
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=_today(zone, now))
    service = _service(schedule, form.service_id)
    practitioner = next((one for one in schedule.practitioners if one.id == form.practitioner_id), None)
    if form.practitioner_id and practitioner is None:
        raise NotUnderstood("Choose a practitioner who still works here.")
    name = " ".join(form.patient_name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise NotUnderstood("Enter the patient's name, 100 characters at most.")
    phone = _phone(form.patient_phone)
    contact = remember(session, org_id=org_id, phone=phone, name=name) if phone else None
    wish = Wish(
        service=service,
        starts=_instant(form.starts_at, zone),
        patient=Patient(name, phone, contact.id if contact else None),
        request_key=f"staff:{person_id}:{form.key}",
        practitioner=practitioner,
        notes=form.notes[:_LONGEST_NOTES],
        created_by=person_id,
    )
    return book(
        session, org_id=org_id, schedule=schedule, wish=wish, now=now, outside_hours=form.outside_hours
    )


def move_by_staff(
    session: Session,
    *,
    org_id: UUID,
    zone: str,
    booking_id: UUID,
    starts_at: datetime,
    now: datetime,
    practitioner_id: UUID | None = None,
    outside_hours: bool = False,
) -> Booking:
    """To another wall time and, if given, another practitioner. Undo it by moving back."""
    return move(
        session,
        org_id=org_id,
        booking_id=booking_id,
        schedule=load_schedule(session, org_id=org_id, zone=zone, since=_today(zone, now)),
        starts=_instant(starts_at, zone),
        now=now,
        practitioner_id=practitioner_id,
        outside_hours=outside_hours,
    )


@dataclass(frozen=True)
class Question:
    """What the front desk wants to know about free times. `moving` is a booking that is to be moved: its own
    time is free for it."""

    service_id: UUID
    practitioner_id: UUID | None = None
    moving: UUID | None = None


def free_slots_for_staff(
    session: Session, question: Question, *, org_id: UUID, zone: str, on_date: date, now: datetime
) -> list[Slot]:
    """Every free time of a date, in order: staff may book up to the present minute."""
    search = _search(session, question, org_id, zone, on_date)
    return all_free(session, search, [on_date], now)


def next_free_day(
    session: Session, question: Question, *, org_id: UUID, zone: str, since: date, now: datetime
) -> date | None:
    """The first date from `since` on with a free time; None when there is none as far as one looks ahead."""
    found = next_free(session, _search(session, question, org_id, zone, since), since=since, now=now, count=1)
    return wall_clock(found[0].starts, zone).date() if found else None


def _search(session: Session, question: Question, org_id: UUID, zone: str, since: date) -> Search:
    schedule = load_schedule(session, org_id=org_id, zone=zone, since=since - timedelta(days=1))
    service = _service(schedule, question.service_id)
    able = [one for one in schedule.practitioners_for(service) if question.practitioner_id in (None, one.id)]
    return Search(org_id, schedule, service, able, notice_minutes=0, without=question.moving)


def _service(schedule: Schedule, service_id: UUID) -> BookableService:
    for service in schedule.services:
        if service.id == service_id:
            return service
    raise NotUnderstood("Choose a service that is still offered.")


def _phone(written: str) -> str | None:
    if not written.strip():
        return None
    if number := as_e164(written):
        return number
    raise NotUnderstood("That does not look like a phone number. Enter it with its area code.")


def _instant(wall: datetime, zone: str) -> Minute:
    instants = instants_of_wall(wall, zone)
    if not instants:
        raise NotUnderstood("That time does not exist on that day: the clocks go forward.")
    return min(instants)


def _today(zone: str, now: datetime) -> date:
    return now.astimezone(zone_of(zone)).date()
