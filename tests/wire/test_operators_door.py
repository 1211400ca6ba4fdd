"""Clinics and operators come in by one door into two houses: neither gets a page, an event or a value of the
other's.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from reflex.state import State
from reflex_base.event import Event
from reflex_base.utils.format import format_event_handler
from sqlalchemy import text

from tests.clinic_sign_in import PASSWORD, AuthSandbox, signed_in_cookie
from tests.factories import make_person
from tests.people import Person
from tests.screens import page_of
from tests.wire.test_front_door import Inside, Socket, browser
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.sessions import who_for_cookie
from voxanne_app.ui import connections
from voxanne_app.ui.event_guard import EventGuard
from voxanne_app.ui.front_door import FrontDoor
from voxanne_app.ui.security_headers import SecurityHeaders
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, PlatformScreen, Screen, SignedOut, guarded
from voxanne_app.vendors import sign_in_provider


class ClinicTrialState(Screen):
    @guarded("calls.read")
    def look(self) -> None: ...

    @guarded(ANYBODY_SIGNED_IN)
    def turn(self) -> None: ...


class PlatformTrialState(PlatformScreen):
    @guarded("platform.organizations")
    def look(self) -> None: ...

    @guarded(ANYBODY_SIGNED_IN)
    def turn(self) -> None: ...


@pytest.fixture
async def operators_cookie(supabase: AuthSandbox) -> AsyncIterator[str]:
    operator = make_person(full_name="Olga Operator", is_operator=True)
    supabase.register(operator, org_id=None)
    tokens = sign_in_provider().sign_in(email=operator.email, password=PASSWORD)
    yield (await start_session(tokens)).cookie_value


@pytest.fixture
async def cookies(supabase: AuthSandbox, alice: Person, operators_cookie: str) -> dict[str, str]:
    return {"clinic": await signed_in_cookie(supabase, alice), "platform": operators_cookie}


@pytest.mark.parametrize(
    ("house", "path", "answer"),
    [
        ("clinic", "/", "inside"),
        ("clinic", "/calls/1f0a", "inside"),
        ("clinic", "/platforms", "inside"),
        ("clinic", "/platform", "/"),
        ("clinic", "/platform/organizations", "/"),
        ("clinic", "/platform/no/such", "/"),
        ("clinic", "/PLATFORM/organizations", "/"),
        ("clinic", "//platform/organizations", "/"),
        ("clinic", "/calls/..%2Fplatform/organizations", "/"),
        ("platform", "/platform/organizations", "inside"),
        ("platform", "/platform/organizations/", "inside"),
        ("platform", "/platform", "/platform/organizations"),
        ("platform", "/", "/platform/organizations"),
        ("platform", "/calls", "/platform/organizations"),
        ("platform", "/platform/..%2Fcalls", "/platform/organizations"),
        ("platform", "/platforms", "/platform/organizations"),
    ],
)
async def test_each_house_has_its_own_pages(
    cookies: dict[str, str], house: str, path: str, answer: str
) -> None:
    inside = Inside()
    door = FrontDoor(inside, {}, public_url="http://clinic.test", headers=SecurityHeaders(secure=False))
    async with browser(door, cookies[house]) as client:
        got = await client.get("http://clinic.test" + path)
        assert (got.text or got.headers["location"]) == answer
        refused = await client.post("http://clinic.test" + path)
    assert refused.status_code in (403, 404)


def named(state: type[Any], handler: str) -> Event:
    return Event(name=format_event_handler(state.event_handlers[handler]), payload={})


async def test_each_house_runs_its_own_handlers_and_both_the_notices(cookies: dict[str, str]) -> None:
    passed = set()
    for house, cookie in cookies.items():
        for state in (ClinicTrialState, PlatformTrialState, Screen):
            for handler in ("look", "turn") if state is not Screen else ("dismiss_notice",):
                with page_of(cookie) as (root, _):
                    if await EventGuard().preprocess(None, root, named(state, handler)) is None:
                        passed.add((house, state.__name__, handler))
    assert passed == {
        ("clinic", "ClinicTrialState", "look"),
        ("clinic", "ClinicTrialState", "turn"),
        ("platform", "PlatformTrialState", "look"),
        ("platform", "PlatformTrialState", "turn"),
        *((house, "Screen", name) for house in cookies for name in ("dismiss_notice",)),
    }


async def test_a_page_is_given_the_frame_of_its_own_house_only(cookies: dict[str, str]) -> None:
    names = {}
    for house, cookie in cookies.items():
        with page_of(cookie) as (root, _):
            await EventGuard().preprocess(None, root, named(State, "hydrate"))
            clinics, operators = await root.get_state(Screen), await root.get_state(PlatformScreen)
            names[house] = (clinics.person.name, clinics.permissions != [], operators.operator.name)
    assert names == {"clinic": ("Alice Alder", True, ""), "platform": ("", False, "Olga Operator")}


def claims(session: Any) -> str:
    return str(session.connection().execute(text("select current_setting('request.jwt.claims')")).scalar())


async def test_each_house_reaches_the_database_by_its_own_door_only(cookies: dict[str, str]) -> None:
    with page_of(cookies["platform"]) as (root, _):
        screen = await root.get_state(PlatformTrialState)
        said = await screen.in_platform_transaction("platform.organizations", claims)
        assert "voxanne_system" in said
        assert str((await screen.asking_operator()).person_id) in said
        with pytest.raises(SignedOut):
            await screen.in_transaction("calls.read", claims)
    with page_of(cookies["clinic"]) as (root, _):
        screen = await root.get_state(PlatformTrialState)
        with pytest.raises(SignedOut):
            await screen.in_platform_transaction("platform.organizations", claims)


async def test_an_open_page_ends_when_its_person_has_another_role(supabase: AuthSandbox, bob: Person) -> None:
    cookie = await signed_in_cookie(supabase, bob)
    inside = Inside()
    door = FrontDoor(inside, {}, public_url="http://clinic.test", headers=SecurityHeaders(secure=False))
    before = Socket(door, cookie, token="tab")
    await before.hear()
    with transaction(Claims.organization(bob.org_id)) as session:
        session.connection().execute(
            text("update memberships set role = 'viewer' where person_id = :id"), {"id": bob.person_id}
        )
    assert await before.hear() == {"type": "websocket.close", "code": connections.PLACE_CHANGED}
    await before.task
    who = await who_for_cookie(cookie)
    assert who
    assert who.role == "viewer"
    after = Socket(door, cookie, token="tab")
    await after.hear()
    # What the page held as front desk is found under no token of the viewer's.
    assert inside.scopes[0]["query_string"] != inside.scopes[1]["query_string"]
    await after.sent.put({"type": "websocket.disconnect"})
    await after.task
