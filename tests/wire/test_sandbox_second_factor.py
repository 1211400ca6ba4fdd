"""Second factors of Supabase Auth: codes of a real authenticator, through the official SDK."""

import hashlib
import time
from collections.abc import Iterator

import httpx
import jwt
import pytest
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import AuthApiError

from tests.wire.sandbox_process import running_sandbox
from voxanne_app.sandbox.supabase.qr_code import qr_modules
from voxanne_app.sandbox.supabase.totp import code_at

KEY = "sb_publishable_sandbox"
PERSON = {
    "id": "5b6f1f0e-8a8b-4b6e-9f19-5b1a2c3d4e5f",
    "email": "alice@sunrise.example",
    "password": "correct-horse",
}
# The modules an independent library draws for the same text, version and mask.
TEXT, DRAWN = (
    "otpauth://totp/localhost:alice@sunrise.example?secret=ABCDEFGH",
    "7eb68dbc4065f2db50150a1504d7314e770d0cb8bb1b1fb3bbd8dff9b652a134",
)


@pytest.fixture
def client() -> Iterator[SyncGoTrueClient]:
    with running_sandbox({"supabase": {"users": [PERSON]}}) as url:
        client = SyncGoTrueClient(
            url=f"{url}/supabase/auth/v1", headers={"apikey": KEY}, auto_refresh_token=False
        )
        client.sign_in_with_password({"email": PERSON["email"], "password": PERSON["password"]})
        yield client


def test_a_factor_is_enrolled_and_raises_the_session_to_aal2(client: SyncGoTrueClient) -> None:
    other = SyncGoTrueClient(url=client._url, headers={"apikey": KEY}, auto_refresh_token=False)
    below = other.sign_in_with_password({"email": PERSON["email"], "password": PERSON["password"]}).session
    factor = client.mfa.enroll({"factor_type": "totp", "friendly_name": "Phone"})
    assert factor.totp.uri.startswith("otpauth://totp/") and "<svg" in factor.totp.qr_code
    code = code_at(factor.totp.secret, time.time())
    raised = client.mfa.challenge_and_verify({"factor_id": factor.id, "code": code})
    claims = jwt.decode(raised.access_token, options={"verify_signature": False})
    assert claims["aal"] == "aal2" and claims["amr"][0]["method"] == "totp"
    headers = {"apikey": KEY, "authorization": f"Bearer {below.access_token}"}
    assert httpx.get(f"{client._url}/user", headers=headers).json()["error_code"] == "session_not_found"


def test_a_wrong_code_is_refused(client: SyncGoTrueClient) -> None:
    factor = client.mfa.enroll({"factor_type": "totp", "friendly_name": "Phone"})
    with pytest.raises(AuthApiError) as refused:
        client.mfa.challenge_and_verify({"factor_id": factor.id, "code": "000000"})
    assert refused.value.code == "mfa_verification_failed"


def test_a_session_below_aal2_cannot_change_the_password(client: SyncGoTrueClient) -> None:
    factor = client.mfa.enroll({"factor_type": "totp", "friendly_name": "Phone"})
    code = code_at(factor.totp.secret, time.time())
    client.mfa.challenge_and_verify({"factor_id": factor.id, "code": code})
    client.sign_in_with_password({"email": PERSON["email"], "password": PERSON["password"]})
    with pytest.raises(AuthApiError) as refused:
        client.update_user({"password": "a-new-password"})
    assert refused.value.code == "insufficient_aal"
    with pytest.raises(AuthApiError) as kept:
        client.mfa.unenroll({"factor_id": factor.id})
    assert kept.value.code == "insufficient_aal"


def test_two_factors_cannot_have_the_same_name(client: SyncGoTrueClient) -> None:
    client.mfa.enroll({"factor_type": "totp", "friendly_name": "Phone"})
    with pytest.raises(AuthApiError) as refused:
        client.mfa.enroll({"factor_type": "totp", "friendly_name": "Phone"})
    assert refused.value.code == "mfa_factor_name_conflict"


def test_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's own
    assert [code_at(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_the_qr_code_is_what_another_library_draws() -> None:
    drawn = "\n".join("".join("X" if dark else " " for dark in row) for row in qr_modules(TEXT))
    assert hashlib.sha256(drawn.encode()).hexdigest() == DRAWN
