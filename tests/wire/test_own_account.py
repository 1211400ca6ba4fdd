"""/account: what somebody changes of their own, over HTTP against the sandbox."""

import asyncio
import re
import time
from typing import Any

import httpx
import pytest

from tests.clinic_sign_in import PASSWORD, AuthSandbox
from tests.factories import make_person
from tests.mailbox import code_of, mails_to, newest_mail
from tests.people import Person
from tests.wire import test_accounts as accounts
from tests.wire.test_accounts import (
    COOKIE,
    NEW_PASSWORD,
    actions,
    execute,
    new_browser,
    redeem,
    registered,
    sign_in,
    where,
)
from voxanne_app.identity.sessions import person_for_cookie, who_for_cookie

browser, another, _settings = accounts.browser, accounts.another, accounts._settings


async def post(client: httpx.AsyncClient, act: str, **fields: str) -> httpx.Response:
    return await client.post(f"/auth/account/{act}", data=fields)


@pytest.fixture
async def at_the_desk(browser: httpx.AsyncClient, supabase: AuthSandbox, bob: Person) -> httpx.AsyncClient:
    registered(supabase, bob)
    browser.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    await sign_in(browser, bob.email)
    return browser


async def enrol(client: httpx.AsyncClient) -> tuple[str, list[str]]:
    offer = await post(client, "factor")
    factor_id = re.search(r'name="factor_id" value="([^"]+)"', offer.text)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", offer.text)
    assert factor_id
    assert secret
    done = await post(client, "factor/finish", factor_id=factor_id[1], code=code_of(secret[1], steps_on=-1))
    assert done.status_code == 200
    return secret[1], re.findall(r"<li><code>([^<]+)</code>", done.text)


async def test_nobody_has_no_account(browser: httpx.AsyncClient) -> None:
    assert where(await browser.get("/account")) == (303, "/sign-in?next=/account")
    assert where(await post(browser, "name", full_name="X")) == (303, "/sign-in")


async def test_a_name_is_changed(at_the_desk: httpx.AsyncClient, bob: Person) -> None:
    assert "Say what you are called" in (await post(at_the_desk, "name", full_name="  ")).text
    answer = await post(at_the_desk, "name", full_name="Bob <b>Brook</b>")
    assert where(answer) == (303, "/account?done=name#name")
    page = (await at_the_desk.get("/account?done=name")).text
    assert "Bob &lt;b&gt;Brook&lt;/b&gt;" in page
    assert "Your name is saved." in page
    found = await person_for_cookie(at_the_desk.cookies.get(COOKIE))
    assert found
    assert found.full_name == "Bob <b>Brook</b>"
    assert "account.name_changed" in actions(bob.person_id)


async def test_a_password_is_changed_by_who_knows_it_and_other_sessions_end(
    at_the_desk: httpx.AsyncClient, another: httpx.AsyncClient, bob: Person
) -> None:
    await sign_in(another, bob.email)
    assert await person_for_cookie(another.cookies.get(COOKIE))
    wrong = await post(at_the_desk, "password", current="not it", password=NEW_PASSWORD)
    assert (wrong.status_code, "not your current password" in wrong.text) == (401, True)
    weak = await post(at_the_desk, "password", current=PASSWORD, password="password123")
    assert weak.status_code == 400
    same = await post(at_the_desk, "password", current=PASSWORD, password=PASSWORD)
    assert "the password you have already" in same.text
    done = await post(at_the_desk, "password", current=PASSWORD, password=NEW_PASSWORD)
    assert where(done) == (303, "/account?done=password#password")
    assert await person_for_cookie(at_the_desk.cookies.get(COOKIE))
    began = time.monotonic()
    while await person_for_cookie(another.cookies.get(COOKIE), is_activity=False):
        assert time.monotonic() - began < 5, "the other session is still in"
        await asyncio.sleep(0.05)
    assert execute("select count(*) from sessions where person_id = :id and ended_at is null",
                   id=bob.person_id).scalar_one() == 1  # fmt: skip
    assert actions(bob.person_id).count("account.password_changed") == 1


async def test_another_address_counts_when_both_have_agreed(
    at_the_desk: httpx.AsyncClient, supabase: AuthSandbox, bob: Person
) -> None:
    new = accounts.an_address()
    assert (await post(at_the_desk, "address", email=new)).status_code == 303
    async with new_browser() as mail_program:
        half = await redeem(
            mail_program, "email_change", newest_mail(supabase.url, new, "email_change").token_hash
        )
        assert "We still need the same from your other address" in half.text
        assert (await sign_in(mail_program, bob.email)).status_code == 303
        old = newest_mail(supabase.url, bob.email, "email_change").token_hash
        whole = await redeem(mail_program, "email_change", old)
        assert f"you sign in with {new}" in whole.text
        again = await redeem(mail_program, "email_change", old)
        assert again.status_code == 401
    assert execute("select email from people where id = :id", id=bob.person_id).scalar_one() == new
    assert actions(bob.person_id).count("account.email_changed") == 1
    page = (await at_the_desk.get("/account")).text
    assert new in page


