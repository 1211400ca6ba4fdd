"""Many callers at once for the same times: one winner each, and everybody hears something useful."""

import multiprocessing
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import Session

from tests.clinic import NOW, TODAY, ZONE, Clinic, at, open_clinic
from tests.factories import make_booking, make_call
from voxanne_app.agents.tools import Caller, CannotBeDone
from voxanne_app.bookings.booking import SlotTaken
from voxanne_app.bookings.rebooking import move
from voxanne_app.bookings.schedule import Schedule
from voxanne_app.bookings.voice_tools import book_appointment
from voxanne_app.foundation.database import engine, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.foundation.time_zones import instant_of

FULL = bool(os.environ.get("VOXANNE_FAULTS_FULL"))
CALLERS, SLOTS = 30, 100 if FULL else 8
OVERLAPS = text("""
    select count(*) from bookings a join bookings b on a.id < b.id and a.practitioner_id = b.practitioner_id
      and a.blocks_from < b.blocks_until and b.blocks_from < a.blocks_until
    where a.status in ('pending', 'confirmed') and b.status in ('pending', 'confirmed')
""")

Heard = tuple[str, bool, str, float]


def half_hours(number: int) -> list[str]:
    """The first `number` half hours of the clinic's working days, as wall times."""
    found, on_date = [], TODAY
    while len(found) < number:
        if on_date.weekday() < 5:
            found += [
                f"{on_date}T{hour:02d}:{minute:02d}" for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30)
            ]
        on_date += timedelta(days=1)
    return found[:number]


def call_in(clinic: Clinic, call_id: UUID, number: int, slot: str) -> Heard:
    caller = Caller(clinic.org_id, call_id, ZONE, f"+1503555{number:04d}")
    arguments = {
        "service": "check-up",
        "starts_at": slot,
        "patient_name": f"Caller {number}",
        "practitioner": "Voss",
    }
    began = time.perf_counter()
    try:
        with transaction(clinic.claims) as session:
            line, won = book_appointment(session, caller, arguments, NOW).line, True
    except CannotBeDone as no:
        line, won = str(no), False
    return slot, won, line, time.perf_counter() - began


def callers(clinic: Clinic, call_id: UUID, numbers: range, url: str, results) -> None:
    """One process of callers: a pool of threads, as a web worker has it."""
    os.environ["DATABASE_URL"] = url
    get_settings.cache_clear()
    work = [(number, slot) for slot in half_hours(SLOTS) for number in numbers]
    with ThreadPoolExecutor(15) as pool:
        results.put(list(pool.map(lambda one: call_in(clinic, call_id, *one), work)))
    engine().dispose()


@pytest.mark.timeout(600)
def test_of_thirty_callers_for_a_slot_one_wins_and_the_others_hear_alternatives() -> None:
    clinic = open_clinic()
    call_id = make_call(org_id=clinic.org_id).id
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    url = get_settings().require_database_url()
    processes = [
        spawn.Process(target=callers, args=(clinic, call_id, range(first, CALLERS, 2), url, results))
        for first in (0, 1)
    ]
    for process in processes:
        process.start()
    heard: list[Heard] = [one for _ in processes for one in results.get(timeout=500)]
    for process in processes:
        process.join(30)
    winners = Counter(slot for slot, won, _, _ in heard if won)
    assert winners == dict.fromkeys(half_hours(SLOTS), 1)
    assert len(heard) == CALLERS * SLOTS
    assert all(is_useful(line) for _, won, line, _ in heard if not won)
    with transaction(clinic.claims) as session:
        assert session.connection().execute(OVERLAPS).scalar_one() == 0
    waits = sorted(wait for *_, wait in heard)
    print(f"{len(heard)} callers, {SLOTS} slots: p95 {waits[int(len(waits) * 0.95)] * 1000:.0f} ms")


def is_useful(line: str) -> bool:
    return line.startswith("Sorry, that time is no longer free. Free instead: ") and " at " in line


def test_one_request_sent_five_times_at_once_is_one_booking_with_one_answer() -> None:
    clinic = open_clinic()
    caller = clinic.caller()
    arguments = {"service": "check-up", "starts_at": "2026-11-24T10:00", "patient_name": "Maria Lopez"}
    start = threading.Barrier(5)

    def send(_number: int) -> str:
        start.wait()
        return clinic.ask("book_appointment", caller, **arguments).line

    with ThreadPoolExecutor(5) as pool:
        lines = list(pool.map(send, range(5)))
    assert len(set(lines)) == 1
    with transaction(clinic.claims) as session:
        assert session.connection().execute(text("select count(*) from bookings")).scalar_one() == 1


def test_of_many_moves_onto_one_time_one_gets_there() -> None:
    clinic = open_clinic()
    for day in (date(2026, 12, number) for number in (1, 2, 3, 4, 7, 8, 9, 10)):
        assert sum(_all_move_to(clinic, at(15, 0, day), day)) == 1
    with transaction(clinic.claims) as session:
        assert session.connection().execute(OVERLAPS).scalar_one() == 0


def _move(session: Session, clinic: Clinic, booking_id: UUID, schedule: Schedule, starts: int) -> None:
    move(session, org_id=clinic.org_id, booking_id=booking_id, schedule=schedule, starts=starts, now=NOW)


def _all_move_to(clinic: Clinic, starts: int, day: date) -> list[bool]:
    """Six bookings of that day try at the same moment; who has got there?"""
    bookings = [
        make_booking(
            org_id=clinic.org_id, practitioner_id=clinic.voss, service_id=clinic.check_up,
            starts_at=instant_of(at(9 + number // 2, number % 2 * 30, day)),
        ).id
        for number in range(6)
    ]  # fmt: skip
    ready = threading.Barrier(len(bookings))

    def go(booking_id: UUID) -> bool:
        try:
            with transaction(clinic.claims) as session:
                schedule = clinic.schedule(session)
                ready.wait()
                _move(session, clinic, booking_id, schedule, starts)
        except SlotTaken:
            return False
        return True

    with ThreadPoolExecutor(len(bookings)) as pool:
        return list(pool.map(go, bookings))


def test_two_bookings_that_want_each_others_time_both_stay() -> None:
    clinic = open_clinic()
    times = [at(10), at(11)]
    bookings = [
        make_booking(
            org_id=clinic.org_id,
            practitioner_id=clinic.voss,
            service_id=clinic.check_up,
            starts_at=instant_of(starts),
        ).id
        for starts in times
    ]

    def go(number: int) -> str:
        try:
            with transaction(clinic.claims) as session:
                schedule = clinic.schedule(session)
                _move(session, clinic, bookings[number], schedule, times[1 - number])
        except SlotTaken as no:
            return str(no)
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(go, range(2))) == ["That time is no longer free."] * 2
