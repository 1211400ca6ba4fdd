"""Signing up, mailed links, forgotten passwords, Google and second factors, over HTTP against the sandbox."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from tests.clinic_sign_in import PASSWORD, AuthSandbox
from tests.mailbox import code_of, mails_to, newest_mail
from tests.people import Person
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.limits import RECOVER, SECOND_FACTOR, SIGN_UP
from voxanne_app.identity.routes import ROUTES
from voxanne_app.identity.sessions import (
    halfway_for_cookie,
    newcomer_for_cookie,
    person_for_cookie,
    who_for_cookie,
)

OURS = "http://localhost:8000"
NEW_PASSWORD = "seven purple otters juggling"
COOKIE = "voxanne_session"


@pytest.fixture(autouse=True)
def _settings(supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    supabase.set(site_url=OURS, secret_key="sb_secret_of_the_tests", rate_limits=False)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_of_the_tests")
    monkeypatch.setenv("SESSION_SECRET", "a secret of the tests, 32 characters")
    monkeypatch.setenv("SIGN_IN_WITH_GOOGLE", "true")
    get_settings.cache_clear()


def new_browser() -> httpx.AsyncClient:
    headers = {"origin": OURS, "x-forwarded-for": f"9.8.{uuid4().int % 250}.{uuid4().int % 250}"}
    wire = httpx.ASGITransport(Starlette(routes=ROUTES))
    return httpx.AsyncClient(transport=wire, base_url=OURS, headers=headers)


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with new_browser() as client:
        yield client


@pytest.fixture
async def another() -> AsyncIterator[httpx.AsyncClient]:
    async with new_browser() as client:
        yield client


def an_address() -> str:
    return f"{uuid4().hex[:12]}@example.test"


def where(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("location", "")


def actions(person_id: Any) -> list[str]:
    with transaction(Claims.system()) as session:
        query = "select action from audit_events where person_id = :id order by happened_at, action"
        return list(session.connection().execute(text(query), {"id": person_id}).scalars())


def execute(statement: str, **values: Any) -> Any:
    with transaction(Claims.system()) as session:
        return session.connection().execute(text(statement), values)


async def sign_up(browser: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    fields = {"full_name": "Nora New", "email": email, "password": password}
    return await browser.post("/auth/sign-up", data=fields)


async def sign_in(browser: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await browser.post("/auth/sign-in", data={"email": email, "password": password})


async def redeem(browser: httpx.AsyncClient, kind: str, token_hash: str) -> httpx.Response:
    return await browser.post("/auth/verify", data={"type": kind, "token_hash": token_hash})


def registered(supabase: AuthSandbox, person: Person) -> Person:
    supabase.register(person, org_id=person.org_id)
    return person


async def enrolled(
    supabase: AuthSandbox, browser: httpx.AsyncClient, person: Person
) -> tuple[str, list[str]]:
    """Somebody whose role needs a second factor sets one up: its secret, and the recovery codes."""
    registered(supabase, person)
    execute("update organizations set requires_mfa_for = '{staff}' where id = :id", id=person.org_id)
    assert where(await sign_in(browser, person.email)) == (303, "/mfa")
    offer = await browser.post("/auth/mfa/begin")
    factor_id = re.search(r'name="factor_id" value="([^"]+)"', offer.text)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", offer.text)
    assert factor_id
    assert secret
    assert 'src="data:image/svg+xml;base64,' in offer.text
    done = await browser.post(
        "/auth/mfa/finish", data={"factor_id": factor_id[1], "code": code_of(secret[1], steps_on=-1)}
    )
    assert done.status_code == 200, done.text
    return secret[1], re.findall(r"<li><code>([^<]+)</code>", done.text)


async def test_a_newcomer_signs_up_confirms_and_is_led_to_the_welcome(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    email = an_address()
    assert (await sign_up(browser, email)).status_code == 200
    assert (await sign_in(browser, email)).status_code == 403  # not confirmed yet
    mail = newest_mail(supabase.url, email, "signup")
    opened = await browser.get("/verify", params={"type": "signup", "token_hash": mail.token_hash})
    assert "Confirm my address" in opened.text
    assert (await sign_in(browser, email)).status_code == 403  # looking at the link does nothing
    assert where(await redeem(browser, "signup", mail.token_hash)) == (303, "/sign-in?confirmed")
    assert await who_for_cookie(browser.cookies.get(COOKIE)) is None
    assert where(await sign_in(browser, email)) == (303, "/welcome")
    found = await newcomer_for_cookie(browser.cookies.get(COOKIE))
    assert found
    assert (found.email, found.full_name) == (email, "Nora New")
    assert actions(found.person_id) == ["account.signed_in"]


async def test_signing_up_sounds_the_same_for_an_address_that_is_known(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    registered(supabase, bob)
    unknown = an_address()
    known, new = await sign_up(browser, bob.email), await sign_up(browser, unknown)
    assert known.status_code == new.status_code == 200
    assert known.text.replace(bob.email, "X") == new.text.replace(unknown, "X")
    assert mails_to(supabase.url, bob.email) == 0


@pytest.mark.parametrize("path", ["/auth/forgot-password", "/auth/resend"])
async def test_asking_twice_within_a_minute_does_not_tell_who_is_known(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person, path: str
) -> None:
    supabase.register(bob, org_id=bob.org_id, email_confirmed=path != "/auth/resend")
    supabase.set(rate_limits=True)
    for _ in range(2):  # the second time Supabase answers 429, for people it knows only
        known = await browser.post(path, data={"email": bob.email})
        unknown = await browser.post(path, data={"email": "nobody@example.test"})
        assert known.status_code == unknown.status_code == 200
        assert known.text.replace(bob.email, "X") == unknown.text.replace("nobody@example.test", "X")
    assert mails_to(supabase.url, bob.email) == 1


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "at least 10 characters"),
        ("1234567890", "Choose something nobody would try"),
        ("NoraNew2026", "Choose something nobody would try"),
        ("password123", "Choose something nobody would try"),
        ("ab" * 40, "too long"),
    ],
)
async def test_a_weak_password_is_refused_in_words(
    browser: httpx.AsyncClient, supabase: AuthSandbox, password: str, told: str
) -> None:
    before = len(supabase.received("/signup"))
    answer = await sign_up(browser, an_address(), password)
    assert (answer.status_code, told in answer.text) == (400, True), answer.text
    assert password not in answer.text
    assert len(supabase.received("/signup")) == before


async def test_supabases_own_reasons_are_told_in_words(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    body = {"code": "weak_password", "message": "x", "weak_password": {"reasons": ["pwned"]}}
    headers = {"x-sb-error-code": "weak_password", "x-supabase-api-version": "2024-01-01"}
    supabase.fault(mode="status", status=422, body=body, headers=headers, path="/auth/v1/signup")
    answer = await sign_up(browser, an_address())
    assert (answer.status_code, "known from a leak" in answer.text) == (400, True)


async def test_a_link_works_once(browser: httpx.AsyncClient, supabase: AuthSandbox) -> None:
    email = an_address()
    await sign_up(browser, email)
    mail = newest_mail(supabase.url, email, "signup")
    assert (await redeem(browser, "signup", mail.token_hash)).status_code == 303
    again = await redeem(browser, "signup", mail.token_hash)
    assert (again.status_code, "was used already" in again.text) == (401, True)


@pytest.mark.parametrize(
    ("kind", "token"), [("signup", "x"), ("nonsense", "a" * 56), ("recovery", "<script>" * 4), ("", "a" * 56)]
)
async def test_a_link_of_nonsense_asks_nobody(
    browser: httpx.AsyncClient, supabase: AuthSandbox, kind: str, token: str
) -> None:
    before = len(supabase.received("/verify"))
    assert (await browser.get("/verify", params={"type": kind, "token_hash": token})).status_code == 400
    assert (await redeem(browser, kind, token)).status_code == 401
    assert len(supabase.received("/verify")) == before


async def test_a_forgotten_password_is_replaced_and_every_other_session_ends(
    browser: httpx.AsyncClient, another: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    registered(supabase, bob)
    await sign_in(another, bob.email)
    await browser.post("/auth/forgot-password", data={"email": bob.email.upper()})
    mail = newest_mail(supabase.url, bob.email, "recovery")
    assert where(await redeem(browser, "recovery", mail.token_hash)) == (303, "/reset-password")
    assert await who_for_cookie(browser.cookies.get(COOKIE)) is None  # nothing else is open to them
    assert where(await browser.get("/sign-in")) == (303, "/reset-password")
    differ = {"password": NEW_PASSWORD, "again": "another one entirely"}
    assert "The two passwords differ" in (await browser.post("/auth/reset-password", data=differ)).text
    halfway_cookie = browser.cookies.get(COOKIE)
    same = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert where(await browser.post("/auth/reset-password", data=same)) == (303, "/")
    assert await person_for_cookie(browser.cookies.get(COOKIE))
    assert await halfway_for_cookie(halfway_cookie) is None or halfway_cookie != browser.cookies.get(COOKIE)
    ended = execute(
        "select ended_at from sessions where person_id = :id order by created_at", id=bob.person_id
    )
    assert [row.ended_at is not None for row in ended] == [True, False]
    assert (await sign_in(another, bob.email)).status_code == 401
    assert (await sign_in(another, bob.email, NEW_PASSWORD)).status_code == 303
    assert "account.password_changed" in actions(bob.person_id)


async def test_a_session_that_waits_for_nothing_chooses_no_password(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    registered(supabase, bob)
    await sign_in(browser, bob.email)
    same = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert where(await browser.post("/auth/reset-password", data=same)) == (303, "/sign-in")
    assert (await sign_in(browser, bob.email)).status_code == 303


async def test_a_role_that_needs_a_second_factor_reaches_nothing_without(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    secret, codes = await enrolled(supabase, browser, bob)
    assert len(set(codes)) == 10
    assert await person_for_cookie(browser.cookies.get(COOKIE))
    async with new_browser() as later:
        assert where(await sign_in(later, bob.email)) == (303, "/mfa")
        cookie = later.cookies.get(COOKIE)
        assert await who_for_cookie(cookie) is None
        assert "Your code" in (await later.get("/mfa")).text
        wrong = await later.post("/auth/mfa", data={"code": "000000"})
        assert (wrong.status_code, "That code is not right" in wrong.text) == (401, True)
        assert where(await later.post("/auth/mfa", data={"code": code_of(secret)})) == (303, "/")
        assert later.cookies.get(COOKIE) != cookie
        assert await person_for_cookie(later.cookies.get(COOKIE))
        assert await who_for_cookie(cookie) is None
    assert actions(bob.person_id).count("account.factor_added") == 1


async def test_a_code_that_was_seen_over_a_shoulder_is_good_once(
    browser: httpx.AsyncClient, another: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    secret, _ = await enrolled(supabase, browser, bob)
    code = code_of(secret)
    await sign_in(browser, bob.email)
    assert (await browser.post("/auth/mfa", data={"code": code})).status_code == 303
    await sign_in(another, bob.email)
    replayed = await another.post("/auth/mfa", data={"code": code})
    assert (replayed.status_code, "was used already" in replayed.text) == (401, True)
    assert await who_for_cookie(another.cookies.get(COOKIE)) is None


async def test_a_recovery_code_lets_in_once_and_says_nothing_else(
    browser: httpx.AsyncClient, another: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    _, codes = await enrolled(supabase, browser, bob)
    for client, expected in ((browser, 303), (another, 401)):
        await sign_in(client, bob.email)
        answer = await client.post("/auth/mfa/recovery", data={"code": codes[0].lower().replace("-", " ")})
        assert answer.status_code == expected
        assert bool(await person_for_cookie(client.cookies.get(COOKIE))) is (expected == 303)
    stored = execute(
        "select recovery_codes::text from recovery_codes where person_id = :id", id=bob.person_id
    )
    assert not any(code.replace("-", "") in row for row in stored.scalars() for code in codes)


async def test_guessing_codes_is_stopped(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    await enrolled(supabase, browser, bob)
    await sign_in(browser, bob.email)
    for number in range(SECOND_FACTOR.per_account_and_address):
        assert (await browser.post("/auth/mfa", data={"code": f"00000{number}"})).status_code == 401
    stopped = await browser.post("/auth/mfa", data={"code": "999999"})
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "900")


async def test_a_forgotten_password_does_not_lead_around_the_second_factor(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    secret, _ = await enrolled(supabase, browser, bob)
    await browser.post("/auth/forgot-password", data={"email": bob.email})
    mail = newest_mail(supabase.url, bob.email, "recovery")
    assert where(await redeem(browser, "recovery", mail.token_hash)) == (303, "/mfa")
    same = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert where(await browser.post("/auth/reset-password", data=same)) == (303, "/sign-in")
    await browser.post("/auth/mfa", data={"code": code_of(secret)})
    assert where(await browser.get("/sign-in")) == (303, "/reset-password")
    assert where(await browser.post("/auth/reset-password", data=same)) == (303, "/")


async def test_a_lost_phone_and_a_forgotten_password_are_got_over_with_a_recovery_code(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    _, codes = await enrolled(supabase, browser, bob)
    await browser.post("/auth/forgot-password", data={"email": bob.email})
    await redeem(browser, "recovery", newest_mail(supabase.url, bob.email, "recovery").token_hash)
    await browser.post("/auth/mfa/recovery", data={"code": codes[3]})
    same = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert where(await browser.post("/auth/reset-password", data=same)) == (303, "/")
    assert await person_for_cookie(browser.cookies.get(COOKIE))
    assert where(await sign_in(browser, bob.email, NEW_PASSWORD)) == (303, "/mfa")


async def google(browser: httpx.AsyncClient, email: str) -> str:
    """Through the provider and Google's page, back to an address of ours, which is not opened yet."""
    begun = await browser.get("/auth/google?next=/calls")
    assert begun.status_code == 303
    async with httpx.AsyncClient(follow_redirects=False) as outside:
        consent = await outside.get(begun.headers["location"])
        state = parse_qs(urlsplit(consent.headers["location"]).query)["state"][0]
        issuer = begun.headers["location"].partition("/authorize")[0]
        back = await outside.get(f"{issuer}/callback", params={"state": state, "email": email})
    return str(back.headers["location"]).removeprefix(OURS)


