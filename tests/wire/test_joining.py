"""From the mail to the clinic: invitations over HTTP, turning to another clinic, and operators' visits."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Row, text
from starlette.applications import Starlette

import voxanne_app.identity.jobs  # noqa: F401 (registers them)
from tests.clinic_sign_in import PASSWORD, AuthSandbox, signed_in_cookie
from tests.db.test_invitations import invite
from tests.db.test_team import remove, trail
from tests.deliveries import run_job
from tests.factories import make_membership, make_organization, make_person
from tests.people import Person, join
from tests.screens import page_of
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import clinics
from voxanne_app.identity.routes import ROUTES as SIGN_IN_ROUTES
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.sessions import admitted_for_cookie, cookie_name, person_for_cookie
from voxanne_app.identity.ui import invitation_routes, place_routes
from voxanne_app.ui.session import PlatformScreen, Screen, SignedOut
from voxanne_app.vendors import sign_in_provider

OURS = "http://localhost:8000"
SECRET_KEY = "sb_secret_sandbox"
REASON = "A caller was not understood, ticket 4711."


@pytest.fixture(autouse=True)
def secret_key(supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_SECRET_KEY", SECRET_KEY)
    get_settings.cache_clear()


@asynccontextmanager
async def browser(cookie: str = "", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    routes = [*SIGN_IN_ROUTES, *place_routes.ROUTES, *invitation_routes.ROUTES]
    given = {"origin": OURS, "x-forwarded-for": f"9.8.{uuid4().int % 250}.{uuid4().int % 250}"} | headers
    wire = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=wire, base_url=OURS, headers=given) as client:
        if cookie:
            client.cookies.set(cookie_name(), cookie)
        yield client


def do(name: str) -> None:
    """Do the jobs of this name that wait."""
    with transaction(Claims.system()) as session:
        found = session.connection().execute(
            text("select id, fence from jobs where state = 'waiting' and name = :name and due_at <= now()"),
            {"name": name},
        )
        tickets = found.all()
    for ticket in tickets:
        run_job(ticket.id, ticket.fence)


def mailed_link(supabase: AuthSandbox, email: str) -> str:
    """Where the newest mail to `email` leads in the end: our own address."""
    do("identity.mail_invitation")
    mails = httpx.get(f"{supabase.url}/_sandbox/outbox", params={"to": email}).json()["mails"]
    (back,) = parse_qs(urlsplit(mails[0]["link"]).query)["redirect_to"]
    assert back.startswith(f"{OURS}/invitation/")
    return str(back).removeprefix(OURS)


def told_org(supabase: AuthSandbox, person_id: UUID) -> Any:
    """What Supabase says of somebody's clinic, once the job has told it."""
    do("identity.member_removed")
    do("identity.follow_in_token")
    headers = {"apikey": SECRET_KEY, "authorization": f"Bearer {SECRET_KEY}"}
    user = httpx.get(f"{supabase.url}/supabase/auth/v1/admin/users/{person_id}", headers=headers).json()
    return user["app_metadata"].get("org_id")


def heading(answer: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text)
    assert found, answer.text
    return found[1]


async def test_a_newcomer_joins_by_the_mail_with_a_name_and_a_password(
    supabase: AuthSandbox, alice: Person
) -> None:
    email = f"{uuid4().hex[:10]}@example.test"
    invite(alice, email, now=clock.now())
    link = mailed_link(supabase, email)
    async with browser() as client:
        page = await client.get(link)
        assert heading(page) == "Join Alder Street Dental"
        assert email in page.text
        for wrong in (
            {"full_name": "Nora"},
            {"full_name": " ", "password": PASSWORD},
            {"password": "x" * 80},
        ):
            answer = await client.post(link, data=wrong)
            assert answer.status_code == 422
            assert 'role="alert"' in answer.text
        joined = await client.post(link, data={"full_name": "Nora New", "password": PASSWORD})
        assert (joined.status_code, joined.headers["location"]) == (303, "/")
        who = await person_for_cookie(client.cookies.get(cookie_name()))
        assert who
        assert (who.org_id, who.role, who.full_name) == (alice.org_id, "staff", "Nora New")
        again = await client.get(link)
        assert again.status_code == 410
    assert told_org(supabase, who.person_id) == str(alice.org_id)
    assert trail(alice.claims)[:2] == ["team.invited", "team.joined"]


async def test_somebody_we_know_signs_in_and_joins_a_second_clinic(
    supabase: AuthSandbox, alice: Person, charlie: Person
) -> None:
    supabase.register(charlie, org_id=charlie.org_id)
    invite(alice, charlie.email, "viewer", now=clock.now())
    link = mailed_link(supabase, charlie.email)
    async with browser() as client:
        page = await client.get(link)
        assert f"/sign-in?next={link}" in page.text
        assert 'name="password"' not in page.text
        # The link alone is no way into an account that exists.
        refused = await client.post(link, data={"full_name": "Mallory", "password": PASSWORD})
        assert refused.headers["location"].startswith("/sign-in")
        signed_in = await client.post(
            "/auth/sign-in", data={"email": charlie.email, "password": PASSWORD, "next": link}
        )
        assert signed_in.headers["location"] == link
        assert "Join Alder Street Dental</button>" in (await client.get(link)).text
        assert (await client.post(link)).headers["location"] == "/"
        who = await person_for_cookie(client.cookies.get(cookie_name()))
        assert who
        assert (who.org_id, who.role) == (alice.org_id, "viewer")
        assert [one.id for one in who.others] == [charlie.org_id]
        back = await client.post("/auth/clinic", data={"clinic": str(charlie.org_id)})
        assert back.headers["location"] == "/"
        who = await person_for_cookie(client.cookies.get(cookie_name()))
    assert who
    assert (who.org_id, who.role) == (charlie.org_id, "owner")
    assert told_org(supabase, charlie.person_id) == str(charlie.org_id)


