"""Setting up a clinic: five minutes, kept when interrupted, one clinic however often it is asked for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Row, text
from starlette.applications import Starlette

from tests.clinic_sign_in import PASSWORD, AuthSandbox, signed_in_cookie
from tests.db.test_team import trail
from tests.factories import make_person
from tests.people import Person
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.sessions import cookie_name, person_for_cookie
from voxanne_app.identity.ui import welcome_routes
from voxanne_app.vendors import sign_in_provider

OURS = "http://localhost:8000"
ANSWERS = {
    "name": "Elm Street Dental",
    "phone": "+15035550190",
    "time_zone": "America/Los_Angeles",
    "kind": "dental",
    "opens": "08:30",
    "closes": "16:00",
    **{f"day{number}": "on" for number in range(4)},
    "service": "Check-up",
    "minutes": "30",
    "practitioner": "Dr. Amari",
    "agent": "Front desk",
    "act": "make",
}


@pytest.fixture
async def newcomer(supabase: AuthSandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of somebody who is signed in and in no clinic."""
    person = make_person(full_name="Nora New")
    supabase.register(person, org_id=None)
    tokens = sign_in_provider().sign_in(email=person.email, password=PASSWORD)
    async with browser((await start_session(tokens)).cookie_value) as client:
        yield client


def browser(cookie: str) -> httpx.AsyncClient:
    wire = httpx.ASGITransport(Starlette(routes=welcome_routes.ROUTES))
    client = httpx.AsyncClient(transport=wire, base_url=OURS, headers={"origin": OURS})
    client.cookies.set(cookie_name(), cookie)
    return client


def rows(org_id: UUID, statement: str) -> list[Row[Any]]:
    with transaction(Claims.organization(org_id)) as session:
        return list(session.connection().execute(text(statement)))


async def here(client: httpx.AsyncClient) -> Any:
    return await person_for_cookie(client.cookies.get(cookie_name()))


async def test_one_form_makes_a_clinic_that_can_be_booked(newcomer: httpx.AsyncClient) -> None:
    made = await newcomer.post("/welcome", data=ANSWERS)
    assert (made.status_code, made.headers["location"]) == (303, "/")
    who = await here(newcomer)
    assert (who.org_name, who.role, who.time_zone) == ("Elm Street Dental", "owner", "America/Los_Angeles")
    hours = rows(who.org_id, "select weekday, opens_at::text, closes_at::text from working_hours order by 1")
    assert hours == [(day, "08:30:00", "16:00:00") for day in range(4)]
    offered = rows(
        who.org_id,
        "select s.name, s.duration_minutes, p.name from practitioner_services o "
        "join services s on s.id = o.service_id join practitioners p on p.id = o.practitioner_id",
    )
    assert offered == [("Check-up", 30, "Dr. Amari")]
    agents = rows(who.org_id, "select name, version from agents")
    assert agents == [("Front desk", 0)]
    assert trail(Claims.organization(who.org_id)) == [
        "clinic.created",
        "account.clinic_chosen",
    ]
    assert (await newcomer.get("/welcome")).status_code == 303


async def test_what_is_missing_is_said_and_what_was_typed_is_kept(newcomer: httpx.AsyncClient) -> None:
    bad = ANSWERS | {
        "name": "E",
        "time_zone": "Mars/Olympus",
        "closes": "08:00",
        "phone": "12",
        "service": "",
    }
    answer = await newcomer.post("/welcome", data=bad)
    assert answer.status_code == 422
    for name in ("name", "time_zone", "opens", "phone", "service"):
        assert f'id="{name}-problem"' in answer.text
    assert 'id="agent-problem"' not in answer.text
    assert await here(newcomer) is None
    later = (await newcomer.get("/welcome")).text
    assert 'value="Mars/Olympus"' in later
    assert 'value="Dr. Amari"' in later


async def test_it_is_kept_for_later_unfinished(newcomer: httpx.AsyncClient) -> None:
    kept = await newcomer.post("/welcome", data={"name": '<b>"Elm"', "act": "keep"})
    assert kept.status_code == 200
    page = (await newcomer.get("/welcome")).text
    assert "&lt;b&gt;&quot;Elm&quot;" in page
    assert await here(newcomer) is None


async def test_asked_many_times_at_once_there_is_one_clinic(newcomer: httpx.AsyncClient) -> None:
    name = f"Elm {uuid4().hex}"
    await asyncio.gather(*(newcomer.post("/welcome", data=ANSWERS | {"name": name}) for _ in range(4)))
    with transaction(Claims.system()) as session:
        counted = session.connection().execute(
            text("select count(*) from organizations where name = :name"), {"name": name}
        )
        assert counted.scalar() == 1
    assert (await here(newcomer)).org_name == name


async def test_it_is_for_people_without_a_clinic_from_our_own_page(
    supabase: AuthSandbox, newcomer: httpx.AsyncClient, alice: Person
) -> None:
    foreign = await newcomer.post("/welcome", data=ANSWERS, headers={"origin": "http://evil.test"})
    assert foreign.status_code == 403
    async with browser(await signed_in_cookie(supabase, alice)) as client:
        assert (await client.post("/welcome", data=ANSWERS)).headers["location"] == "/"
        assert (await here(client)).org_id == alice.org_id
    async with browser("x" * 43) as client:
        assert (await client.post("/welcome", data=ANSWERS)).headers["location"] == "/"
    assert await here(newcomer) is None
