"""The transaction in which a trial's tools work: it leaves nothing, gives way, and holds nobody up."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from tests.clinic import MARIA, NOW, ZONE, Clinic, open_clinic
from tests.deliveries import rows
from tests.factories import make_agent
from tests.shared_postgres import Database
from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.calls.ports import AskedTool
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.undone import transaction_undone
from voxanne_app.trials.rehearsing import MOST_USES, Scene, rehearse
from voxanne_app.trials.turns import UsedTool
from voxanne_app.webhooks.tool_calls import run_tool
from voxanne_app.wiring import VOICE_TOOLS

NINE = {"service": "Check-up", "starts_at": "2026-11-24T09:00", "practitioner": "Dr. Voss"}
STATEMENT_MS, LOCK_MS = 500, 100  # as webhooks/trial_calls has them
WHAT_IS_THERE = (
    "select (select count(*) from bookings) + (select count(*) from call_logs) + (select count(*) "
)
WHAT_IS_THERE += "from contacts) + (select count(*) from audit_events) + (select count(*) from jobs) as rows"


@pytest.fixture
def clinic(database: Database) -> Clinic:
    return open_clinic()


@pytest.fixture
def scene(clinic: Clinic) -> Scene:
    agent_id = make_agent(org_id=clinic.org_id).id
    return Scene(
        clinic.org_id, uuid4(), agent_id, uuid4(), AgentConfiguration(), ZONE, NOW, MARIA, before=(), used=()
    )


@contextmanager
def undone(clinic: Clinic) -> Iterator[Session]:
    claims = Claims.assistant(clinic.org_id)
    with transaction_undone(claims, statement_ms=STATEMENT_MS, lock_ms=LOCK_MS) as session:
        yield session


def used(session: Session, scene: Scene, name: str = "book_appointment", **more: str) -> UsedTool:
    asked = AskedTool(str(uuid4()), name, NINE | {"patient_name": "Ada Sorel"} | more)
    return rehearse(session, scene, [asked], tools=VOICE_TOOLS, run=run_tool)[-1]


def test_a_rehearsal_whose_process_dies_leaves_nothing(
    clinic: Clinic, scene: Scene, database: Database
) -> None:
    before = rows(WHAT_IS_THERE, clinic.org_id)
    with pytest.raises(Exception, match=r"terminat|connection|closed"), undone(clinic) as session:
        assert used(session, scene).verdict == "done"
        pid = session.connection().execute(text("select pg_backend_pid()")).scalar_one()
        with psycopg.connect(database.superuser_url, autocommit=True) as killer:
            killer.execute("select pg_terminate_backend(%s)", (pid,))
        session.connection().execute(text("select 1"))
    assert rows(WHAT_IS_THERE, clinic.org_id) == before


def test_what_was_done_earlier_is_there_again_and_what_only_looked_is_not_repeated(
    clinic: Clinic, scene: Scene
) -> None:
    before = rows(WHAT_IS_THERE, clinic.org_id)
    with undone(clinic) as session:
        booked = used(session, scene)
        scene = Scene(**vars(scene) | {"before": (booked,)})
    with undone(clinic) as session:
        again = used(session, scene)
    assert (again.verdict, again.line) == ("done", booked.line)  # the same request, once
    with undone(clinic) as session:
        assert used(session, scene, patient_name="Somebody Else").verdict == "refused"
        moved = used(session, scene, "move_appointment", new_starts_at="2026-11-24T10:00")
    assert moved.verdict == "done" and "10 AM" in moved.line
    assert rows(WHAT_IS_THERE, clinic.org_id) == before


def test_a_trial_gives_way_to_a_caller_who_is_booking_the_same_time(clinic: Clinic, scene: Scene) -> None:
    began, over = threading.Event(), threading.Event()

    def really() -> None:
        with transaction(clinic.claims) as session:
            VOICE_TOOLS["book_appointment"].answer(
                session, clinic.caller(), NINE | {"patient_name": "M"}, NOW
            )
            began.set()
            over.wait(5)

    with ThreadPoolExecutor(1) as caller:
        booking = caller.submit(really)
        assert began.wait(5)
        with undone(clinic) as session:
            started = time.monotonic()
            assert used(session, scene).verdict == "failed"
            waited = time.monotonic() - started
        over.set()
        booking.result()
    assert waited < 1.0, "it waits a tenth of a second for the lock, not for the caller"


def test_a_caller_waits_for_a_trial_that_is_stuck_no_longer_than_a_second(
    clinic: Clinic, scene: Scene
) -> None:
    def really() -> float:
        started = time.monotonic()
        with transaction(clinic.claims, statement_ms=4000) as session:
            wish = NINE | {"patient_name": "Maria Real"}
            told = VOICE_TOOLS["book_appointment"].answer(session, clinic.caller(), wish, NOW)
        assert told.line.startswith("Booked")
        return time.monotonic() - started

    with pytest.raises(Exception, match=r"idle|terminat|connection|closed"), undone(clinic) as session:
        assert used(session, scene).verdict == "done"
        with ThreadPoolExecutor(1) as caller:
            waited = caller.submit(really).result()
        print(f"a caller waited {waited:.2f} s for a trial whose process had stopped")
        assert waited < 2 * STATEMENT_MS / 1000 + 1.0
        session.connection().execute(text("select 1"))


def test_tools_are_used_so_often_and_not_more(clinic: Clinic, scene: Scene) -> None:
    looked = UsedTool("find_free_slots", {"service": "Check-up"}, "…", "done", 1)
    scene = Scene(**vars(scene) | {"before": (looked,) * (MOST_USES - 1)})
    asked = [AskedTool(str(number), "find_free_slots", {"service": "Check-up"}) for number in range(2)]
    with undone(clinic) as session:
        fresh = rehearse(session, scene, asked, tools=VOICE_TOOLS, run=run_tool)
    assert [one.verdict for one in fresh] == ["done", "refused"]
