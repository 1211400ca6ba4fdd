"""The calendar and the list of bookings: what the address asks for, live, and acts on one booking."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.bookings.booking import CannotBook
from voxanne_app.bookings.calendar import CalendarView
from voxanne_app.bookings.models import STATUSES
from voxanne_app.bookings.queries import BookingPage
from voxanne_app.bookings.ui import booking_acts, calendar_view, detail_view, list_view
from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.bookings_address import SORTS, SOURCES, VIEWS, BookingsAddress
from voxanne_app.bookings.ui.bookings_found import EXPORTED_AT_MOST, Found, ask, ask_list
from voxanne_app.bookings.ui.calendar_view import Calendar
from voxanne_app.bookings.ui.detail_view import Detail
from voxanne_app.bookings.ui.list_view import Listed, Row
from voxanne_app.foundation import clock
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, identifier, one_of, text, whole_number
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

_CHOICES = {"status": ("", *STATUSES), "source": ("", *SOURCES), "view": VIEWS}
_MARKED = {
    "confirmed": "Undone: it stands as it was booked.",
    "completed": "Marked as seen.",
    "no_show": "Marked: did not come.",
}


class BookingsState(Screen):
    is_loaded: bool = False
    is_failing: bool = False
    address: BookingsAddress = BookingsAddress()
    heading: str = ""
    on: str = ""
    shown: str = ""
    people: list[tuple[str, str, str, str]] = []
    calendar: Calendar = Calendar()
    listed: Listed = Listed()
    waiting: list[Row] = []
    detail: Detail = Detail()

    @guarded("bookings.read")
    async def load(self) -> Any:
        """Show what the address asks for."""
        self.is_failing = True  # unless the end is reached
        self.address = BookingsAddress.read(self.router.url.query_parameters)
        await self._look()
        self.is_failing = False
        form = await self.get_state(BookingFormState)
        form._stay_only_at(self.address)
        return BookingFormState.open_new if self.address.new and not form.is_open else None

    @guarded("bookings.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("bookings"):
            async with self:
                await self._look()

    @guarded(ANYBODY_SIGNED_IN)
    def choose(self, name: str, value: str) -> Any:
        name = one_of(name, tuple(_CHOICES))
        return self._go(self.address.but(**{name: one_of(value, _CHOICES[name])}))

    @guarded(ANYBODY_SIGNED_IN)
    def choose_practitioner(self, practitioner_id: str) -> Any:
        who = str(identifier(practitioner_id, name="This person")) if practitioner_id else ""
        return self._go(self.address.but(who=who))

    @guarded(ANYBODY_SIGNED_IN)
    def choose_day(self, on: str) -> Any:
        """A date field sends every digit of a year that is typed: what is no day yet changes nothing."""
        asked = BookingsAddress.read({"on": text(on, at_most=20)})
        return self._go(self.address.but(on=asked.on, booking="")) if asked.on else None

    @guarded(ANYBODY_SIGNED_IN)
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=100, name="The search")))

    @guarded(ANYBODY_SIGNED_IN)
    def clear(self) -> Any:
        """No filter any more; the days stay."""
        return self._go(BookingsAddress(view=self.address.view, on=self.address.on, sort=self.address.sort))

    @guarded(ANYBODY_SIGNED_IN)
    def sort_by(self, column: str) -> Any:
        column = one_of(column, ("when", "patient", "made"))
        turned = f"-{column}" if self.address.sort == column else column
        return self._go(self.address.but(sort=one_of(turned, SORTS)))

    @guarded(ANYBODY_SIGNED_IN)
    def go_on(self, steps: int) -> Any:
        """A week or a day on, or back; 0 leads to today."""
        steps = whole_number(steps, low=-1, high=1)
        if not steps:
            return self._go(self.address.but(on="", booking=""))
        return self._go(self.address.moved(steps, since=self._day_shown()))

    @guarded(ANYBODY_SIGNED_IN)
    def turn_page(self, steps: int) -> Any:
        steps = whole_number(steps, low=-1, high=1)
        return self._go(self.address.but(page=str(max(1, int(self.address.page) + steps))))

    @guarded(ANYBODY_SIGNED_IN)
    def show_column(self, key: str) -> Any:
        """On a phone one column is shown at a time: a day of the week, or a person of the day."""
        key = one_of(key, [column.key for column in self.calendar.columns])
        what = "who" if self.address.view == "day" else "on"
        return self._go(self.address.but(**{what: key, "booking": ""}))

    @guarded(ANYBODY_SIGNED_IN)
    def select(self, booking_id: str) -> Any:
        """Show a booking beside the calendar, which goes to its day; an empty id closes it."""
        wanted = str(identifier(booking_id, name="This booking")) if booking_id else ""
        days = [one.on for one in self.calendar.columns if any(each.id == wanted for each in one.placed)]
        if self.address.view == "list" or (wanted and not days):
            return self._go(self.address.showing(wanted))
        # The day stays in the address, so that closing the booking does not lead elsewhere.
        return self._go(self.address.but(booking=wanted, on=days[0] if days else self.on))

    @guarded("bookings.edit")
    async def cancel(self) -> None:
        await self._act(booking_acts.cancel, "Cancelled. The time is free again.")

    @guarded("bookings.edit")
    async def restore(self) -> None:
        await self._act(booking_acts.restore, "Undone: the time is taken again.")

    @guarded("bookings.edit")
    async def mark(self, status: str) -> None:
        status = one_of(status, tuple(_MARKED))
        said = "Approved." if self.detail.can_approve and status == "confirmed" else _MARKED[status]
        await self._act(booking_acts.marking(status), said)

    @guarded("bookings.read")
    async def export(self) -> Any:
        """What the filters show, as a file for a spreadsheet."""
        person, address, now = await self.asking(), self.address, clock.now()

        def work(session: Session) -> BookingPage:
            page = ask_list(session, person, address, now, page=1, page_size=EXPORTED_AT_MOST)
            record(session, "bookings.exported", details={"rows": len(page.rows)})
            return page

        found = await self.in_transaction("bookings.read", work)
        content = list_view.as_csv(found.rows, ZoneInfo(person.time_zone))
        return rx.download(data=content, filename=f"bookings-{now:%Y-%m-%d}.csv")

    def _go(self, address: BookingsAddress) -> Any:
        """Through the address bar: the new address loads the screen."""
        return rx.redirect(BookingsAddress.read(vars(address)).href, replace=True)

    def _day_shown(self) -> date:
        if not self.on:
            raise BadArgument("Wait until the bookings are there.")
        return date.fromisoformat(self.on)

    async def _act(self, work: Callable[..., Any], said: str) -> None:
        """Do something with the selected booking, and say so or why not."""
        person, now = await self.asking(), clock.now()
        wanted = identifier(self.detail.id, name="This booking")

        def in_one(session: Session) -> None:
            work(session, person, booking_id=wanted, now=now)

        try:
            await self.in_transaction("bookings.edit", in_one)
            self.say(said)
        except CannotBook as problem:
            self.say(str(problem), "bad")
        await self._look()

    async def _look(self) -> None:
        person, address, now = await self.asking(), self.address, clock.now()
        found = await self.in_transaction("bookings.read", lambda session: ask(session, person, address, now))
        zone = ZoneInfo(person.time_zone)
        self.on = found.on.isoformat()
        self.people = [
            (str(one.id), one.name, formatting.initials(one.name.removeprefix("Dr. ")), one.specialty)
            for one in found.people
        ]
        self.waiting = list_view.rows(found.waiting, zone=zone, now=now)
        self.detail = detail_view.detail(found.selected, zone=zone, now=now) if found.selected else Detail()
        if found.listed:
            self._show_list(found.listed, found.on, zone, now)
        if found.calendar:
            self._show_calendar(found.calendar, found, zone, now)
        self.is_loaded = True

    def _show_calendar(self, drawn: CalendarView, found: Found, zone: ZoneInfo, now: datetime) -> None:
        by_person = self.address.view == "day"
        self.calendar = calendar_view.calendar(drawn, zone=zone, now=now, by_person=by_person)
        self.heading = calendar_view.heading(drawn, found.on, today=now.astimezone(zone).date())
        who = self.address.who or (str(found.selected.practitioner_id) if found.selected else "")
        keys = [column.key for column in self.calendar.columns]
        wanted = who if by_person else self.on
        self.shown = wanted if wanted in keys else next(iter(keys), "")

    def _show_list(self, page: BookingPage, since: date, zone: ZoneInfo, now: datetime) -> None:
        first = formatting.short_day(since, today=now.astimezone(zone).date())
        self.heading = "On any day" if self.address.q else f"From {first} on"
        self.listed = list_view.listed(page, number=int(self.address.page), zone=zone, now=now)
