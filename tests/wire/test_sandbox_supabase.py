"""Supabase Auth as its official SDK sees it, and the quirks that products trip over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

from tests.wire.sandbox_process import running_sandbox

PUBLISHABLE, SECRET = "sb_publishable_tests", "sb_secret_tests"
ALICE = {
    "id": "5b6f1f0e-8a8b-4b6e-9f19-5b1a2c3d4e5f",
    "email": "alice@sunrise.example",
    "password": "correct-horse",
    "app_metadata": {"org_id": "0b8f2a52-7a35-4f0a-9df5-1c2d3e4f5a6b"},
    "user_metadata": {"full_name": "Alice"},
}
SITE = "http://localhost:8000"
SEED = {
    "supabase": {"publishable_key": PUBLISHABLE, "secret_key": SECRET, "site_url": SITE, "users": [ALICE]}
}


@pytest.fixture(scope="module")
def running() -> Iterator[httpx.Client]:
    with running_sandbox(SEED) as url, httpx.Client(base_url=url, timeout=10) as client:
        yield client


@pytest.fixture
def sandbox(running: httpx.Client) -> httpx.Client:
    running.post("/_sandbox/reset").raise_for_status()
    return running


def sdk(sandbox: httpx.Client, key: str = PUBLISHABLE, flow: str = "implicit") -> SyncGoTrueClient:
    headers = {"apikey": key, "Authorization": f"Bearer {key}"}
    url = f"{sandbox.base_url}/supabase/auth/v1"
    return SyncGoTrueClient(
        url=url, headers=headers, auto_refresh_token=False, persist_session=False, flow_type=flow
    )


def signed_in(sandbox: httpx.Client) -> Any:
    credentials = {"email": ALICE["email"], "password": ALICE["password"]}
    return sdk(sandbox).sign_in_with_password(credentials).session


def auth(
    sandbox: httpx.Client, method: str, path: str, token: str | None = None, **options: Any
) -> httpx.Response:
    headers = {"apikey": PUBLISHABLE} | ({"authorization": f"Bearer {token}"} if token else {})
    headers |= options.pop("headers", {})
    return sandbox.request(method, f"/supabase/auth/v1{path}", headers=headers, **options)


def refresh(sandbox: httpx.Client, token: str) -> httpx.Response:
    return auth(sandbox, "POST", "/token?grant_type=refresh_token", json={"refresh_token": token})


def newest_mail(sandbox: httpx.Client, to: str) -> dict[str, Any]:
    return sandbox.get("/_sandbox/outbox", params={"to": to}).json()["mails"][0]


def advance(sandbox: httpx.Client, seconds: float) -> None:
    sandbox.post("/_sandbox/clock", json={"advance_seconds": seconds}).raise_for_status()


def test_tokens_carry_the_claims_of_supabase_and_verify_by_the_jwks(sandbox: httpx.Client) -> None:
    session = signed_in(sandbox)
    base = f"{sandbox.base_url}/supabase/auth/v1"
    key = jwt.PyJWKClient(f"{base}/.well-known/jwks.json").get_signing_key_from_jwt(session.access_token)
    claims = jwt.decode(
        session.access_token, key, algorithms=["ES256"], audience="authenticated", issuer=base
    )
    assert claims["sub"] == ALICE["id"] and claims["role"] == "authenticated" and claims["aal"] == "aal1"
    assert claims["app_metadata"]["org_id"] == ALICE["app_metadata"]["org_id"]
    assert claims["amr"][0]["method"] == "password" and claims["session_id"] and not claims["is_anonymous"]
    assert claims["exp"] - claims["iat"] == 3600 == session.expires_in


def test_the_sdk_refreshes_reads_and_signs_out(sandbox: httpx.Client) -> None:
    client = sdk(sandbox)
    first = client.sign_in_with_password({"email": ALICE["email"], "password": ALICE["password"]}).session
    second = client.refresh_session(first.refresh_token).session
    assert second.refresh_token != first.refresh_token
    assert client.get_user(second.access_token).user.user_metadata["full_name"] == "Alice"
    client.sign_out()
    assert auth(sandbox, "GET", "/user", second.access_token).json()["error_code"] == "session_not_found"


@pytest.mark.parametrize(
    ("versioned", "body"),
    [
        (True, {"code": "invalid_credentials", "message": "Invalid login credentials"}),
        (False, {"code": 400, "error_code": "invalid_credentials", "msg": "Invalid login credentials"}),
    ],
)
def test_errors_have_both_forms(sandbox: httpx.Client, versioned: bool, body: dict[str, Any]) -> None:
    headers = {"X-Supabase-Api-Version": "2024-01-01"} if versioned else {}
    wrong = {"email": ALICE["email"], "password": "wrong"}
    answer = auth(sandbox, "POST", "/token?grant_type=password", json=wrong, headers=headers)
    assert (answer.status_code, answer.json()) == (400, body)
    assert answer.headers["x-sb-error-code"] == "invalid_credentials"


def test_strangers_and_wrong_passwords_get_the_same_answer(sandbox: httpx.Client) -> None:
    answers = [
        auth(
            sandbox, "POST", "/token?grant_type=password", json={"email": email, "password": "wrong"}
        ).content
        for email in (ALICE["email"], "nobody@sunrise.example")
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("key", [None, "sb_publishable_other"])
def test_the_gateway_wants_an_api_key(sandbox: httpx.Client, key: str | None) -> None:
    answer = sandbox.get("/supabase/auth/v1/user", headers={"apikey": key} if key else {})
    assert answer.status_code == 401 and "API key" in answer.json()["message"]


def test_a_refresh_token_used_again_at_once_gets_the_active_one(sandbox: httpx.Client) -> None:
    first = signed_in(sandbox).refresh_token
    second = refresh(sandbox, first).json()["refresh_token"]
    assert refresh(sandbox, first).json()["refresh_token"] == second


def test_the_parent_of_the_active_token_is_good_however_late(sandbox: httpx.Client) -> None:
    first = signed_in(sandbox).refresh_token
    second = refresh(sandbox, first).json()["refresh_token"]
    advance(sandbox, 600)
    assert refresh(sandbox, first).json()["refresh_token"] == second


def test_a_stolen_refresh_token_ends_the_whole_session(sandbox: httpx.Client) -> None:
    first = signed_in(sandbox).refresh_token
    second = refresh(sandbox, first).json()["refresh_token"]
    third = refresh(sandbox, second).json()["refresh_token"]
    advance(sandbox, 11)
    assert refresh(sandbox, first).json()["error_code"] == "refresh_token_already_used"
    assert refresh(sandbox, third).json()["error_code"] == "refresh_token_not_found"


@pytest.mark.parametrize(
    ("scope", "first_lives", "second_lives"),
    [("global", False, False), ("local", False, True), ("others", True, False)],
)
def test_signing_out_has_three_scopes(
    sandbox: httpx.Client, scope: str, first_lives: bool, second_lives: bool
) -> None:
    first, second = signed_in(sandbox), signed_in(sandbox)
    assert auth(sandbox, "POST", f"/logout?scope={scope}", first.access_token).status_code == 204
    lives = [auth(sandbox, "GET", "/user", each.access_token).status_code == 200 for each in (first, second)]
    assert lives == [first_lives, second_lives]


def test_an_expired_token_is_refused(sandbox: httpx.Client) -> None:
    session = signed_in(sandbox)
    advance(sandbox, 3601)
    answer = auth(sandbox, "GET", "/user", session.access_token)
    assert answer.status_code == 403 and answer.json()["error_code"] == "bad_jwt"


def test_admins_create_change_list_ban_and_delete_people(sandbox: httpx.Client) -> None:
    admin = sdk(sandbox, SECRET).admin
    user = admin.create_user({
        "email": "Bob@Sunrise.example", "password": "longer-than-six", "email_confirm": True,
        "app_metadata": {"org_id": "one", "note": "x"},
    }).user  # fmt: skip
    assert user.email == "bob@sunrise.example" and user.email_confirmed_at
    changed = admin.update_user_by_id(user.id, {"app_metadata": {"org_id": "two", "note": None}}).user
    assert changed.app_metadata == {"provider": "email", "providers": ["email"], "org_id": "two"}
    assert {each.email for each in admin.list_users()} == {"bob@sunrise.example", ALICE["email"]}
    admin.update_user_by_id(user.id, {"ban_duration": "24h"})
    with pytest.raises(AuthApiError) as banned:
        sdk(sandbox).sign_in_with_password({"email": user.email, "password": "longer-than-six"})
    assert banned.value.code == "user_banned"
    admin.delete_user(user.id)
    with pytest.raises(AuthApiError) as gone:
        admin.get_user_by_id(user.id)
    assert gone.value.code == "user_not_found"


def test_lists_of_people_are_paged_with_total_and_links(sandbox: httpx.Client) -> None:
    for number in range(3):
        sdk(sandbox, SECRET).admin.create_user({"email": f"p{number}@sunrise.example"})
    answer = auth(sandbox, "GET", "/admin/users?page=2&per_page=3", SECRET)
    assert answer.headers["x-total-count"] == "4" and 'rel="last"' in answer.headers["link"]
    assert len(answer.json()["users"]) == 1 and answer.json()["aud"] == "authenticated"


def test_org_id_shows_up_only_after_the_next_refresh(sandbox: httpx.Client) -> None:
    session = signed_in(sandbox)
    sdk(sandbox, SECRET).admin.update_user_by_id(ALICE["id"], {"app_metadata": {"org_id": "moved"}})
    claims = jwt.decode(session.access_token, options={"verify_signature": False})
    assert claims["app_metadata"]["org_id"] == ALICE["app_metadata"]["org_id"]
    renewed = refresh(sandbox, session.refresh_token).json()["access_token"]
    claims = jwt.decode(renewed, options={"verify_signature": False})
    assert claims["app_metadata"]["org_id"] == "moved"


def test_people_cannot_touch_the_admin_side(sandbox: httpx.Client) -> None:
    session = signed_in(sandbox)
    assert auth(sandbox, "GET", "/admin/users", session.access_token).json()["error_code"] == "not_admin"
    own = auth(sandbox, "PUT", "/user", session.access_token, json={"app_metadata": {"org_id": "other"}})
    assert (own.status_code, own.json()["error_code"]) == (403, "not_admin")


def test_signing_up_needs_confirmation_by_mail(sandbox: httpx.Client) -> None:
    client, newcomer = sdk(sandbox), {"email": "new@sunrise.example", "password": "longer-than-six"}
    assert client.sign_up(newcomer).session is None
    with pytest.raises(AuthApiError) as unconfirmed:
        client.sign_in_with_password(newcomer)
    assert unconfirmed.value.code == "email_not_confirmed"
    mail = newest_mail(sandbox, newcomer["email"])
    assert mail["kind"] == "signup"
    confirmed = client.verify_otp({"email": newcomer["email"], "token": mail["code"], "type": "email"})
    assert confirmed.user.email_confirmed_at and confirmed.session.access_token
    with pytest.raises(AuthApiError) as used:
        client.verify_otp({"email": newcomer["email"], "token": mail["code"], "type": "email"})
    assert used.value.code == "otp_expired"


def test_signing_up_with_a_taken_address_tells_nothing(sandbox: httpx.Client) -> None:
    taken = sdk(sandbox).sign_up({"email": ALICE["email"], "password": "another-password"})
    assert taken.session is None and taken.user.identities == [] and taken.user.id != ALICE["id"]


def test_a_weak_password_is_refused_with_reasons(sandbox: httpx.Client) -> None:
    with pytest.raises(AuthWeakPasswordError) as weak:
        sdk(sandbox).sign_up({"email": "new@sunrise.example", "password": "12345"})
    assert weak.value.reasons == ["length"]


def test_recovery_by_link_signs_in_and_strangers_get_the_same_answer(sandbox: httpx.Client) -> None:
    known = auth(sandbox, "POST", "/recover", json={"email": ALICE["email"]})
    unknown = auth(sandbox, "POST", "/recover", json={"email": "nobody@sunrise.example"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (200, b"{}")
    back = httpx.get(newest_mail(sandbox, ALICE["email"])["link"])
    assert back.status_code == 303
    fragment = parse_qs(urlsplit(back.headers["location"]).fragment)
    assert back.headers["location"].startswith(SITE) and fragment["type"] == ["recovery"]
    token = fragment["access_token"][0]
    changed = auth(sandbox, "PUT", "/user", token, json={"password": "a-new-password"})
    assert changed.status_code == 200
    sdk(sandbox).sign_in_with_password({"email": ALICE["email"], "password": "a-new-password"})


def test_recovery_by_pkce_comes_back_with_a_code(sandbox: httpx.Client) -> None:
    client = sdk(sandbox, flow="pkce")
    client.reset_password_for_email(ALICE["email"], {"redirect_to": f"{SITE}/auth/callback"})
    back = httpx.get(newest_mail(sandbox, ALICE["email"])["link"])
    address = urlsplit(back.headers["location"])
    assert address.path == "/auth/callback"
    code = parse_qs(address.query)["code"][0]
    verifier = client._storage.get_item(f"{client._storage_key}-code-verifier").split("/")[0]
    wrong = auth(
        sandbox, "POST", "/token?grant_type=pkce", json={"auth_code": code, "code_verifier": "x" * 43}
    )
    assert wrong.json()["error_code"] == "bad_code_verifier"
    session = client.exchange_code_for_session({"auth_code": code, "code_verifier": verifier}).session
    assert session.user.id == ALICE["id"]


def test_a_used_or_expired_link_comes_back_with_an_error(sandbox: httpx.Client) -> None:
    auth(sandbox, "POST", "/recover", json={"email": ALICE["email"]})
    link = newest_mail(sandbox, ALICE["email"])["link"]
    advance(sandbox, 3601)
    location = httpx.get(link).headers["location"]
    assert "error_code=otp_expired" in location and location.startswith(SITE)


def test_nobody_is_sent_to_a_foreign_site(sandbox: httpx.Client) -> None:
    auth(sandbox, "POST", "/recover?redirect_to=https://evil.example/", json={"email": ALICE["email"]})
    assert httpx.get(newest_mail(sandbox, ALICE["email"])["link"]).headers["location"].startswith(SITE)


def test_sign_in_by_mail_creates_only_when_allowed(sandbox: httpx.Client) -> None:
    client = sdk(sandbox)
    with pytest.raises(AuthApiError) as refused:
        client.sign_in_with_otp({"email": "new@x.example", "options": {"should_create_user": False}})
    assert refused.value.code == "otp_disabled"
    client.sign_in_with_otp({"email": ALICE["email"]})
    mail = newest_mail(sandbox, ALICE["email"])
    assert client.verify_otp({"token_hash": mail["token_hash"], "type": "magiclink"}).user.id == ALICE["id"]


def test_a_new_address_must_be_agreed_to_from_both(sandbox: httpx.Client) -> None:
    token = signed_in(sandbox).access_token
    new = "alice@moved.example"
    assert auth(sandbox, "PUT", "/user", token, json={"email": new}).json()["new_email"] == new
    for address in (ALICE["email"], new):
        assert auth(sandbox, "GET", "/user", token).json()["email"] == ALICE["email"]
        httpx.get(newest_mail(sandbox, address)["link"])
    assert auth(sandbox, "GET", "/user", token).json()["email"] == new


def test_a_changed_password_ends_the_other_sessions(sandbox: httpx.Client) -> None:
    mine, other = signed_in(sandbox), signed_in(sandbox)
    same = auth(sandbox, "PUT", "/user", mine.access_token, json={"password": ALICE["password"]})
    assert (same.status_code, same.json()["error_code"]) == (422, "same_password")
    auth(sandbox, "PUT", "/user", mine.access_token, json={"password": "a-new-password"})
    assert auth(sandbox, "GET", "/user", mine.access_token).status_code == 200
    assert auth(sandbox, "GET", "/user", other.access_token).status_code == 403


def test_invitations_and_generated_links_work(sandbox: httpx.Client) -> None:
    admin = sdk(sandbox, SECRET).admin
    invited = admin.invite_user_by_email("bob@sunrise.example", {"data": {"full_name": "Bob"}}).user
    assert invited.invited_at and invited.user_metadata["full_name"] == "Bob"
    mail = newest_mail(sandbox, "bob@sunrise.example")
    accepted = sdk(sandbox).verify_otp({"token_hash": mail["token_hash"], "type": "invite"})
    assert accepted.session and accepted.user.email_confirmed_at
    link = admin.generate_link({"type": "recovery", "email": ALICE["email"]})
    assert link.user.id == ALICE["id"] and link.properties.hashed_token in link.properties.action_link
    with pytest.raises(AuthApiError) as taken:
        admin.invite_user_by_email(ALICE["email"])
    assert taken.value.code == "email_exists"


def test_signing_in_with_google_comes_back_with_a_code(sandbox: httpx.Client) -> None:
    client = sdk(sandbox, flow="pkce")
    options = {"redirect_to": f"{SITE}/auth/callback"}
    started = httpx.get(client.sign_in_with_oauth({"provider": "google", "options": options}).url)
    consent = httpx.get(started.headers["location"])
    assert "not Google" in consent.text and ALICE["email"] in consent.text
    state = parse_qs(urlsplit(started.headers["location"]).query)["state"][0]
    path = "/supabase/auth/v1/callback"
    back = sandbox.get(path, params={"state": state, "email": "new@gmail.example"})
    code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
    user = client.exchange_code_for_session({"auth_code": code}).user
    assert user.email == "new@gmail.example" and user.app_metadata["provider"] == "google"


def test_who_refuses_at_google_comes_back_with_an_error(sandbox: httpx.Client) -> None:
    started = sandbox.get("/supabase/auth/v1/authorize?provider=google")
    state = parse_qs(urlsplit(started.headers["location"]).query)["state"][0]
    back = sandbox.get("/supabase/auth/v1/callback", params={"state": state, "error": "access_denied"})
    assert back.headers["location"].startswith(SITE) and "error=access_denied" in back.headers["location"]


def test_signing_keys_rotate_and_old_tokens_stay_valid(sandbox: httpx.Client) -> None:
    before = signed_in(sandbox).access_token
    sandbox.post("/_sandbox/signing-keys").raise_for_status()
    after = signed_in(sandbox).access_token
    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, after)]
    keys = auth(sandbox, "GET", "/.well-known/jwks.json").json()["keys"]
    assert kids[0] != kids[1] and {*kids} <= {key["kid"] for key in keys}
    assert auth(sandbox, "GET", "/user", before).status_code == 200


def test_one_address_may_sign_in_thirty_times_at_once() -> None:
    seed = {"supabase": {**SEED["supabase"], "rate_limits": True}}
    wrong = {"email": "nobody@sunrise.example", "password": "wrong"}
    with running_sandbox(seed) as url, httpx.Client(base_url=url) as sandbox:
        answers = [auth(sandbox, "POST", "/token?grant_type=password", json=wrong) for _ in range(32)]
        assert [answer.status_code for answer in answers].count(429) >= 1
        assert answers[-1].json()["error_code"] == "over_request_rate_limit"
        forwarded = {"apikey": SECRET, "Sb-Forwarded-For": "203.0.113.9"}
        other = auth(sandbox, "POST", "/token?grant_type=password", json=wrong, headers=forwarded)
        assert other.status_code == 400
        advance(sandbox, 10)
        assert auth(sandbox, "POST", "/token?grant_type=password", json=wrong).status_code == 400


def test_legacy_projects_sign_with_a_secret_that_is_never_in_the_jwks() -> None:
    secret = "legacy-secret-of-the-tests-which-is-long-enough"
    seed = {"supabase": {**SEED["supabase"], "jwt_algorithm": "HS256", "jwt_secret": secret}}
    with running_sandbox(seed) as url, httpx.Client(base_url=url) as sandbox:
        token = signed_in(sandbox).access_token
        assert jwt.decode(token, secret, algorithms=["HS256"], audience="authenticated")["sub"] == ALICE["id"]
        assert auth(sandbox, "GET", "/.well-known/jwks.json").json() == {"keys": []}


def test_sessions_and_passwords_survive_a_kill(tmp_path: Path) -> None:
    with running_sandbox(SEED, state_dir=tmp_path) as url, httpx.Client(base_url=url) as sandbox:
        session = signed_in(sandbox)
        auth(sandbox, "PUT", "/user", session.access_token, json={"password": "a-new-password"})
    with running_sandbox(SEED, state_dir=tmp_path) as url, httpx.Client(base_url=url) as sandbox:
        assert auth(sandbox, "GET", "/user", session.access_token).status_code == 200
        assert refresh(sandbox, session.refresh_token).status_code == 200
        sdk(sandbox).sign_in_with_password({"email": ALICE["email"], "password": "a-new-password"})
