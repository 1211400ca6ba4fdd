"""What was filled into the form, read: a wish that can be written, or what is wrong with it in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.bookings import front_desk
from voxanne_app.bookings.booking import FURTHEST_AHEAD
from voxanne_app.bookings.front_desk import BookingForm
from voxanne_app.bookings.queries import BookingView
from voxanne_app.foundation import clock
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import instant_of
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, calendar_day, identifier, text

_WALL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Filled:
    """What decides which times are free."""

    service: str = ""
    practitioner: str = ""
    on: str = ""
    is_outside: bool = False


@dataclass(frozen=True)
class Problems:
    """What is wrong, beside the field that it is about; `form` is about all of it."""

    form: str = ""
    on: str = ""
    time: str = ""
    practitioner: str = ""
    name: str = ""
    phone: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Wish:
    """What is asked for, in the clinic's wall time. A move asks for the place alone."""

    service_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime
    is_outside: bool
    name: str = ""
    phone: str = ""
    notes: str = ""

    @property
    def place(self) -> dict[str, Any]:
        return {
            "starts_at": self.starts_at,
            "practitioner_id": self.practitioner_id,
            "outside_hours": self.is_outside,
        }

    def form(self, key: str) -> BookingForm:
        return BookingForm(
            service_id=self.service_id,
            patient_name=self.name,
            patient_phone=self.phone,
            notes=self.notes,
            key=key,
            **self.place,
        )


def wish_for(booking: BookingView, person: SignedIn) -> Wish:
    """To have a booking where it is."""
    wall = booking.starts_at.astimezone(ZoneInfo(person.time_zone)).replace(tzinfo=None)
    return Wish(booking.service_id, booking.practitioner_id, wall, is_outside=True)


def read(form: object, filled: Filled, *, is_new: bool) -> tuple[Wish | None, Problems]:
    """`form` is what the browser sent: `slot` (`2026-11-24T10:15|<practitioner id>`) or `at` (`10:15`), and
    of a new booking `name`, `phone` and `notes`."""
    sent: Mapping[str, Any] = form if isinstance(form, Mapping) else {}
    problems: dict[str, str] = {}

    def field(name: str, at_most: int, problem: str = "") -> str:
        try:
            return text(sent.get(name) or "", at_most=at_most, name=name.capitalize())
        except BadArgument as bad:
            problems[name] = problem or str(bad)
            return ""

    slot, at = field("slot", 60), field("at", 5)
    name, phone, notes = field("name", 100), field("phone", 40), field("notes", 2000)
    if is_new and not name and "name" not in problems:
        problems["name"] = "Enter the patient’s name."
    if phone and not as_e164(phone):
        problems["phone"] = "Enter the number with its area code, or leave it empty."
    written, _, whose = slot.partition("|")
    if filled.is_outside:
        written, whose = f"{filled.on}T{at}", filled.practitioner
    if filled.is_outside and not whose:
        problems["practitioner"] = "Choose who will be there: outside the hours nobody is by default."
    if not (starts_at := _wall(written)):
        problems["time"] = "Choose a time."
    if not filled.service:
        problems["form"] = "Choose a service."
    known = {name: words for name, words in problems.items() if name in Problems.__dataclass_fields__}
    if known or not starts_at:
        return None, Problems(**known)
    # Whoever is free: then it is decided when it is written, and one who is taken meanwhile does no harm.
    who = filled.practitioner or ("" if is_new else whose)
    practitioner_id = identifier(who, name="This person") if who else None
    service_id = identifier(filled.service, name="This service")
    return Wish(service_id, practitioner_id, starts_at, filled.is_outside, name, phone, notes), Problems()


def free_times(
    session: Session,
    person: SignedIn,
    filled: Filled,
    *,
    now: datetime,
    or_later: bool,
    moving: tuple[UUID, Wish] | None = None,
) -> tuple[date, list[tuple[str, str]]]:
    """The day, and of each free time (`2026-11-24T10:15|<practitioner id>`, `10:15 AM`).

    With `or_later` the first day from the chosen one on that has any; `moving` is a booking and where it is,
    which is no time to move it to. BadArgument: no such day or service.
    """
    on, zone = _day(filled.on, person), ZoneInfo(person.time_zone)
    where: dict[str, Any] = {"org_id": person.org_id, "zone": person.time_zone, "now": now}
    question = front_desk.Question(
        service_id=identifier(filled.service, name="This service"),
        practitioner_id=identifier(filled.practitioner) if filled.practitioner else None,
        moving=moving[0] if moving else None,
    )
    if or_later:
        on = front_desk.next_free_day(session, question, since=on, **where) or on
    here = (moving[1].starts_at, moving[1].practitioner_id) if moving else None
    found: dict[datetime, tuple[str, str]] = {}
    for slot in front_desk.free_slots_for_staff(session, question, on_date=on, **where):
        starts_at = instant_of(slot.starts)
        wall = starts_at.astimezone(zone).replace(tzinfo=None)
        if (wall, slot.practitioner.id) != here:
            words = formatting.clock_time(starts_at, zone)
            found.setdefault(starts_at, (f"{wall:{_WALL}}|{slot.practitioner.id}", words))
    return on, list(found.values())


def today(person: SignedIn) -> date:
    return clock.now().astimezone(ZoneInfo(person.time_zone)).date()


def _day(written: str, person: SignedIn) -> date:
    on = calendar_day(written)
    if not today(person) <= on <= today(person) + FURTHEST_AHEAD:
        raise BadArgument("Choose a day from today on, a year ahead at most.")
    return on


def _wall(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, _WALL)  # noqa: DTZ007 - the clinic's wall time
    except ValueError:
        return None