async def test_google_lets_in_whom_we_know_and_the_same_code_never_again(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    registered(supabase, bob)
    back = await google(browser, bob.email)
    flow = browser.cookies.get("voxanne_flow")
    assert where(await browser.get(back)) == (303, "/calls")
    found = await person_for_cookie(browser.cookies.get(COOKIE))
    assert found
    assert found.person_id == bob.person_id
    browser.cookies.clear()
    browser.cookies.set("voxanne_flow", str(flow))
    assert (await browser.get(back)).status_code == 401


async def test_another_browser_does_not_finish_what_this_one_began(
    browser: httpx.AsyncClient, another: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    registered(supabase, bob)
    back = await google(browser, bob.email)
    for attempt in (0, 1):  # without a flow of its own, then with one
        answer = await another.get(back)
        assert (answer.status_code, "not finished in this browser" in answer.text) == (401, True), attempt
        assert another.cookies.get(COOKIE) is None
        await another.get("/auth/google")
    assert where(await browser.get(back)) == (303, "/calls")


async def test_a_way_back_with_another_state_is_refused_before_anybody_is_asked(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    registered(supabase, bob)
    for state in ("state=x&", ""):
        back = await google(browser, bob.email)
        before = len(supabase.received("/token"))
        assert (await browser.get(re.sub(r"state=[^&]+&", state, back))).status_code == 401
        assert len(supabase.received("/token")) == before
    assert where(await browser.get(await google(browser, bob.email))) == (303, "/calls")


async def test_somebody_new_from_google_is_led_to_the_welcome(browser: httpx.AsyncClient) -> None:
    email = an_address()
    assert where(await browser.get(await google(browser, email))) == (303, "/welcome")
    assert await newcomer_for_cookie(browser.cookies.get(COOKIE))


@pytest.mark.parametrize(
    ("path", "limits"), [("/auth/forgot-password", RECOVER), ("/auth/sign-up", SIGN_UP)], ids=str
)
async def test_asking_for_mails_has_a_limit_that_says_when_to_come_back(
    browser: httpx.AsyncClient, path: str, limits: Any
) -> None:
    fields = {"email": an_address(), "password": PASSWORD, "full_name": "N"}
    for _ in range(limits.per_account_and_address):
        assert (await browser.post(path, data=fields)).status_code == 200
    stopped = await browser.post(path, data=fields)
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "900")
    assert "asked for too often" in stopped.text


@pytest.mark.parametrize("path", [route.path for route in ROUTES if "POST" in (route.methods or ())])
async def test_no_form_of_another_site_does_anything(
    browser: httpx.AsyncClient, supabase: AuthSandbox, path: str
) -> None:
    before = len(supabase.received(""))
    browser.headers["origin"] = "https://evil.example"
    assert (await browser.post(path, data={"email": "a@example.test"})).status_code == 403
    assert len(supabase.received("")) == before
