"""Signing in with an organization's own account, over HTTP against the sandbox and its identity provider."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from tests.clinic_sign_in import AuthSandbox
from tests.people import Person
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.limits import ORGANIZATION
from voxanne_app.identity.ports import NoOrganization
from voxanne_app.identity.routes import ROUTES
from voxanne_app.identity.sessions import halfway_for_cookie, newcomer_for_cookie, person_for_cookie

OURS = "http://localhost:8000"
COOKIE, FLOW = "voxanne_session", "voxanne_flow"
ORGANIZATION_ID = "6d0d6a52-6f0e-4c59-9f3c-0a1d4f5b7c21"
HERE, THERE = "cedar.example", "elsewhere.example"


@pytest.fixture(autouse=True)
def _settings(supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    supabase.set(site_url=OURS, rate_limits=False, sso=[{"id": ORGANIZATION_ID, "domains": [HERE]}])
    monkeypatch.setenv("SESSION_SECRET", "a secret of the tests, 32 characters")
    monkeypatch.setenv("SIGN_IN_WITH_GOOGLE", "true")
    monkeypatch.setenv("SIGN_IN_WITH_SSO", "true")
    get_settings.cache_clear()


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    headers = {"origin": OURS, "x-forwarded-for": f"9.7.{uuid4().int % 250}.{uuid4().int % 250}"}
    wire = httpx.ASGITransport(Starlette(routes=ROUTES))
    async with httpx.AsyncClient(transport=wire, base_url=OURS, headers=headers) as client:
        yield client


def an_address(domain: str = HERE) -> str:
    return f"{uuid4().hex[:12]}@{domain}"


def where(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("location", "")


def execute(statement: str, **values: Any) -> Any:
    with transaction(Claims.system()) as session:
        return session.connection().execute(text(statement), values)


def at_the_organization(supabase: AuthSandbox, person: Person) -> str:
    """The person's account is one of the organization's; its address."""
    email = an_address()
    execute("update people set email = :email where id = :id", email=email, id=person.person_id)
    row = execute("select * from people where id = :id", id=person.person_id).one()
    supabase.register(row, org_id=person.org_id, sso_id=ORGANIZATION_ID)
    return email


async def begun(browser: httpx.AsyncClient, typed: str, wanted: str = "/calls") -> str:
    """Where the page between leads."""
    answer = await browser.post("/auth/sso", data={"email": typed, "next": wanted})
    assert answer.status_code == 200, answer.text
    leads = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', answer.text)
    assert leads
    assert f'href="{leads[1]}"' in answer.text
    return html.unescape(leads[1])


async def asserted(address: str, email: str) -> str:
    """What the organization says of who has signed in there: the way back to us, which is not opened yet."""
    acs = address.partition("/_idp/")[0] + "/sso/saml/acs"
    state = parse_qs(urlsplit(address).query)["RelayState"][0]
    async with httpx.AsyncClient(follow_redirects=False) as outside:
        assert email.partition("@")[2] in (await outside.get(address)).text
        back = await outside.post(acs, data={"RelayState": state, "email": email})
    return str(back.headers["location"]).removeprefix(OURS)


async def test_an_organization_lets_its_people_in_and_the_same_code_never_again(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    email = at_the_organization(supabase, bob)
    back = await asserted(await begun(browser, f" {email.upper()} "), email)
    flow = browser.cookies.get(FLOW)
    assert where(await browser.get(back)) == (303, "/calls")
    found = await person_for_cookie(browser.cookies.get(COOKIE))
    assert found
    assert (found.person_id, found.org_id) == (bob.person_id, bob.org_id)
    browser.cookies.clear()
    browser.cookies.set(FLOW, str(flow))
    assert (await browser.get(back)).status_code == 401
    assert browser.cookies.get(COOKIE) is None


async def test_what_the_organization_asked_is_no_second_factor_here(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    email = at_the_organization(supabase, bob)
    execute("update organizations set requires_mfa_for = '{staff}' where id = :id", id=bob.org_id)
    back = await asserted(await begun(browser, email), email)
    assert where(await browser.get(back)) == (303, "/mfa")
    halfway = await halfway_for_cookie(browser.cookies.get(COOKIE))
    assert halfway
    assert halfway.step == "enrolment"
    offer = await browser.post("/auth/mfa/begin")
    assert 'name="factor_id"' in offer.text  # they can set one up


async def test_somebody_new_is_in_no_clinic_until_one_invites_them(browser: httpx.AsyncClient) -> None:
    email = an_address()
    assert where(await browser.get(await asserted(await begun(browser, email), email))) == (303, "/welcome")
    newcomer = await newcomer_for_cookie(browser.cookies.get(COOKIE))
    assert newcomer
    assert newcomer.email == email


@pytest.mark.parametrize("email", [f"anna@{THERE}", "anna@sub.cedar.example", "a.b@münchen.example"])
async def test_every_domain_that_leads_nowhere_gets_the_same_sentence(
    browser: httpx.AsyncClient, supabase: AuthSandbox, email: str
) -> None:
    answer = await browser.post("/auth/sso", data={"email": email})
    assert answer.status_code == 401
    assert html.escape(NoOrganization.sentence) in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert browser.cookies.get(FLOW) is None
    asked = supabase.received("/sso")[-1]["body"]
    assert asked["domain"] == email.partition("@")[2].encode("idna").decode()
    assert "anna" not in str(asked)  # who it is stays here


async def test_known_and_unknown_people_of_a_domain_are_answered_alike(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    known, unknown = at_the_organization(supabase, bob), an_address()
    bodies = []
    for email in (known, unknown):
        address = await begun(browser, email)
        bodies.append(re.sub(r"RelayState=[\w-]+", "", address).replace(email, ""))
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("code", ["sso_provider_disabled", "saml_provider_disabled", "validation_failed"])
async def test_an_organization_that_is_switched_off_is_like_one_that_is_not_known(
    browser: httpx.AsyncClient, supabase: AuthSandbox, code: str
) -> None:
    headers = {"x-sb-error-code": code}
    supabase.fault(path="*/sso", mode="status", status=404, headers=headers, body={"code": code})
    answer = await browser.post("/auth/sso", data={"email": an_address()})
    assert (answer.status_code, html.escape(NoOrganization.sentence) in answer.text) == (401, True)


@pytest.mark.parametrize(
    "typed", ["", "nobody", "anna@", "@cedar.example", "anna@a..b", f"a@{'x' * 64}.example"]
)
async def test_what_is_no_address_is_said_so_and_nobody_is_asked(
    browser: httpx.AsyncClient, supabase: AuthSandbox, typed: str
) -> None:
    before = len(supabase.received("/sso"))
    answer = await browser.post("/auth/sso", data={"email": typed})
    assert (answer.status_code, "That is no e-mail address" in answer.text) == (401, True)
    assert len(supabase.received("/sso")) == before


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/sso",
        "javascript:alert(1)",
        "//idp.example",
        "https://",
        "https://idp.example@evil.example/",
        "https://idp.example/\r\nx: y",
        "https://[idp.example/",
        "https://idp.example/" + "x" * 9000,
        None,
        7,
    ],
    ids=lambda url: str(url)[:20],
)
async def test_no_answer_sends_a_browser_where_it_should_not_go(
    browser: httpx.AsyncClient, supabase: AuthSandbox, url: Any
) -> None:
    supabase.fault(path="*/sso", mode="status", status=200, body={"url": url})
    answer = await browser.post("/auth/sso", data={"email": an_address()})
    assert (answer.status_code, "aria-invalid" in answer.text) == (503, False)
    assert "idp.example" not in answer.text
    assert browser.cookies.get(FLOW) is None


async def test_the_page_between_names_where_it_leads_and_breaks_out_of_nothing(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    url = 'https://idp.example/sso?SAMLRequest=a"><script>&RelayState=b'
    supabase.fault(path="*/sso", mode="status", status=200, body={"url": url})
    answer = await browser.post("/auth/sso", data={"email": an_address()})
    assert "<strong>idp.example</strong>" in answer.text
    assert "<script>&" not in answer.text


async def test_an_organization_that_names_somebody_elsewhere_lets_nobody_in(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    victim = an_address(THERE)
    answer = await browser.get(await asserted(await begun(browser, an_address()), victim))
    assert (answer.status_code, "named an address elsewhere" in answer.text) == (401, True)
    assert browser.cookies.get(COOKIE) is None
    assert execute("select count(*) from people where email = :email", email=victim).scalar() == 0
    assert supabase.received("/logout")[-1]["status"] == 204  # given back


async def test_an_address_with_a_password_of_its_own_is_not_taken_over(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    email = an_address()
    execute("update people set email = :email where id = :id", email=email, id=bob.person_id)
    answer = await browser.get(await asserted(await begun(browser, email), email))
    assert (answer.status_code, "known here with another sign-in" in answer.text) == (403, True)
    assert browser.cookies.get(COOKIE) is None


async def test_a_way_back_for_another_domain_or_by_another_door_is_refused(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    for before, after in (
        (f"domain={HERE}", f"domain={THERE}"),
        ("/auth/sso/back", "/auth/google/back"),
        ("state=", "state=x"),
    ):
        email = an_address()
        back = await asserted(await begun(browser, email), email)
        spent = len(supabase.received("/token"))
        answer = await browser.get(back.replace(before, after))
        assert (answer.status_code, "not finished in this browser" in answer.text) == (401, True), after
        assert len(supabase.received("/token")) == spent


async def test_nobody_of_an_organization_comes_in_by_googles_door(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    """Its challenge is no secret: an organization could answer it with any address."""
    google = (await browser.get("/auth/google")).headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(google).query).items()}
    async with httpx.AsyncClient() as outside:
        wanted = {name: query[name] for name in ("redirect_to", "code_challenge", "code_challenge_method")}
        issuer = google.partition("/authorize")[0]
        headers = {"apikey": get_settings().require("supabase_publishable_key")}
        answer = await outside.post(
            f"{issuer}/sso", headers=headers, json=wanted | {"domain": HERE, "skip_http_redirect": True}
        )
    victim = an_address(THERE)
    back = await browser.get(await asserted(answer.json()["url"], victim))
    assert back.status_code == 401
    assert browser.cookies.get(COOKIE) is None
    assert execute("select count(*) from people where email = :email", email=victim).scalar() == 0


async def test_their_password_and_address_are_not_ours_to_change(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    email = at_the_organization(supabase, bob)
    await browser.get(await asserted(await begun(browser, email), email))
    page = await browser.get("/account")
    assert "by your organization&#x27;s own sign-in" in page.text or "by your organization's own" in page.text
    assert 'action="/auth/account/password"' not in page.text
    assert 'action="/auth/account/address"' not in page.text
    refused = await browser.post("/auth/account/address", data={"email": an_address()})
    assert (refused.status_code, "they are changed there" in refused.text) == (401, True)


async def test_asking_too_often_is_stopped_per_address_and_says_when_to_come_back(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    for _ in range(ORGANIZATION.per_account_and_address):
        await browser.post("/auth/sso", data={"email": an_address(THERE)})
    asked = len(supabase.received("/sso"))
    stopped = await browser.post("/auth/sso", data={"email": an_address()})
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "900")
    assert len(supabase.received("/sso")) == asked


async def test_it_is_offered_only_where_it_is_switched_on(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/sign-in/sso?next=%2Fcalls" in (await browser.get("/sign-in?next=/calls")).text
    assert 'value="/calls"' in (await browser.get("/sign-in/sso?next=/calls")).text
    monkeypatch.setenv("SIGN_IN_WITH_SSO", "false")
    get_settings.cache_clear()
    assert "/sign-in/sso" not in (await browser.get("/sign-in")).text
    assert (await browser.get("/sign-in/sso")).status_code == 404
    assert (await browser.post("/auth/sso", data={"email": an_address()})).status_code == 404
