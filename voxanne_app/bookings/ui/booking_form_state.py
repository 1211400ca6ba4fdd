"""The form for a new booking, or for moving one: service, person, day, and the times that are free then.

What is typed stays in the browser until it is saved, so that nothing that happens meanwhile takes it away.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.bookings import front_desk, queries
from voxanne_app.bookings.booking import Booked, CannotBook, SlotTaken
from voxanne_app.bookings.models import Booking
from voxanne_app.bookings.queries import BookingUnknown, BookingView
from voxanne_app.bookings.ui import booking_wish
from voxanne_app.bookings.ui.booking_wish import Filled, Problems, Wish
from voxanne_app.bookings.ui.bookings_address import BookingsAddress
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, identifier, one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded


@dataclass(frozen=True)
class Moved:
    """A booking that was just moved here, and from where."""

    booking: str = ""
    words: str = ""


class BookingFormState(Screen):
    is_open: bool = False
    moving: str = ""
    title: str = ""
    filled: Filled = Filled()
    services: list[tuple[str, str]] = []
    people: list[tuple[str, str]] = []
    free: list[tuple[str, str]] = []
    problems: Problems = Problems()
    moved: Moved = Moved()
    _key: str = ""
    _opened_at: str = ""
    _before: tuple[str, Wish] | None = None
    _back_to: Wish | None = None
    _offered: tuple[queries.ServiceRow, ...] = ()
    _everyone: tuple[queries.PractitionerRow, ...] = ()

    @guarded("bookings.edit")
    async def open_new(self) -> None:
        """For the day and the person that the calendar shows, if anything is free then; or else later."""
        person, address = await self.asking(), self._address()
        await self._offer(person)
        today = booking_wish.today(person)
        filled = Filled(
            service=str(self._offered[0].id) if self._offered else "",
            practitioner=address.who,
            on=max(address.day(today), today).isoformat(),
        )
        self._start("New booking", filled)
        await self._find_free(person, or_later=True)

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
        self._start(f"Move {booking.patient_name}", _as_booked(booking, person), moving=str(wanted))
        when = formatting.day_and_time(booking.starts_at, ZoneInfo(person.time_zone), now=clock.now())
        self._before = f"Moved from {when}.", booking_wish.wish_for(booking, person)
        await self._find_free(person)
        return None

    @guarded(ANYBODY_SIGNED_IN)
    def close(self) -> Any:
        self.is_open = False
        # Loading the page again must not open it again.
        return rx.redirect(self._address().but().href, replace=True) if self._address().new else None

    @guarded("bookings.edit")
    async def choose(self, name: str, value: str) -> None:
        """Another service, person or day: look again for what is free."""
        name = one_of(name, ("service", "practitioner", "on"))
        self.filled = replace(self.filled, **{name: text(value, at_most=60)})  # type: ignore[arg-type]
        await self._find_free(await self.asking())

    @guarded("bookings.edit")
    async def find_next(self) -> None:
        """The next day on which something is free."""
        await self._find_free(await self.asking(), or_later=True)

    @guarded(ANYBODY_SIGNED_IN)
    def choose_outside(self, is_outside: bool) -> None:
        """Staff may book outside the working hours when they say so."""
        self.filled = replace(self.filled, is_outside=is_outside is True)
        self.problems = Problems()

    @guarded("bookings.edit")
    async def save(self, form: dict[str, Any]) -> Any:
        """Pressed twice, it books once: each opened form has a key of its own."""
        if not self._key:
            raise BadArgument("Open the form first.")
        person = await self.asking()
        wish, self.problems = booking_wish.read(form, self.filled, is_new=not self.moving)
        if wish is None:
            return None
        try:
            saved = await self._write(person, wish, moving=self.moving)
        except SlotTaken as taken:
            await self._find_free(person, or_later=True)  # it may have been the last of that day
            self.problems = Problems(time=f"{taken} These are still free.")
            return None
        except CannotBook as problem:
            self.problems = Problems(form=str(problem))
            return None
        self.is_open = False
        self.say("Moved." if self.moving else "Booked.")
        if self.moving and self._before:
            words, self._back_to = self._before
            self.moved = Moved(self.moving, words)
        return self._lead_to(saved)

    @guarded("bookings.edit")
    async def undo_move(self) -> Any:
        """Back to where it was, within the hours or not."""
        if not (self.moved.booking and self._back_to):
            raise BadArgument("There is nothing to undo.")
        person, moving, self.moved = await self.asking(), self.moved.booking, Moved()
        try:
            saved = await self._write(person, self._back_to, moving=moving)
        except CannotBook as problem:
            return self.say(f"It stays where it is. {problem}", "bad")
        self.say("Moved back.")
        return self._lead_to(saved)

    def _address(self) -> BookingsAddress:
        return BookingsAddress.read(self.router.url.query_parameters)

    def _stay_only_at(self, address: BookingsAddress) -> None:
        """A lost connection that comes back loads the screen anew, and must not take the form away; somebody
        who went elsewhere has left it."""
        self.is_open = self.is_open and self._opened_at == address.but().href

    def _lead_to(self, saved: tuple[UUID, UUID]) -> Any:
        booking, practitioner = map(str, saved)
        return rx.redirect(self._address().showing(booking, practitioner).href, replace=True)

    def _start(self, title: str, filled: Filled, *, moving: str = "") -> None:
        self.moving, self.title, self.filled, self.problems = moving, title, filled, Problems()
        self._key, self._opened_at = str(uuid4()), self._address().but().href
        self.is_open = True

    async def _write(self, person: SignedIn, wish: Wish, *, moving: str) -> tuple[UUID, UUID]:
        """The booking and who has it."""
        where: Any = {"org_id": person.org_id, "zone": person.time_zone, "now": clock.now()}

        def work(session: Session) -> tuple[UUID, UUID]:
            booking: Booked | Booking
            if moving:
                booking_id = identifier(moving, name="This booking")
                booking = front_desk.move_by_staff(session, booking_id=booking_id, **wish.place, **where)
            else:
                form = wish.form(self._key)
                booking = front_desk.book_by_staff(session, form=form, person_id=person.person_id, **where)
            return booking.id, booking.practitioner_id

        return await self.in_transaction("bookings.edit", work)

    async def _offer(self, person: SignedIn) -> None:
        """What can be chosen."""
        self._offered, self._everyone = await self.in_transaction(
            "bookings.edit",
            lambda session: (
                queries.services(session, org_id=person.org_id),
                queries.practitioners(session, org_id=person.org_id),
            ),
        )
        self.services = [(str(one.id), f"{one.name}, {one.duration_minutes} min") for one in self._offered]

    async def _find_free(self, person: SignedIn, *, or_later: bool = False) -> None:
        """The people who offer the service, and the times of the chosen day; none is chosen yet."""
        services = [one for one in self._offered if str(one.id) == self.filled.service]
        able = {practitioner for one in services for practitioner in one.practitioner_ids}
        self.people = [(str(one.id), one.name) for one in self._everyone if one.id in able]
        if self.filled.practitioner not in dict(self.people):
            self.filled = replace(self.filled, practitioner="")
        self.free, self.problems = [], Problems()
        filled, now = self.filled, clock.now()
        moving = (UUID(self.moving), self._before[1]) if self.moving and self._before else None
        try:
            on, self.free = await self.in_transaction(
                "bookings.edit",
                lambda session: booking_wish.free_times(
                    session, person, filled, now=now, or_later=or_later, moving=moving
                ),
            )
            self.filled = replace(filled, on=on.isoformat())
        except (BadArgument, CannotBook) as problem:
            self.problems = Problems(on=str(problem))


def _as_booked(booking: BookingView, person: SignedIn) -> Filled:
    return Filled(
        service=str(booking.service_id),
        practitioner=str(booking.practitioner_id),
        on=booking.starts_at.astimezone(ZoneInfo(person.time_zone)).date().isoformat(),
    )
