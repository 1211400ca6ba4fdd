"""What a caller can have done about bookings.

Organization and caller come from the call. Arguments are anybody's until `heard` has read them. Answers tell
nothing about other patients: every way of not matching one's own booking sounds the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer, VoiceTool
from voxanne_app.bookings import heard
from voxanne_app.bookings.booking import OutsideHours, Patient, SlotTaken, Wish, book
from voxanne_app.bookings.choices import practitioner_meant, service_meant
from voxanne_app.bookings.finding import HORIZON_DAYS, Search, free_on_date, next_free
from voxanne_app.bookings.matching import is_same_person
from voxanne_app.bookings.models import BLOCKING, Booking
from voxanne_app.bookings.phone_answers import (
    Arguments,
    done,
    nothing_on,
    offered,
    speakable,
    with_alternatives,
)
from voxanne_app.bookings.rebooking import cancel, move
from voxanne_app.bookings.schedule import Schedule, load_schedule
from voxanne_app.contacts.contacts import remember
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import Minute, instant_of, zone_of

NOT_FOUND = (
    "I cannot find that booking for the number you are calling from. "
    "Could you tell me the name, the day and the time again?"
)


@speakable
def find_free_slots(session: Session, caller: Caller, arguments: Arguments, now: datetime) -> ToolAnswer:
    schedule = _schedule(session, caller, now)
    service = service_meant(arguments, schedule)
    practitioner = practitioner_meant(arguments, schedule, service)
    on_date = heard.date_of(arguments, zone=schedule.zone, now=now)
    part = heard.part_of_day_of(arguments)
    able = [practitioner] if practitioner else schedule.practitioners_for(service)
    search = Search(caller.org_id, schedule, service, able, part)
    intro = f"Free for {service.name}: "
    if on_date and (slots := free_on_date(session, search, on_date=on_date, now=now)):
        return offered(intro, slots, service, schedule, now)
    today = now.astimezone(zone_of(schedule.zone)).date()
    if on_date:
        intro = nothing_on(on_date, schedule, today=today) + " The next free times are "
    since = on_date + timedelta(days=1) if on_date else today
    if slots := next_free(session, search, since=since, now=now):
        return offered(intro, slots, service, schedule, now)
    whom = f" with {practitioner.name}" if practitioner else ""
    when = f" in the {part}" if part else ""
    raise CannotBeDone(
        f"Nothing is free for {service.name}{whom}{when} in the next {HORIZON_DAYS} days. "
        "Shall I take a message?"
    )


@speakable
def book_appointment(session: Session, caller: Caller, arguments: Arguments, now: datetime) -> ToolAnswer:
    schedule = _schedule(session, caller, now)
    service = service_meant(arguments, schedule)
    practitioner = practitioner_meant(arguments, schedule, service)
    starts = heard.moment_of(arguments, "starts_at", zone=schedule.zone, now=now)
    name, phone = heard.patient_name_of(arguments), heard.phone_of(arguments, caller.number)
    contact = remember(session, org_id=caller.org_id, phone=phone, name=name) if phone else None
    wish = Wish(
        service=service,
        starts=starts,
        patient=Patient(name, phone, contact.id if contact else None),
        request_key=_request_key(caller, "book_appointment", service.id, starts, name.casefold()),
        practitioner=practitioner,
        notes=heard.notes_of(arguments),
        call_id=caller.call_id,
    )
    try:
        booking = book(session, org_id=caller.org_id, schedule=schedule, wish=wish, now=now)
    except (SlotTaken, OutsideHours) as no:
        search = Search(caller.org_id, schedule, service, schedule.practitioners_for(service))
        raise with_alternatives(session, search, starts, now, no) from None
    no_phone = "" if booking.patient_phone else " I have no phone number for it yet."
    return done("Booked", booking, schedule, now, no_phone)


@speakable
def move_appointment(session: Session, caller: Caller, arguments: Arguments, now: datetime) -> ToolAnswer:
    schedule = _schedule(session, caller, now)
    starts = heard.moment_of(arguments, "starts_at", zone=schedule.zone, now=now)
    new_starts = heard.moment_of(arguments, "new_starts_at", zone=schedule.zone, now=now)
    name = heard.patient_name_of(arguments)
    booking = _own_booking(session, caller, name, starts, BLOCKING)
    if booking is None:
        # The model may repeat a request that was carried out already.
        if moved := _own_booking(session, caller, name, new_starts, BLOCKING):
            return done("Moved", moved, schedule, now)
        raise CannotBeDone(NOT_FOUND)
    try:
        booking = move(
            session,
            org_id=caller.org_id,
            booking_id=booking.id,
            schedule=schedule,
            starts=new_starts,
            now=now,
        )
    except (SlotTaken, OutsideHours) as no:
        same = [one for one in schedule.practitioners if one.id == booking.practitioner_id]
        service = next((one for one in schedule.services if one.id == booking.service_id), None)
        if service is None:
            raise
        search = Search(caller.org_id, schedule, service, same, without=booking.id)
        raise with_alternatives(session, search, new_starts, now, no) from None
    return done("Moved", booking, schedule, now)


@speakable
def cancel_appointment(session: Session, caller: Caller, arguments: Arguments, now: datetime) -> ToolAnswer:
    schedule = _schedule(session, caller, now)
    starts = heard.moment_of(arguments, "starts_at", zone=schedule.zone, now=now)
    name = heard.patient_name_of(arguments)
    booking = _own_booking(session, caller, name, starts, BLOCKING) or _own_booking(
        session, caller, name, starts, ("cancelled",)
    )
    if booking is None:
        raise CannotBeDone(NOT_FOUND)
    booking = cancel(session, org_id=caller.org_id, booking_id=booking.id, now=now)
    return done("Cancelled", booking, schedule, now)


def _schedule(session: Session, caller: Caller, now: datetime) -> Schedule:
    today = now.astimezone(zone_of(caller.time_zone)).date()
    return load_schedule(session, org_id=caller.org_id, zone=caller.time_zone, since=today)


def _own_booking(
    session: Session, caller: Caller, name: str, starts: Minute, statuses: Sequence[str]
) -> Booking | None:
    """The one booking at that time under that name, made for the very number that is calling."""
    number = as_e164(caller.number) if caller.number else None
    if number is None:
        return None
    found = session.exec(
        select(Booking).where(
            Booking.org_id == caller.org_id,
            Booking.patient_phone == number,
            Booking.starts_at == instant_of(starts),
            col(Booking.status).in_(statuses),
        )
    ).all()
    same = [booking for booking in found if is_same_person(name, booking.patient_name)]
    exact = [booking for booking in same if booking.patient_name.casefold() == name.casefold()]
    best = exact or same
    return best[0] if len(best) == 1 else None


def _request_key(caller: Caller, *parts: object) -> str:
    """The same for every repeat of a request within one call, whatever id the model gives it."""
    told = "\n".join(str(part) for part in (caller.call_id, *parts))
    return hashlib.sha256(told.encode()).hexdigest()


def _parameters(required: Sequence[str], **properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string", **more} for name, more in properties.items()},
        "required": list(required),
    }


_SERVICE = {"description": "What the appointment is for, in the caller's words or as the clinic calls it."}
_PRACTITIONER = {"description": "Whom the caller wants to see. Leave out if they do not mind."}
_STARTS_AT = {"description": "Clinic's local date and time, YYYY-MM-DDTHH:MM, without offset."}
_PATIENT = {"description": "Full name of the patient, as the caller said it."}

VOICE_TOOLS = [
    VoiceTool(
        name="find_free_slots",
        description="Looks up the next free appointment times. Offer only times that this tool has named.",
        parameters=_parameters(
            ["service"],
            service=_SERVICE,
            on_date={"description": "Only this date, YYYY-MM-DD.", "format": "date"},
            part_of_day={"enum": ["morning", "afternoon", "evening"]},
            practitioner=_PRACTITIONER,
        ),
        answer=find_free_slots,
        only_looks=True,
    ),
    VoiceTool(
        name="book_appointment",
        description="Books an appointment once the caller has said yes to one exact time. Repeat its answer.",
        parameters=_parameters(
            ["service", "starts_at", "patient_name"],
            service=_SERVICE,
            starts_at=_STARTS_AT,
            patient_name=_PATIENT,
            patient_phone={"description": "Only if the patient wants to be reached at another number."},
            practitioner=_PRACTITIONER,
            notes={"description": "What the clinic should know, in a few words."},
        ),
        answer=book_appointment,
    ),
    VoiceTool(
        name="move_appointment",
        description="Moves the caller's own appointment to another time with the same practitioner.",
        parameters=_parameters(
            ["patient_name", "starts_at", "new_starts_at"],
            patient_name=_PATIENT,
            starts_at=_STARTS_AT,
            new_starts_at=_STARTS_AT,
        ),
        answer=move_appointment,
    ),
    VoiceTool(
        name="cancel_appointment",
        description="Cancels the caller's own appointment.",
        parameters=_parameters(
            ["patient_name", "starts_at"],
            patient_name=_PATIENT,
            starts_at=_STARTS_AT,
        ),
        answer=cancel_appointment,
    ),
]
