"""The sign-in page and its two forms, over HTTP, with Supabase Auth played by the sandbox."""

import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from tests.clinic_sign_in import PASSWORD, AuthSandbox
from tests.factories import make_person
from tests.people import Person
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.limits import SIGN_IN
from voxanne_app.identity.routes import ROUTES
from voxanne_app.identity.sessions import newcomer_for_cookie, person_for_cookie

PER_ACCOUNT_AND_ADDRESS = SIGN_IN.per_account_and_address
OURS = "http://localhost:8000"
UNAVAILABLE = "Sign-in does not answer right now. Nothing is lost: try again in a minute."


@pytest.fixture
async def browser(supabase: AuthSandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that keeps cookies, says where its forms come from, and has an address of its own."""
    headers = {"origin": OURS, "x-forwarded-for": f"9.9.{uuid4().int % 250}.{uuid4().int % 250}"}
    wire = httpx.ASGITransport(Starlette(routes=ROUTES))
    async with httpx.AsyncClient(transport=wire, base_url=OURS, headers=headers) as client:
        yield client


@pytest.fixture
def bob_with_a_password(supabase: AuthSandbox, bob: Person) -> Person:
    supabase.register(bob, org_id=bob.org_id)
    return bob


async def post(
    browser: httpx.AsyncClient, email: str, password: str = PASSWORD, **more: str
) -> httpx.Response:
    return await browser.post("/auth/sign-in", data={"email": email, "password": password} | more)


def cookie_of(browser: httpx.AsyncClient) -> str | None:
    return browser.cookies.get("voxanne_session")


def sentence(answer: httpx.Response) -> str:
    """What the page says about the attempt."""
    found = re.search(r'role="alert">(.*?)</p>', answer.text) or re.search(r"<p>(.*?)</p>", answer.text)
    assert found, answer.text
    return found[1].replace("&#x27;", "'")


async def test_the_page_shows_a_form_and_nobodys_data(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/sign-in?next=/calls?agent=1")
    assert page.status_code == 200
    assert '<label for="email">' in page.text
    assert '<label for="password">' in page.text
    assert 'name="next" value="/calls?agent=1"' in page.text
    assert "Demo" not in page.text
    assert "set-cookie" not in page.headers


async def test_the_right_password_leads_to_where_one_wanted_to_go(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    answer = await post(browser, f"  {bob_with_a_password.email.upper()} ", next="/calls?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls?page=2")
    found = await person_for_cookie(cookie_of(browser))
    assert found
    assert found.person_id == bob_with_a_password.person_id
    again = await browser.get("/sign-in?next=/bookings")
    assert (again.status_code, again.headers["location"]) == (303, "/bookings")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    attributes = (await post(browser, bob_with_a_password.email)).headers["set-cookie"].split("; ")
    assert re.fullmatch(r"voxanne_session=[\w-]{43}", attributes[0])
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(attributes)
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


async def test_over_https_the_cookie_is_pinned_to_the_host(
    browser: httpx.AsyncClient, bob_with_a_password: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://voxanne.example")
    get_settings.cache_clear()
    browser.headers["origin"] = "https://voxanne.example"
    attributes = (await post(browser, bob_with_a_password.email)).headers["set-cookie"].split("; ")
    get_settings.cache_clear()
    assert re.fullmatch(r"__Host-voxanne=[\w-]{43}", attributes[0])
    assert {"Secure", "HttpOnly", "Path=/"} <= set(attributes)


async def test_a_wrong_password_and_an_unknown_address_sound_the_same(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    wrong = await post(browser, bob_with_a_password.email, "not it")
    unknown = await post(browser, "nobody@example.test", "not it")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(bob_with_a_password.email, "X") == unknown.text.replace(
        "nobody@example.test", "X"
    )
    assert sentence(wrong).startswith("That e-mail address and password do not belong together.")
    assert wrong.text.count('aria-invalid="true"') == 2
    assert cookie_of(browser) is None


async def test_what_was_typed_is_kept_but_for_the_password(browser: httpx.AsyncClient) -> None:
    page = await post(browser, '"><script>x</script>@example.test', "a secret password", next="/calls")
    assert "a secret password" not in page.text
    assert "<script>x" not in page.text
    assert "&lt;script&gt;x&lt;/script&gt;@example.test" in page.text
    assert 'name="next" value="/calls"' in page.text


@pytest.mark.parametrize(
    "fields", [{}, {"email": "a@example.test"}, {"password": "x"}, {"email": "", "password": ""}]
)
async def test_nothing_typed_is_told_without_asking_anybody(
    browser: httpx.AsyncClient, supabase: AuthSandbox, fields: dict[str, str]
) -> None:
    before = len(supabase.received("/token"))
    answer = await browser.post("/auth/sign-in", data=fields)
    assert (answer.status_code, sentence(answer)) == (401, "Enter your e-mail address and your password.")
    assert len(supabase.received("/token")) == before


async def test_an_unconfirmed_address_is_told_what_to_do(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    supabase.register(bob, org_id=bob.org_id, email_confirmed=False)
    answer = await post(browser, bob.email)
    assert (answer.status_code, "not confirmed yet" in sentence(answer)) == (403, True)
    assert cookie_of(browser) is None


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", None),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ],
)
@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out"])
async def test_a_form_of_another_site_does_nothing(
    browser: httpx.AsyncClient,
    supabase: AuthSandbox,
    bob_with_a_password: Person,
    path: str,
    header: str,
    value: str | None,
) -> None:
    await post(browser, bob_with_a_password.email)
    cookie, before = cookie_of(browser), len(supabase.received(""))
    if value is None:
        del browser.headers[header]
    else:
        browser.headers[header] = value
    answer = await browser.post(path, data={"email": bob_with_a_password.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert len(supabase.received("")) == before
    assert await person_for_cookie(cookie)


async def test_guessing_is_stopped_and_the_rightful_owner_elsewhere_is_not(
    browser: httpx.AsyncClient,
    supabase: AuthSandbox,
    bob_with_a_password: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.0/8")
    get_settings.cache_clear()
    email = bob_with_a_password.email
    for _ in range(PER_ACCOUNT_AND_ADDRESS):
        assert (await post(browser, email, "a guess")).status_code == 401
    before = len(supabase.received("/token"))
    stopped = await post(browser, email)
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "900")
    assert sentence(stopped) == "Too many attempts to sign in. Wait a few minutes, then try again."
    assert len(supabase.received("/token")) == before
    browser.headers["x-forwarded-for"] = "9.9.9.251"
    assert (await post(browser, email)).status_code == 303


async def test_the_right_password_wipes_the_slate(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    for _ in range(2):
        for _ in range(PER_ACCOUNT_AND_ADDRESS - 1):
            assert (await post(browser, bob_with_a_password.email, "mistyped")).status_code == 401
        assert (await post(browser, bob_with_a_password.email)).status_code == 303


@pytest.mark.parametrize(
    "trouble",
    [
        {"mode": "reset"},
        {"mode": "cut"},
        {"mode": "html"},
        {"mode": "wrong_json"},
        {"mode": "succeed_then_reset"},
        {"mode": "status", "status": 500},
        {"mode": "status", "status": 503},
        {"mode": "status", "status": 404},
        {"mode": "status", "status": 401, "body": {"message": "Invalid API key"}},
        {"mode": "black_hole"},
    ],
    ids=str,
)
async def test_trouble_at_supabase_is_told_and_counts_for_nothing(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob_with_a_password: Person, trouble: dict[str, Any]
) -> None:
    supabase.fault(path="/auth/v1/token", **trouble)
    attempts = 1 if trouble["mode"] == "black_hole" else PER_ACCOUNT_AND_ADDRESS + 1
    for _ in range(attempts):
        answer = await post(browser, bob_with_a_password.email)
        assert (answer.status_code, sentence(answer)) == (503, UNAVAILABLE)
    supabase.mend()
    assert (await post(browser, bob_with_a_password.email)).status_code == 303


async def test_supabases_own_limit_is_told_as_a_limit(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob_with_a_password: Person
) -> None:
    body = {"code": "over_request_rate_limit", "message": "Request rate limit reached"}
    headers = {"x-sb-error-code": "over_request_rate_limit"}
    supabase.fault(mode="status", status=429, body=body, headers=headers, path="/auth/v1/token")
    assert (await post(browser, bob_with_a_password.email)).status_code == 429


async def test_who_belongs_to_no_clinic_is_in_and_led_to_the_welcome(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    stranger = make_person()
    supabase.register(stranger, org_id=None)
    answer = await post(browser, stranger.email, next="/calls")
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert await person_for_cookie(cookie_of(browser)) is None
    found = await newcomer_for_cookie(cookie_of(browser))
    assert found
    assert found.person_id == stranger.id


async def test_a_suspended_clinic_reads_that_it_is(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    with transaction(Claims.system()) as session:
        session.connection().execute(
            text("update organizations set suspended_at = now() where id = :id"),
            {"id": bob_with_a_password.org_id},
        )
    answer = await post(browser, bob_with_a_password.email)
    assert (answer.status_code, "access is suspended" in sentence(answer)) == (403, True)


async def test_an_operator_is_let_in_and_led_on_by_the_front_door(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    operator = make_person(full_name="Olga Operator", is_operator=True)
    supabase.register(operator, org_id=None)
    assert (await post(browser, operator.email)).status_code == 303
    page = await browser.get("/sign-in")
    assert (page.status_code, page.headers["location"]) == (303, "/")


async def test_signing_out_ends_the_session_and_forgets_the_cookie(
    browser: httpx.AsyncClient, supabase: AuthSandbox, bob_with_a_password: Person
) -> None:
    await post(browser, bob_with_a_password.email)
    cookie = cookie_of(browser)
    answer = await browser.post("/auth/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?signed_out")
    assert cookie_of(browser) is None
    assert await person_for_cookie(cookie) is None
    assert supabase.received("/logout")[-1]["query"] == "scope=local"
    assert "You are signed out." in (await browser.get("/sign-in?signed_out")).text
    assert (await browser.post("/auth/sign-out")).status_code == 303


async def test_signing_in_again_ends_the_session_before(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    await post(browser, bob_with_a_password.email)
    first = cookie_of(browser)
    await post(browser, bob_with_a_password.email)
    assert await person_for_cookie(first) is None
    assert await person_for_cookie(cookie_of(browser))


async def test_a_failed_attempt_leaves_the_session_one_has(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    await post(browser, bob_with_a_password.email)
    assert (await post(browser, bob_with_a_password.email, "mistyped")).status_code == 401
    assert await person_for_cookie(cookie_of(browser))


async def test_nobody_is_led_to_another_site(browser: httpx.AsyncClient, bob_with_a_password: Person) -> None:
    page = await browser.get("/sign-in", params={"next": "//evil.example"})
    assert 'name="next" value="/"' in page.text
    answer = await post(browser, bob_with_a_password.email, next="https://evil.example")
    assert answer.headers["location"] == "/"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bob_with_a_password: Person) -> None:
    """The sandbox is on, and `run.json` lists Bob."""
    bob = {
        "email": bob_with_a_password.email,
        "password": PASSWORD,
        "organization": "Alder & Co",
        "role": "staff",
    }
    (tmp_path / "run.json").write_text(json.dumps({"sign_ins": [bob]}))
    monkeypatch.setenv("VOXANNE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VOXANNE_SANDBOX_URL", "http://localhost:8001")
    get_settings.cache_clear()


@pytest.mark.usefixtures("demo")
async def test_in_the_demo_one_click_signs_in(
    browser: httpx.AsyncClient, bob_with_a_password: Person
) -> None:
    page = await browser.get("/sign-in")
    assert f'name="demo" value="{bob_with_a_password.email}"' in page.text
    assert "Alder &amp; Co" in page.text
    assert "Front desk" in page.text
    assert PASSWORD not in page.text
    answer = await browser.post("/auth/sign-in", data={"demo": bob_with_a_password.email})
    assert answer.status_code == 303
    assert await person_for_cookie(cookie_of(browser))


@pytest.mark.usefixtures("demo")
async def test_without_the_sandbox_there_is_no_one_click(
    browser: httpx.AsyncClient, bob_with_a_password: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (("VOXANNE_SANDBOX_URL", ""), ("VOXANNE_ENV", "production")):
        monkeypatch.setenv(variable, value)
        get_settings.cache_clear()
        assert "Demo" not in (await browser.get("/sign-in")).text
        answer = await browser.post("/auth/sign-in", data={"demo": bob_with_a_password.email})
        assert answer.status_code == 401
        monkeypatch.undo()


ODD = [
    b"", b"&&&===", b"\xff\xfe", b"email=%ff&password=%00", b"email=" + b"a" * 16_000 + b"&password=x",
    b"email=a&" * 30, b'{"email": "a"}', "email=é&password=🦷".encode(),
    b"email=a%0D%0Ab@example.test&password=%ED%A0%80",
    b"next=//evil&email=a@example.test&password=b", b"demo=x", b"demo=&email=a&password=b",
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
async def test_an_odd_form_gets_a_sentence(browser: httpx.AsyncClient, body: bytes) -> None:
    answer = await browser.post(
        "/auth/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 401
    assert sentence(answer)


async def test_a_form_without_end_is_not_read_to_its_end(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/auth/sign-in", content=b"email=" + b"a" * 1_000_000)
    assert answer.status_code == 413


async def test_without_the_database_nobody_is_in_and_the_page_says_so(
    browser: httpx.AsyncClient, bob_with_a_password: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(browser, bob_with_a_password.email)
    with monkeypatch.context() as gone:
        gone.setenv("DATABASE_URL", "postgresql://voxanne_app:x@127.0.0.1:1/gone")
        get_settings.cache_clear()
        browser.cookies.set("voxanne_session", "A" * 43)
        page = await browser.get("/sign-in")
        answer = await post(browser, bob_with_a_password.email)
        still = await browser.post("/auth/sign-out")
    get_settings.cache_clear()
    for failed in (page, answer):
        assert (failed.status_code, sentence(failed)) == (503, UNAVAILABLE)
    assert (still.status_code, "could not be ended" in still.text) == (503, True)


async def test_nothing_secret_is_logged(
    browser: httpx.AsyncClient,
    supabase: AuthSandbox,
    bob_with_a_password: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await post(browser, bob_with_a_password.email)
    await post(browser, bob_with_a_password.email, "a mistyped password")
    supabase.fault(path="/auth/v1/token", mode="reset")
    await post(browser, bob_with_a_password.email)
    logged = caplog.text
    for secret in (PASSWORD, "a mistyped password", bob_with_a_password.email, cookie_of(browser)):
        assert secret
        assert secret not in logged