async def test_whoever_is_signed_in_with_another_address_is_told_so(
    supabase: AuthSandbox, alice: Person, charlie: Person
) -> None:
    email = f"{uuid4().hex[:10]}@example.test"
    invite(alice, email, now=clock.now())
    link = mailed_link(supabase, email)
    async with browser(await signed_in_cookie(supabase, charlie)) as client:
        assert email in (await client.get(link)).text
        answer = await client.post(link)
        assert (answer.status_code, heading(answer)) == (409, "That is not possible")
    assert trail(alice.claims) == ["team.invited"]


@pytest.mark.parametrize(
    "link", ["/invitation/x", f"/invitation/{'x' * 43}", "/invitation/%00", "/invitation/%27"]
)
async def test_a_link_that_leads_nowhere_says_so(supabase: AuthSandbox, link: str) -> None:
    async with browser() as client:
        answer = await client.get(link)
    assert (answer.status_code, heading(answer)) == (410, "This invitation cannot be used")


async def test_nobody_turns_to_a_clinic_that_is_not_theirs_or_from_a_foreign_page(
    supabase: AuthSandbox, alice: Person, charlie: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    make_membership(org_id=charlie.org_id, person_id=alice.person_id, removed_at=clock.now())
    async with browser(cookie) as client:
        for clinic in (charlie.org_id, uuid4(), "x", ""):
            answer = await client.post("/auth/clinic", data={"clinic": str(clinic)})
            assert answer.status_code == 409
    second = make_organization(name="Second")
    make_membership(org_id=second.id, person_id=alice.person_id)
    async with browser(cookie, origin="http://evil.test") as client:
        assert (await client.post("/auth/clinic", data={"clinic": str(second.id)})).status_code == 403
    who = await person_for_cookie(cookie)
    assert who
    assert who.org_id == alice.org_id


async def test_somebody_removed_is_out_and_their_old_session_stays_out_when_they_come_back(
    supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    cookie = await signed_in_cookie(supabase, bob)
    remove(alice, bob)
    assert told_org(supabase, bob.person_id) is None
    with transaction(alice.claims) as session:
        session.connection().execute(
            text("update memberships set removed_at = null where person_id = :id"), {"id": bob.person_id}
        )
    assert await admitted_for_cookie(cookie) is None


async def operators_cookie(supabase: AuthSandbox) -> str:
    operator = make_person(full_name="Olga Operator", is_operator=True)
    supabase.register(operator, org_id=None)
    tokens = sign_in_provider().sign_in(email=operator.email, password=PASSWORD)
    return (await start_session(tokens)).cookie_value


async def test_a_visit_opens_reads_writes_them_down_and_ends_at_a_click(
    supabase: AuthSandbox, organization: Row[Any], alice: Person
) -> None:
    cookie = await operators_cookie(supabase)
    form = {"clinic": str(organization.id), "reason": REASON, "minutes": "30"}
    async with browser(cookie) as client:
        assert (await client.post("/auth/visit", data=form | {"reason": "why not"})).status_code == 409
        assert (await client.post("/auth/visit", data=form | {"minutes": "1000"})).status_code == 409
        assert (await client.post("/auth/visit", data=form)).headers["location"] == "/"
        with page_of(cookie, path="/calls") as (root, connection):
            screen = await root.get_state(Screen)
            for _ in range(3):
                assert await screen.in_transaction("calls.read", lambda session: 7) == 7
            with pytest.raises(Exception, match="role does not allow"):
                await screen.in_transaction("bookings.edit", lambda session: 7)
            # At the same time the operators' own screens stay open.
            assert await (await root.get_state(PlatformScreen)).asking_operator()
            ended = await client.post("/auth/visit/end")
            assert ended.headers["location"] == f"/platform/organizations/{organization.id}"
            with pytest.raises(SignedOut):
                await screen.in_transaction("calls.read", lambda session: 7)
            assert connection.ended.is_set()
    assert trail(alice.claims) == ["visits.began", "visits.read", "visits.ended"]


async def test_a_visit_is_for_operators_only(
    supabase: AuthSandbox, alice: Person, other_organization: Row[Any]
) -> None:
    owner = join(other_organization, full_name="Mallory", role="owner")
    form = {"clinic": str(alice.org_id), "reason": REASON, "minutes": "30"}
    async with browser(await signed_in_cookie(supabase, owner)) as client:
        assert (await client.post("/auth/visit", data=form)).headers["location"] == "/"
    async with browser() as client:
        assert (await client.post("/auth/visit", data=form)).headers["location"] == "/"
    assert trail(alice.claims) == []


async def test_nobody_is_told_of_a_clinic_whose_account_is_gone(supabase: AuthSandbox, alice: Person) -> None:
    with transaction(Claims.system()) as session:
        clinics.follow_in_token(session, alice.person_id)  # whom this provider does not know
    do("identity.follow_in_token")
