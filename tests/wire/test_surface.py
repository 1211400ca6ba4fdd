"""Every handler, address, page and job × every kind of person, against what tests/surface.py declares."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.utils.format import format_event_handler
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests import factories, people
from tests.architecture.test_inventory_of_handlers import handlers_of, ours
from tests.clinic_sign_in import PASSWORD, AuthSandbox, signed_in_cookie
from tests.screens import page_of
from tests.surface import ADDRESSES, ANYBODY, HANDLERS, JOBS, KINDS, MAY
from tests.wire.test_front_door import HERE, Inside, browser
from voxanne_app import app, worker
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JOBS as REGISTERED
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.session_start import start_session
from voxanne_app.ui.areas import is_operators
from voxanne_app.ui.event_guard import EventGuard
from voxanne_app.ui.front_door import FrontDoor
from voxanne_app.ui.security_headers import SecurityHeaders
from voxanne_app.ui.session import PlatformScreen, Screen, permission_needed
from voxanne_app.vendors import sign_in_provider

FEWEST_CELLS = 700


@pytest.fixture
async def cookies(supabase: AuthSandbox, organization: Any, other_organization: Any) -> dict[str, str]:
    """What each kind of person has in their browser; the anonymous nothing."""
    made = {"anonymous": ""}
    for kind in ("viewer", "staff", "admin", "owner"):
        person = people.join(organization, full_name=f"{kind} person", role=kind)
        made[kind] = await signed_in_cookie(supabase, person)
    stranger = people.join(other_organization, full_name="Stranger", role="admin")
    made["other clinic's admin"] = await signed_in_cookie(supabase, stranger)
    gone = people.join(organization, full_name="Gone", role="owner")
    made["removed"] = await signed_in_cookie(supabase, gone)
    _remove(gone.person_id, organization.id)
    for kind in ("operator", "visitor"):
        made[kind] = await _operator(supabase, organization.id if kind == "visitor" else None)
    return made


def _remove(person_id: UUID, org_id: UUID) -> None:
    with transaction(Claims.organization(org_id)) as session:
        removed = text("update memberships set removed_at = now() where person_id = :id")
        session.connection().execute(removed, {"id": person_id})


async def _operator(supabase: AuthSandbox, visiting: UUID | None) -> str:
    operator = factories.make_person(full_name="Olga Operator", is_operator=True)
    supabase.register(operator, org_id=None)
    started = await start_session(sign_in_provider().sign_in(email=operator.email, password=PASSWORD))
    if visiting:
        factories.make_visit(
            org_id=visiting,
            person_id=operator.id,
            session_id=started.who.session_id,
            ends_at=clock.now() + timedelta(hours=1),
        )
    return started.cookie_value


def declared() -> dict[tuple[str, str], str]:
    """(State, handler): what it is declared to need."""
    return {
        (state, name): needs
        for state, needed in HANDLERS.items()
        for needs, names in needed.items()
        for name in names
    }


def found() -> dict[tuple[str, str], str]:
    return {
        (state.__name__, name): _needs(state, permission_needed(handler.fn) or "nothing")
        for state in ours()
        for name, handler in handlers_of(state).items()
    }


def _needs(state: type[Any], permission: str) -> str:
    if permission != ANYBODY:
        return permission
    house = "both" if state is Screen else "platform" if issubclass(state, PlatformScreen) else "clinic"
    return f"{permission}, {house}"


def test_every_handler_is_declared_with_what_it_needs() -> None:
    undeclared = found().items() - declared().items()
    stale = declared().items() - found().items()
    assert not undeclared and not stale, (
        f"Say in tests/surface.py who may call it. Not declared: {sorted(undeclared)}. Gone: {sorted(stale)}"
    )


async def test_the_guard_lets_through_whom_the_table_names(cookies: dict[str, str]) -> None:
    deviations = []
    for kind in KINDS:
        with page_of(cookies[kind]) as (root, connection):
            for state, name in _by_state():
                connection.ended.clear()
                event = Event(name=format_event_handler(state.event_handlers[name]), payload={})
                passed = not _is_refused(await EventGuard().preprocess(None, root, event))
                if passed != (kind in MAY[declared()[state.__name__, name]]):
                    deviations.append(f"{state.__name__}.{name} {'lets in' if passed else 'refuses'} {kind}")
    assert not deviations, "\n".join(deviations)


def _is_refused(answer: StateUpdate | None) -> bool:
    """Not whether the handler would have understood: nothing is sent along here."""
    return answer is not None and (not answer.events or "Your role does not allow" in str(answer.events))


def _by_state() -> list[tuple[type[Any], str]]:
    return [(state, name) for state in ours() for name in handlers_of(state)]


async def test_every_address_answers_each_kind_as_declared(
    cookies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", HERE)
    monkeypatch.setenv("VAPI_WEBHOOK_SECRETS", "s" * 40)
    monkeypatch.setenv("SESSION_SECRET", "s" * 40)
    get_settings.cache_clear()
    door = FrontDoor(Inside(), app.ROUTES, public_url=HERE, headers=SecurityHeaders(secure=False))
    deviations = []
    for kind in KINDS:
        async with browser(door, cookies[kind]) as client:
            for path, (method, statuses) in ADDRESSES.items():
                address = path.replace("{token}", "x" * 43)
                origin = {"origin": HERE} if method == "POST" else {}
                answer = await client.request(method, address, headers=origin)
                if answer.status_code != statuses.get(kind, statuses["*"]):
                    deviations.append(f"{method} {path} answers {answer.status_code} to {kind}")
    assert not deviations, "\n".join(deviations)


def test_every_address_is_declared() -> None:
    assert set(app.ROUTES) == ADDRESSES.keys(), "Say in tests/surface.py what it answers to whom."


async def test_every_page_is_for_one_house(cookies: dict[str, str]) -> None:
    door = FrontDoor(Inside(), {}, public_url=HERE, headers=SecurityHeaders(secure=False))
    deviations = []
    for kind in KINDS:
        async with browser(door, cookies[kind]) as client:
            for page in app.PAGES:
                answer = await client.get(page.route.replace("[", "").replace("]", ""))
                house = "platform" if is_operators(page.route) else "clinic"
                if (answer.text == "inside") != (kind in MAY[f"{ANYBODY}, {house}"]):
                    deviations.append(f"{page.route} answers {answer.status_code} to {kind}")
    assert not deviations, "\n".join(deviations)


JOB_KINDS = {
    "organization": ("organization",),
    "platform": ("platform",),
    "either": ("organization", "platform"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_asks_for_work_in_anothers_name(kind: str, organization: Any, other_organization: Any) -> None:
    """A clinic's people ask for work of their clinic; the platform's own is asked for by the platform."""
    claims = _claims(kind, organization.id, other_organization.id)
    wanted = {"organization": organization.id, "platform": None}
    deviations = []
    for name, whose in JOBS.items():
        for one in JOB_KINDS[whose]:
            may_ask = kind in MAY_ASK_FOR[one]
            if _asked(claims, name, wanted[one]) != may_ask:
                deviations.append(f"{name} of the {one}")
    assert not deviations, f"{kind}: {deviations}"


# Policies know whose clinic it is; who may do what there, the guard before them knows.
MAY_ASK_FOR = {
    "organization": {"viewer", "staff", "admin", "owner", "visitor", "operator"},
    "platform": {"visitor", "operator"},
}


def _claims(kind: str, org_id: UUID, other_id: UUID) -> list[Claims]:
    """What transactions of such a person carry; a visitor has those of both houses."""
    person_id = uuid4()
    platforms, clinics = Claims.system(person_id=person_id), Claims.person(org_id=org_id, person_id=person_id)
    if kind in ("anonymous", "removed"):
        return [Claims.nobody()]
    if kind == "other clinic's admin":
        return [Claims.person(org_id=other_id, person_id=person_id)]
    return {"operator": [platforms], "visitor": [platforms, clinics]}.get(kind, [clinics])


def _asked(alternatives: list[Claims], name: str, org_id: UUID | None) -> bool:
    for claims in alternatives:
        try:
            with transaction(claims) as session:
                enqueue(session, name, {}, org_id=org_id, due_at=clock.now() + timedelta(days=9))
                session.rollback()
        except ProgrammingError:  # refused by the policy
            continue
        return True
    return False


def test_every_job_is_declared() -> None:
    worker.import_jobs()
    registered = {name for name in REGISTERED if not name.startswith("tests.")}
    assert registered == JOBS.keys(), "Say in tests/surface.py whose work it is."


def test_the_surface_does_not_shrink(capsys: pytest.CaptureFixture[str]) -> None:
    jobs = sum(len(JOB_KINDS[whose]) for whose in JOBS.values())
    entrances = len(declared()) + len(ADDRESSES) + len(app.PAGES) + jobs
    with capsys.disabled():
        print(f"\nsurface matrix: {entrances} ways in × {len(KINDS)} kinds = {entrances * len(KINDS)} cells")
    assert entrances * len(KINDS) >= FEWEST_CELLS
