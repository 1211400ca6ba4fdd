"""The form for a new booking, or for moving one: service, person, day, and the times that are free then."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.bookings import front_desk, queries
from voxanne_app.bookings.booking import CannotBook, SlotTaken
from voxanne_app.bookings.front_desk import BookingForm
from voxanne_app.bookings.queries import BookingUnknown
from voxanne_app.foundation import clock
from voxanne_app.foundation.time_zones import instant_of
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, calendar_day, identifier, one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

_TEXTS = {"name": 100, "phone": 40, "notes": 2000}


@dataclass(frozen=True)
class Filled:
    """What is filled in. `slot` is a free time and who has it, `2026-11-24T10:15|<practitioner id>`."""

    service: str = ""
    practitioner: str = ""
    on: str = ""
    slot: str = ""
    at: str = ""
    name: str = ""
    phone: str = ""
    notes: str = ""
    is_outside: bool = False


class BookingFormState(Screen):
    is_open: bool = False
    moving: str = ""
    title: str = ""
    filled: Filled = Filled()
    services: list[tuple[str, str]] = []
    people: list[tuple[str, str]] = []
    free: list[tuple[str, str]] = []
    problem: str = ""
    _key: str = ""

    @guarded("bookings.edit")
    async def open_new(self) -> None:
        person = await self.asking()
        await self._offer(person)
        today = clock.now().astimezone(ZoneInfo(person.time_zone)).date()
        first = self.services[0][0] if self.services else ""
        self._start("", "New booking", Filled(service=first, on=today.isoformat()))
        await self._find_free()

    @guarded("bookings.edit")
    async def open_move(self, booking_id: str) -> None:
        person = await self.asking()
        wanted = identifier(booking_id, name="This booking")
        try:
            booking = await self.in_transaction(
                "bookings.edit",
                lambda session: queries.booking_detail(session, org_id=person.org_id, booking_id=wanted),
            )
        except BookingUnknown as gone:
            return self.say(str(gone), "bad")
        await self._offer(person)
        on = booking.starts_at.astimezone(ZoneInfo(person.time_zone)).date()
        filled = Filled(
            service=str(booking.service_id),
            practitioner=str(booking.practitioner_id),
            on=on.isoformat(),
            name=booking.patient_name,
        )
        self._start(str(wanted), f"Move {booking.patient_name}", filled)
        await self._find_free()
        return None

    @guarded(ANYBODY_SIGNED_IN)
    def close(self) -> None:
        self.is_open = False

    @guarded(ANYBODY_SIGNED_IN)
    def write(self, name: str, value: str) -> None:
        """Take in what was typed."""
        name = one_of(name, tuple(_TEXTS))
        self.filled = self._but(**{name: text(value, at_most=_TEXTS[name], name=name.capitalize())})
        self.problem = ""

    @guarded("bookings.edit")
    async def choose(self, name: str, value: str) -> None:
        """Another service, person or day: look again for what is free."""
        name = one_of(name, ("service", "practitioner", "on", "slot", "at"))
        self.filled = self._but(**{name: text(value, at_most=60)})
        self.problem = ""
        if name in ("service", "practitioner", "on"):
            await self._find_free()

    @guarded(ANYBODY_SIGNED_IN)
    def choose_outside(self, is_outside: bool) -> None:
        """Staff may book outside the working hours when they say so."""
        self.filled = self._but(is_outside=is_outside is True)

    @guarded("bookings.edit")
    async def save(self) -> Any:
        person = await self.asking()
        try:
            wish = self._wish()
            booked = await self.in_transaction(
                "bookings.edit", lambda session: self._write(session, person, wish)
            )
        except SlotTaken as taken:
            await self._find_free()
            self.problem = f"{taken} Choose another; the free ones are up to date."
            return None
        except (CannotBook, BadArgument) as problem:
            self.problem = str(problem)
            return None
        self.is_open = False
        self.say("Moved." if self.moving else "Booked.")
        return rx.redirect(f"/bookings?booking={booked}", replace=True)

    def _start(self, moving: str, title: str, filled: Filled) -> None:
        self.moving, self.title, self.filled, self.problem = moving, title, filled, ""
        # One key for each opened form: a second click books nothing more.
        self._key, self.is_open = str(uuid4()), True

    def _but(self, **changes: Any) -> Filled:
        return Filled(**vars(self.filled) | changes)

    def _wish(self) -> BookingForm:
        """What is asked for; BadArgument says what is missing."""
        filled = self.filled
        if filled.is_outside:
            if not filled.practitioner:
                raise BadArgument("Choose who will be there: outside the hours nobody is by default.")
            written, practitioner = f"{filled.on}T{filled.at}", filled.practitioner
        else:
            if not filled.slot:
                raise BadArgument("Choose a time.")
            written, _, practitioner = filled.slot.partition("|")
        try:
            starts_at = datetime.strptime(written, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the clinic's wall time
        except ValueError:
            raise BadArgument("Choose a time.") from None
        return BookingForm(
            service_id=identifier(filled.service, name="This service"),
            practitioner_id=identifier(practitioner, name="This person"),
            starts_at=starts_at,
            patient_name=filled.name,
            patient_phone=filled.phone,
            notes=filled.notes,
            key=self._key,
            outside_hours=filled.is_outside,
        )

    def _write(self, session: Session, person: SignedIn, wish: BookingForm) -> UUID:
        now = clock.now()
        if self.moving:
            booking = front_desk.move_by_staff(
                session,
                org_id=person.org_id,
                zone=person.time_zone,
                booking_id=identifier(self.moving, name="This booking"),
                starts_at=wish.starts_at,
                practitioner_id=wish.practitioner_id,
                outside_hours=wish.outside_hours,
                now=now,
            )
        else:
            booking = front_desk.book_by_staff(
                session,
                org_id=person.org_id,
                zone=person.time_zone,
                form=wish,
                person_id=person.person_id,
                now=now,
            )
        return booking.id

    async def _offer(self, person: SignedIn) -> None:
        """What can be chosen."""

        def work(session: Session) -> tuple[Any, Any]:
            return queries.services(session, org_id=person.org_id), queries.practitioners(
                session, org_id=person.org_id
            )

        services, people = await self.in_transaction("bookings.edit", work)
        self.services = [(str(one.id), f"{one.name}, {one.duration_minutes} min") for one in services]
        self.people = [(str(one.id), one.name) for one in people]

    async def _find_free(self) -> None:
        """The free times of the chosen day; none is chosen yet."""
        person = await self.asking()
        self.free, self.filled = [], self._but(slot="")
        try:
            service = identifier(self.filled.service, name="This service")
            on = calendar_day(self.filled.on)
            who = self.filled.practitioner
            practitioner = identifier(who, name="This person") if who else None
            self.free = await self.in_transaction(
                "bookings.edit", lambda session: _free(session, person, service, practitioner, on)
            )
        except (BadArgument, CannotBook) as problem:
            self.problem = str(problem)


def _free(
    session: Session, person: SignedIn, service_id: UUID, practitioner_id: UUID | None, on: date
) -> list[tuple[str, str]]:
    """(`2026-11-24T10:15|<practitioner id>`, `10:15 AM, Dr. Voss`) for each free time."""
    slots = front_desk.free_slots_for_staff(
        session,
        org_id=person.org_id,
        zone=person.time_zone,
        service_id=service_id,
        practitioner_id=practitioner_id,
        on_date=on,
        now=clock.now(),
    )
    zone = ZoneInfo(person.time_zone)
    found = []
    for slot in slots:
        starts_at = instant_of(slot.starts)
        wall = starts_at.astimezone(zone)
        words = f"{formatting.clock_time(starts_at, zone)}, {slot.practitioner.name}"
        found.append((f"{wall:%Y-%m-%dT%H:%M}|{slot.practitioner.id}", words))
    return found
