"""The calendar and the list of bookings: what the address asks for, live, and acts on one booking."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.bookings import queries, rebooking
from voxanne_app.bookings.booking import CannotBook
from voxanne_app.bookings.calendar import CalendarView
from voxanne_app.bookings.models import STATUSES
from voxanne_app.bookings.ui import calendar_view, detail_view
from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.bookings_address import PAGE_SIZE, SORTS, SOURCES, VIEWS, BookingsAddress
from voxanne_app.bookings.ui.bookings_found import ask
from voxanne_app.bookings.ui.calendar_view import Calendar
from voxanne_app.bookings.ui.detail_view import Detail, Row
from voxanne_app.foundation import clock
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import identifier, one_of, text, whole_number
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

_CHOICES = {"status": ("", *STATUSES), "source": ("", *SOURCES), "view": VIEWS}


class BookingsState(Screen):
    is_loaded: bool = False
    address: BookingsAddress = BookingsAddress()
    heading: str = ""
    people: list[tuple[str, str, str, str]] = []
    calendar: Calendar = Calendar()
    shown: str = ""
    rows: list[Row] = []
    total: str = ""
    page_of: str = ""
    has_next: bool = False
    waiting: list[Row] = []
    detail: Detail = Detail()

    @guarded("bookings.read")
    async def load(self) -> Any:
        """Show what the address asks for."""
        self.address = BookingsAddress.read(self.router.url.query_parameters)
        self.shown = ""
        await self._look()
        return BookingFormState.open_new if self.address.new else None

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
    def search(self, words: str) -> Any:
        return self._go(self.address.but(q=text(words, at_most=100, name="The search")))

    @guarded(ANYBODY_SIGNED_IN)
    def sort_by(self, column: str) -> Any:
        column = one_of(column, ("when", "patient", "made"))
        turned = f"-{column}" if self.address.sort == column else column
        return self._go(self.address.but(sort=one_of(turned, SORTS)))

    @guarded(ANYBODY_SIGNED_IN)
    async def go_on(self, steps: int) -> Any:
        """A week or a day on, or back; 0 leads to today."""
        steps = whole_number(steps, low=-1, high=1)
        today = await self._today()
        return self._go(self.address.moved(steps, today=today) if steps else self.address.but(on=""))

    @guarded(ANYBODY_SIGNED_IN)
    def turn_page(self, steps: int) -> Any:
        steps = whole_number(steps, low=-1, high=1)
        return self._go(self.address.but(page=str(max(1, int(self.address.page) + steps))))

    @guarded(ANYBODY_SIGNED_IN)
    def show_column(self, key: str) -> None:
        """On a phone one column is shown at a time."""
        self.shown = one_of(key, [column.key for column in self.calendar.columns])

    @guarded(ANYBODY_SIGNED_IN)
    def select(self, booking_id: str) -> Any:
        wanted = str(identifier(booking_id, name="This booking")) if booking_id else ""
        return self._go(self.address.but(booking=wanted, page=self.address.page))

    @guarded("bookings.edit")
    async def cancel(self) -> None:
        await self._act(rebooking.cancel, "Cancelled. The time is free again.")

    @guarded("bookings.edit")
    async def restore(self) -> None:
        await self._act(rebooking.restore, "The booking stands again.")

    @guarded("bookings.edit")
    async def mark(self, status: str) -> None:
        status = one_of(status, ("confirmed", "completed", "no_show"))
        said = {"confirmed": "Approved.", "completed": "Marked as seen.", "no_show": "Marked: did not come."}

        def work(session: Session, **which: Any) -> Any:
            return rebooking.mark(session, status=status, **which)

        await self._act(work, said[status])

    def _go(self, address: BookingsAddress) -> Any:
        return rx.redirect(BookingsAddress.read(vars(address)).href, replace=True)

    async def _today(self) -> date:
        person = await self.asking()
        return clock.now().astimezone(ZoneInfo(person.time_zone)).date()

    async def _act(self, work: Callable[..., Any], said: str) -> None:
        """Do something with the selected booking, and say so or why not."""
        person = await self.asking()
        which = {"org_id": person.org_id, "booking_id": identifier(self.detail.id, name="This booking")}
        try:
            await self.in_transaction(
                "bookings.edit", lambda session: work(session, **which, now=clock.now())
            )
            self.say(said)
        except CannotBook as problem:
            self.say(str(problem), "bad")
        await self._look()

    async def _look(self) -> None:
        person, now = await self.asking(), clock.now()
        found = await self.in_transaction(
            "bookings.read", lambda session: ask(session, person, self.address, now)
        )
        zone = ZoneInfo(person.time_zone)
        self.people = [
            (str(one.id), one.name, formatting.initials(one.name.removeprefix("Dr. ")), one.specialty)
            for one in found.people
        ]
        self.waiting = detail_view.rows(found.waiting, zone=zone, now=now)
        self.detail = detail_view.detail(found.selected, zone=zone, now=now) if found.selected else Detail()
        if found.calendar:
            self._show_calendar(found.calendar, zone, now)
        if found.listed:
            self._show_list(found.listed, zone, now)
        self.is_loaded = True

    def _show_calendar(self, found: CalendarView, zone: ZoneInfo, now: datetime) -> None:
        by_person = self.address.view == "day"
        today = now.astimezone(zone).date()
        self.calendar = calendar_view.calendar(found, zone=zone, now=now, by_person=by_person)
        self.heading = calendar_view.heading(found, today=today)
        keys = [column.key for column in self.calendar.columns]
        if self.shown not in keys:
            wanted = self.address.day(today)
            self.shown = next(
                (key for key, one in zip(keys, found.columns, strict=True) if one.on_date == wanted), keys[0]
            )

    def _show_list(self, found: queries.BookingPage, zone: ZoneInfo, now: datetime) -> None:
        page = int(self.address.page)
        pages = max(1, -(-found.total // PAGE_SIZE))
        first = formatting.day(self.address.day(now.astimezone(zone).date()))
        self.heading = "On any day" if self.address.q else f"From {first} on"
        self.rows = detail_view.rows(found.rows, zone=zone, now=now)
        self.total = formatting.count(found.total, "booking")
        self.page_of = f"{page:,} of {pages:,}"
        self.has_next = page < pages
