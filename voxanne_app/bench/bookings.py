"""A busy clinic to measure on: 20 practitioners, 60 days, 10,000 bookings."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import UUID, uuid4

from sqlalchemy import NullPool, create_engine, text
from sqlmodel import Session

from voxanne_app.agents.tools import Caller, CannotBeDone
from voxanne_app.bookings.finding import Search, all_free
from voxanne_app.bookings.schedule import load_schedule
from voxanne_app.bookings.voice_tools import book_appointment, find_free_slots
from voxanne_app.foundation.database import Claims, driver_url, transaction
from voxanne_app.foundation.time_zones import dates_between

ZONE = "America/Los_Angeles"
SERVICE = "Check-up"
PRACTITIONERS, DAYS, BOOKINGS = 20, 60, 10_000
_CALLERS = 20

_CLINIC = (
    "insert into organizations (id, name, time_zone) values (:org_id, 'Bench clinic', :zone)",
    "insert into call_logs (id, org_id, vendor_call_id, created_at) values (:org_id, :org_id, '', now())",
    "insert into services (id, org_id, name, duration_minutes) values (:service_id, :org_id, :service, 30)",
    "insert into practitioners (id, org_id, name) select id, :org_id, 'Dr. Number ' || number "
    "from unnest(cast(:practitioner_ids as uuid[])) with ordinality as new (id, number)",
    "insert into practitioner_services (org_id, practitioner_id, service_id) "
    "select :org_id, id, :service_id from unnest(cast(:practitioner_ids as uuid[])) as new (id)",
)
# Half-hour appointments from 9 to 17, in an order without pattern: of 19,200 places a good half is taken.
_FILL = text(
    """insert into bookings (org_id, practitioner_id, service_id, patient_name, patient_phone,
        starts_at, ends_at, blocks_from, blocks_until, request_key)
    select :org_id, p.id, :service_id, 'Bench Patient', '+15035550100', at, at + interval '30 minutes',
        at, at + interval '30 minutes', 'bench ' || p.id || at
    from practitioners p, generate_series(0, :days - 1) as day, generate_series(0, 15) as number,
        lateral (select (cast(:first as date) + day + time '09:00' + number * interval '30 minutes')
            at time zone :zone as at) as times
    where p.org_id = :org_id
    order by md5(p.id::text || day || number) limit :bookings"""
)
# The calls they were made in, and who called: what a clinic with so many bookings has behind it.
_CALLS = (
    "insert into contacts (org_id, phone, name) select :org_id, '+1503556' || number, 'Bench Patient' "
    "from generate_series(1000, 3999) as number",
    "insert into call_logs (org_id, vendor_call_id, contact_id, status, created_at, started_at, ended_at, "
    "duration_seconds, outcome, has_report, has_booking, caller_number, summary) "
    "select :org_id, gen_random_uuid()::text, id, 'ended', at, at, at + interval '2 minutes', 120, 'booked', "
    "true, true, phone, 'A patient has booked a check-up.' "
    "from generate_series(1, :bookings) as number join contacts on org_id = :org_id "
    "and phone = '+1503556' || 1000 + number % 3000, "
    "lateral (select now() - number * interval '8 minutes' as at) as times",
    "insert into call_tool_calls (org_id, call_id, vendor_tool_call_id, name, verdict, result, result_data, "
    "requested_at, took_ms) select :org_id, id, 'call_' || vendor_call_id, 'book_appointment', 'done', "
    "'Booked: Tuesday at 9 AM.', '{}', created_at, 12 from call_logs where org_id = :org_id",
    "insert into webhook_inbox (provider, event_key, event_type, org_id, verdict, received_at, handled_at) "
    "select 'vapi', 'vapi:' || vendor_call_id, 'tool-calls', :org_id, 'handled', created_at, created_at "
    "from call_logs where org_id = :org_id",
)
_HOURS = text(
    """insert into working_hours (org_id, practitioner_id, weekday, opens_at, closes_at)
    select :org_id, p.id, weekday, opens, closes
    from practitioners p, generate_series(0, 6) as weekday,
        (values (time '09:00', time '12:30'), (time '13:00', time '17:00')) as hours (opens, closes)
    where p.org_id = :org_id"""
)


@dataclass(frozen=True)
class Figure:
    name: str
    p50_ms: float
    p95_ms: float
    pass_mark_ms: float

    def __str__(self) -> str:
        verdict = "pass" if self.p95_ms <= self.pass_mark_ms else "FAIL"
        return (
            f"{self.name:<44} p50 {self.p50_ms:6.1f} ms   p95 {self.p95_ms:6.1f} ms"
            f"   (≤ {self.pass_mark_ms:.0f})  {verdict}"
        )


def busy_clinic(now: datetime, *, owner_url: str) -> UUID:
    """A new organization with `BOOKINGS` bookings in the next `DAYS` days, made in as many calls; its id."""
    org_id = uuid4()
    ids = {
        "org_id": org_id,
        "service_id": uuid4(),
        "practitioner_ids": [uuid4() for _ in range(PRACTITIONERS)],
    }
    period = {"first": first_date(now), "days": DAYS, "zone": ZONE, "bookings": BOOKINGS}
    with transaction(Claims.organization(org_id)) as session:
        for statement in _CLINIC:
            _run(session, statement, **ids, zone=ZONE, service=SERVICE)
        session.connection().execute(_HOURS, ids)
        session.connection().execute(_FILL, ids | period)
        for statement in _CALLS:
            _run(session, statement, org_id=org_id, bookings=BOOKINGS)
    _refresh_statistics(owner_url)
    return org_id


def first_date(now: datetime) -> date:
    return (now + timedelta(days=1)).date()


def measure(*, owner_url: str, now: datetime | None = None) -> list[Figure]:
    """Every free time of 60 days, then both voice tools with 20 callers at once, without the webhook."""
    now = now or datetime.now(UTC)
    org_id = busy_clinic(now, owner_url=owner_url)
    dates = dates_between(first_date(now), DAYS)

    def everything(_number: int) -> None:
        with transaction(Claims.organization(org_id)) as session:
            schedule = load_schedule(session, org_id=org_id, zone=ZONE, since=dates[0])
            service = schedule.services[0]
            all_free(session, Search(org_id, schedule, service, schedule.practitioners), dates, now)

    def find(number: int) -> None:
        with transaction(Claims.organization(org_id)) as session:
            find_free_slots(session, _caller(org_id, number), {"service": SERVICE}, now)

    def book(number: int) -> None:
        day = dates[number % DAYS]
        at = f"{9 + number // DAYS % 8:02d}:{'00' if number % 2 else '30'}"
        arguments = {"service": SERVICE, "starts_at": f"{day}T{at}", "patient_name": f"Patient {number}"}
        try:
            with transaction(Claims.organization(org_id)) as session:
                book_appointment(session, _caller(org_id, number), arguments, now)
        except CannotBeDone:
            pass  # taken: alternatives were computed, which is the longer way

    return [
        _timed("availability, 20 practitioners x 60 days", everything, times=40, at_once=1, pass_mark_ms=150),
        _timed("find_free_slots, 20 at once", find, times=400, at_once=_CALLERS, pass_mark_ms=60),
        _timed("book_appointment, 20 at once", book, times=400, at_once=_CALLERS, pass_mark_ms=60),
    ]


def _caller(org_id: UUID, number: int) -> Caller:
    return Caller(org_id=org_id, call_id=org_id, time_zone=ZONE, number=f"+1503555{number % 10_000:04d}")


def _timed(
    name: str, work: Callable[[int], None], *, times: int, at_once: int, pass_mark_ms: float
) -> Figure:
    def timed(number: int) -> float:
        began = time.perf_counter()
        work(number)
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(timed, range(at_once)))  # connections are opened before the clock runs
        took = sorted(pool.map(timed, range(at_once, at_once + times)))
    return Figure(name, median(took), took[int(len(took) * 0.95)], pass_mark_ms)


def _refresh_statistics(owner_url: str) -> None:
    """What autovacuum does within a minute; until then the planner takes 10,000 new rows for one, and a kept
    plan may be one for an empty table."""
    owner = create_engine(driver_url(owner_url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with owner.connect() as connection:
        connection.execute(text("vacuum analyze"))


def _run(session: Session, statement: str, **values: object) -> None:
    session.connection().execute(text(statement), values)
