"""Any order of booking, moving, cancelling, restoring and closing days, held against a grid of minutes."""

import os
from datetime import date, time, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import text

from tests.clinic import NOW, TODAY, at, open_clinic
from tests.factories import make_hour_exception, make_working_hours
from voxanne_app.bookings.booking import (
    CannotBook,
    NobodyOffersIt,
    NotPossibleNow,
    OutsideHours,
    Patient,
    SlotTaken,
    Wish,
    book,
)
from voxanne_app.bookings.finding import Search, all_free
from voxanne_app.bookings.rebooking import cancel, mark, move, restore
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.time_zones import instant_of, minute_of

FULL = bool(os.environ.get("VOXANNE_FAULTS_FULL"))
SERVICES = {"Check-up": (30, 0, 0), "Crown fitting": (90, 5, 10)}
# Three working days, and the two Sundays on which the clocks change.
DATES = (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2), date(2027, 3, 14), date(2027, 11, 7))

starts = st.builds(
    lambda on_date, step: at(0, 0, on_date) + step * 5, st.sampled_from(DATES), st.integers(8 * 12, 18 * 12)
)


class Clinic(RuleBasedStateMachine):
    bookings = Bundle("bookings")

    @initialize()
    def open(self) -> None:
        self.clinic = open_clinic()
        self.practitioners = {"Dr. Amari": self.clinic.amari, "Dr. Voss": self.clinic.voss}
        self.known: dict[UUID, tuple[str, str, int, str]] = {}  # id → practitioner, service, start, status
        self.closed: set[date] = set()
        self.requests = 0
        self.opened = {on_date: self.minutes_of(on_date) for on_date in DATES}
        for practitioner_id in self.practitioners.values():
            for opens_at, closes_at in ((time(9), time(12, 30)), (time(13, 30), time(17))):
                make_working_hours(
                    org_id=self.clinic.org_id,
                    practitioner_id=practitioner_id,
                    weekdays=[6],
                    opens_at=opens_at,
                    closes_at=closes_at,
                )

    def minutes_of(self, on_date: date) -> set[int]:
        return {
            *range(at(9, 0, on_date), at(12, 30, on_date)),
            *range(at(13, 30, on_date), at(17, 0, on_date)),
        }

    # The oracle: every minute, one by one.

    def is_open(self, start: int, minutes: int) -> bool:
        open_minutes = {m for day, found in self.opened.items() if day not in self.closed for m in found}
        return all(minute in open_minutes for minute in range(start, start + minutes))

    def is_free(self, practitioner: str, service: str, start: int, but: UUID | None = None) -> bool:
        wanted = self.blocked(service, start)
        return not any(
            wanted & self.blocked(other_service, other_start)
            for booking_id, (whose, other_service, other_start, status) in self.known.items()
            if whose == practitioner and status == "confirmed" and booking_id != but
        )

    def blocked(self, service: str, start: int) -> set[int]:
        minutes, before, after = SERVICES[service]
        return set(range(start - before, start + minutes + after))

    def expected(
        self, practitioner: str, service: str, start: int, but: UUID | None = None
    ) -> type[CannotBook] | None:
        if not self.is_open(start, SERVICES[service][0]):
            return OutsideHours
        return None if self.is_free(practitioner, service, start, but) else SlotTaken

    # What may happen.

    @rule(
        target=bookings,
        who=st.sampled_from(("Dr. Amari", "Dr. Voss", None)),
        what=st.sampled_from(list(SERVICES)),
        start=starts,
    )
    def books(self, who: str | None, what: str, start: int):
        able = [
            name
            for name in self.practitioners
            if who in (None, name) and (what, name) != ("Crown fitting", "Dr. Voss")
        ]
        reasons = [self.expected(name, what, start) for name in able]
        expected = None if None in reasons else SlotTaken if SlotTaken in reasons else OutsideHours
        expected = expected if able else NobodyOffersIt
        found = self.outcome(lambda session: self.book(session, who, what, start))
        if expected:
            assert found is expected, (found, expected)
            return multiple()
        name = next(
            name
            for name, practitioner_id in self.practitioners.items()
            if practitioner_id == found.practitioner_id
        )
        assert self.expected(name, what, start) is None
        self.known[found.id] = (name, what, start, "confirmed")
        return found.id

    def book(self, session, who: str | None, what: str, start: int):
        schedule = self.clinic.schedule(session)
        chosen = next((one for one in schedule.practitioners if one.name == who), None)
        wish = Wish(self.clinic.service(schedule, what), start, Patient("Maria"), self.next_request(), chosen)
        return book(session, org_id=self.clinic.org_id, schedule=schedule, wish=wish, now=NOW)

    def next_request(self) -> str:
        """Counted rather than random: who is chosen depends on it, and Hypothesis repeats what it saw."""
        self.requests += 1
        return f"request {self.requests}"

    @rule(booking_id=bookings, start=starts)
    def moves(self, booking_id: UUID, start: int) -> None:
        who, what, old, status = self.known[booking_id]
        expected = self.expected(who, what, start, booking_id) if status == "confirmed" else NotPossibleNow
        found = self.outcome(
            lambda session: move(
                session, schedule=self.clinic.schedule(session), starts=start, **self.of(booking_id)
            )
        )
        assert (found if expected else None) is expected, (found, expected)
        self.known[booking_id] = (who, what, old if expected else start, status)

    @rule(booking_id=bookings)
    def cancels(self, booking_id: UUID) -> None:
        who, what, start, status = self.known[booking_id]
        found = self.outcome(lambda session: cancel(session, **self.of(booking_id)))
        assert (found is NotPossibleNow) == (status == "completed")
        self.known[booking_id] = (who, what, start, "completed" if status == "completed" else "cancelled")

    @rule(booking_id=bookings)
    def restores(self, booking_id: UUID) -> None:
        who, what, start, status = self.known[booking_id]
        found = self.outcome(lambda session: restore(session, **self.of(booking_id)))
        clashes = status == "cancelled" and not self.is_free(who, what, start, booking_id)
        assert (found is SlotTaken) == clashes
        if status == "cancelled" and not clashes:
            self.known[booking_id] = (who, what, start, "confirmed")

    @rule(booking_id=bookings)
    def completes(self, booking_id: UUID) -> None:
        who, what, start, status = self.known[booking_id]
        later = {**self.of(booking_id), "now": instant_of(start) + timedelta(hours=2)}
        found = self.outcome(lambda session: mark(session, status="completed", **later))
        assert (found is NotPossibleNow) == (status == "cancelled")
        self.known[booking_id] = (who, what, start, "cancelled" if status == "cancelled" else "completed")

    @rule(on_date=st.sampled_from(DATES[1:3]))
    def closes(self, on_date: date) -> None:
        if on_date not in self.closed:
            make_hour_exception(org_id=self.clinic.org_id, on_date=on_date)
            self.closed.add(on_date)

    @rule(
        on_date=st.sampled_from(DATES),
        what=st.sampled_from(list(SERVICES)),
        who=st.sampled_from(("Dr. Amari", "Dr. Voss")),
    )
    def offers(self, on_date: date, what: str, who: str) -> None:
        """What is offered is free, and every free quarter hour is offered."""
        with transaction(self.clinic.claims) as session:
            schedule = self.clinic.schedule(session)
            service = self.clinic.service(schedule, what)
            able = [one for one in schedule.practitioners_for(service) if one.name == who]
            search = Search(self.clinic.org_id, schedule, service, able)
            offered = {slot.starts for slot in all_free(session, search, [on_date], NOW)}
        first = minute_of(NOW) + 31
        day = range(max(at(0, 0, on_date), first), at(23, 45, on_date))
        free = {m for m in day if able and m % 15 == 0 and self.expected(who, what, m) is None}
        assert free <= offered
        assert all(self.expected(who, what, start) is None and start % 5 == 0 for start in offered)

    @invariant()
    def the_database_holds_exactly_this(self) -> None:
        with transaction(self.clinic.claims) as session:
            rows = (
                session.connection()
                .execute(text("select id, practitioner_id, starts_at, status from bookings"))
                .all()
            )
        found = {row.id: (row.practitioner_id, minute_of(row.starts_at), row.status) for row in rows}
        assert found == {
            booking_id: (self.practitioners[who], start, status)
            for booking_id, (who, _, start, status) in self.known.items()
        }

    def of(self, booking_id: UUID) -> dict:
        return {"org_id": self.clinic.org_id, "booking_id": booking_id, "now": NOW}

    def outcome(self, act):
        """What it returned, or the kind of no."""
        try:
            with transaction(self.clinic.claims) as session:
                return act(session)
        except CannotBook as no:
            return type(no)


TestClinic = Clinic.TestCase
TestClinic.settings = settings(
    max_examples=2000 if FULL else 15,
    stateful_step_count=50 if FULL else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