async def test_asking_for_an_address_does_not_tell_whose_it_is(
    at_the_desk: httpx.AsyncClient, supabase: AuthSandbox, alice: Person
) -> None:
    registered(supabase, alice)
    taken = await post(at_the_desk, "address", email=alice.email)
    assert where(taken) == (303, "/account?done=address#address")
    assert mails_to(supabase.url, alice.email) == 0


async def test_sessions_are_listed_in_words_and_ended_one_by_one_and_all(
    at_the_desk: httpx.AsyncClient, another: httpx.AsyncClient, bob: Person
) -> None:
    another.headers["user-agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1"
    await sign_in(another, bob.email)
    page = (await at_the_desk.get("/account")).text
    assert "Firefox on Windows" in page
    assert "Safari on iOS" in page
    on_the_clinics_clock = r"last seen \w{3} \d+ \w{3} \d{4}, \d+:\d\d [AP]M E[SD]T"
    assert re.search(on_the_clinics_clock, page)
    assert at_the_desk.headers["x-forwarded-for"] not in page
    session_id = re.search(r'name="session_id" value="([^"]+)"', page)
    assert session_id
    await post(at_the_desk, "sessions/end", session_id=session_id[1])
    assert "Safari on iOS" not in (await at_the_desk.get("/account")).text
    await sign_in(another, bob.email)
    await post(at_the_desk, "sessions/others")
    assert "Safari on iOS" not in (await at_the_desk.get("/account")).text
    assert where(await post(at_the_desk, "sessions/everywhere")) == (303, "/sign-in?signed_out")
    assert actions(bob.person_id).count("account.session_revoked") == 2


async def test_nobody_ends_another_persons_session(
    at_the_desk: httpx.AsyncClient, another: httpx.AsyncClient, supabase: AuthSandbox, alice: Person
) -> None:
    registered(supabase, alice)
    await sign_in(another, alice.email)
    found = await person_for_cookie(another.cookies.get(COOKIE))
    assert found
    await post(at_the_desk, "sessions/end", session_id=str(found.session_id))
    await post(at_the_desk, "sessions/end", session_id="' or true --")
    ended = execute("select ended_at from sessions where id = :id", id=found.session_id).scalar_one()
    assert ended is None


async def test_a_factor_is_set_up_and_other_sessions_end_and_it_is_asked_for_from_then_on(
    at_the_desk: httpx.AsyncClient, another: httpx.AsyncClient, bob: Person
) -> None:
    await sign_in(another, bob.email)
    before = at_the_desk.cookies.get(COOKIE)
    secret, codes = await enrol(at_the_desk)
    assert at_the_desk.cookies.get(COOKIE) != before
    assert len(codes) == 10
    assert "Recovery codes left: 10." in (await at_the_desk.get("/account")).text
    assert where(await sign_in(another, bob.email)) == (303, "/mfa")
    more = re.findall(r"<li><code>([^<]+)</code>", (await post(at_the_desk, "codes")).text)
    assert (len(more), set(more) & set(codes)) == (10, set())
    assert (await another.post("/auth/mfa/recovery", data={"code": codes[0]})).status_code == 401
    assert (await another.post("/auth/mfa/recovery", data={"code": more[0]})).status_code == 303
    kept = [action for action in actions(bob.person_id) if action.startswith("account.factor")]
    assert kept == ["account.factor_added"]
    assert secret


async def test_who_came_by_a_recovery_code_takes_the_lost_app_away(
    at_the_desk: httpx.AsyncClient, another: httpx.AsyncClient, bob: Person
) -> None:
    _, codes = await enrol(at_the_desk)
    await sign_in(another, bob.email)
    await another.post("/auth/mfa/recovery", data={"code": codes[5]})
    assert (await post(another, "codes")).status_code == 401  # makes no new ones for whoever found one
    assert where(await post(another, "factor/remove")) == (303, "/account?done=factor#factor")
    assert where(await sign_in(another, bob.email)) == (303, "/")
    assert "account.factor_removed" in actions(bob.person_id)


async def test_operators_and_people_without_a_clinic_have_an_account_too(
    browser: httpx.AsyncClient, supabase: AuthSandbox
) -> None:
    for values in ({"is_operator": True}, {}):
        person: Any = make_person(**values)
        supabase.register(person, org_id=None)
        await sign_in(browser, person.email)
        assert person.email in (await browser.get("/account")).text


async def test_operators_show_a_second_factor_in_production(
    browser: httpx.AsyncClient, supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = make_person(is_operator=True)
    supabase.register(operator, org_id=None)
    monkeypatch.setenv("VOXANNE_ENV", "production")
    from voxanne_app.foundation.settings import get_settings

    get_settings.cache_clear()
    assert where(await sign_in(browser, operator.email)) == (303, "/mfa")
    assert await who_for_cookie(browser.cookies.get(COOKIE)) is None
