"""Today: what waits, who is on the phone, what is booked. Live."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.bookings.queries import BookingRow, bookings_between, todays_bookings
from voxanne_app.calls import case_acts, cases
from voxanne_app.calls.cases import CaseNotFound, CaseRow
from voxanne_app.calls.figures import WeekFigures, week_figures
from voxanne_app.calls.queries import CallView, live_calls
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.telephony.queries import first_number
from voxanne_app.today.ports import SimulatorUnavailable
from voxanne_app.today.ui import figures_view, today_view
from voxanne_app.today.ui.figures_view import Figure
from voxanne_app.today.ui.today_view import AgendaLine, CaseLine, LiveCard
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import identifier, one_of
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded
from voxanne_app.vendors import call_simulator

# Who may ring in the demo: what the caller wants, in the words of the button.
CALLERS = {
    "books": "Somebody books an appointment",
    "wants_same_time": "Somebody wants a time that may be taken",
    "leaves_message": "Somebody leaves a message",
    "hangs_up": "Somebody hangs up early",
}
_LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True)
class _Found:
    cases: tuple[CaseRow, ...]
    counts: tuple[int, int]
    calls: tuple[CallView, ...]
    bookings: tuple[BookingRow, ...]
    week: WeekFigures


class TodayState(Screen):
    is_loaded: bool = False
    is_demo: bool = False
    day: str = ""
    cases: list[CaseLine] = []
    waiting: int = 0
    done_today: int = 0
    settled: str = ""
    settled_id: str = ""
    calls: list[LiveCard] = []
    agenda: list[AgendaLine] = []
    agenda_day: str = ""
    booked: int = 0
    rest: str = ""
    figures: list[Figure] = []

    @guarded("today.read")
    async def load(self) -> None:
        self.is_demo = call_simulator() is not None
        self.settled, self.settled_id = "", ""
        await self._look()

    @guarded("today.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("calls", "cases", "bookings"):
            async with self:
                await self._look()

    @guarded(ANYBODY_SIGNED_IN)
    def open_case(self, case_id: str) -> None:
        """Unfold one case; one is open at a time."""
        wanted = str(identifier(case_id, name="This case"))
        self.cases = [today_view.opened(case, case.id == wanted) for case in self.cases]

    @guarded("cases.resolve")
    async def settle(self, case_id: str) -> None:
        person = await self.asking()
        wanted = identifier(case_id, name="This case")

        def work(session: Session) -> str:
            return case_acts.resolve(
                session, org_id=person.org_id, case_id=wanted, by=person.person_id, now=clock.now()
            )

        try:
            self.settled = await self.in_transaction("cases.resolve", work)
            self.settled_id = str(wanted)
        except CaseNotFound as gone:
            self.say(str(gone), "bad")
        await self._look()

    @guarded("cases.resolve")
    async def take_back(self) -> None:
        """Undo the last settlement."""
        person = await self.asking()
        wanted = identifier(self.settled_id, name="This case")
        await self.in_transaction(
            "cases.resolve", lambda session: case_acts.reopen(session, org_id=person.org_id, case_id=wanted)
        )
        self.settled, self.settled_id = "", ""
        await self._look()

    @guarded("demo.simulate")
    async def simulate(self, script: str) -> Any:
        """Let a pretended patient ring the clinic's first number."""
        script = one_of(script, CALLERS, name="This caller")
        person, simulator = await self.asking(), call_simulator()

        def work(session: Session) -> str | None:
            number = first_number(session, org_id=person.org_id)
            if number and simulator:
                record(session, "demo.call_simulated", details={"script": script})
            return number

        number = await self.in_transaction("demo.simulate", work)
        if simulator is None or number is None:
            return self.say("There is no simulated phone here.", "bad")
        try:
            await asyncio.to_thread(simulator.start_call, number=number, script=script)
            self.say("The phone rings. Watch the call here.")
        except SimulatorUnavailable as unavailable:
            self.say(str(unavailable), "bad")
        return None

    async def _look(self) -> None:
        person, now = await self.asking(), clock.now()
        zone = ZoneInfo(person.time_zone)
        found = await self.in_transaction("today.read", lambda session: _ask(session, person, zone, now))
        opened = next((case.id for case in self.cases if case.is_open), "")
        waiting, done_today = found.counts
        agenda, rest = today_view.agenda(found.bookings, zone=zone, now=now)
        # While people are on the phone, it looks four times a second: mostly, only what they say is new.
        self._renew(
            day=formatting.day(now.astimezone(zone).date()),
            cases=today_view.case_lines(found.cases, zone=zone, now=now, opened=opened),
            waiting=waiting,
            done_today=done_today,
            calls=today_view.live_cards(found.calls, now=now),
            agenda=agenda,
            rest=rest,
            agenda_day=today_view.agenda_day(found.bookings, zone=zone, now=now),
            booked=len(found.bookings),
            figures=figures_view.figures(found.week),
            is_loaded=True,
        )


def _ask(session: Session, person: SignedIn, zone: ZoneInfo, now: datetime) -> _Found:
    """Everything on the screen, in one transaction."""
    org_id = person.org_id
    today = now.astimezone(zone).date()
    midnight = datetime.combine(today, time.min, zone)
    return _Found(
        cases=cases.open_cases(session, org_id=org_id),
        counts=cases.count_cases(session, org_id=org_id, since=midnight),
        calls=live_calls(session, org_id=org_id, now=now),
        bookings=_todays_or_next(session, person, today),
        week=week_figures(session, org_id=org_id, zone=person.time_zone, now=now),
    )


def _todays_or_next(session: Session, person: SignedIn, today: date) -> tuple[BookingRow, ...]:
    """Today's bookings; on a free day, those of the next day that has any."""
    where: Any = {"org_id": person.org_id, "zone": person.time_zone}
    if found := todays_bookings(session, today=today, **where):
        return found
    ahead = bookings_between(
        session, first=today + timedelta(days=1), last=today + timedelta(days=_LOOK_AHEAD_DAYS), **where
    )
    zone = ZoneInfo(person.time_zone)
    days = [row.starts_at.astimezone(zone).date() for row in ahead]
    return tuple(row for row, day in zip(ahead, days, strict=True) if day == days[0])
