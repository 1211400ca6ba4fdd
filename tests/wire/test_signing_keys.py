"""Keys change at Supabase while people sign in."""

import time
from pathlib import Path

import pytest
from sqlalchemy import Row

from tests.clinic_sign_in import PASSWORD, auth_sandbox
from tests.people import Person, join
from tests.shared_postgres import Database
from tests.wire.sandbox_process import free_port
from voxanne_app.foundation import clock
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.ports import IssuedTokens, SignInUnavailable
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.sessions import person_for_cookie
from voxanne_app.identity.signing_keys import MIN_SECONDS_BETWEEN_FETCHES
from voxanne_app.identity.tokens import TokenRefused
from voxanne_app.vendors import sign_in_provider, token_verifier


def sign_in(person: Person) -> IssuedTokens:
    return sign_in_provider().sign_in(email=person.email, password=PASSWORD)


async def test_new_keys_are_taken_up_and_the_old_ones_tokens_refused(
    database: Database, bob: Person, tmp_path: Path
) -> None:
    port = free_port()
    with auth_sandbox(port=port, state_dir=tmp_path / "before") as supabase:
        supabase.register(bob, org_id=bob.org_id)
        old = sign_in(bob)
        await start_session(sign_in(bob))
    with auth_sandbox(port=port, state_dir=tmp_path / "after") as supabase:
        supabase.register(bob, org_id=bob.org_id)
        changed_at = time.monotonic()
        while True:
            try:
                cookie = (await start_session(sign_in(bob))).cookie_value
                break
            except SignInUnavailable:
                assert time.monotonic() - changed_at < MIN_SECONDS_BETWEEN_FETCHES + 2
                time.sleep(0.5)
        assert await person_for_cookie(cookie)
        with pytest.raises(TokenRefused):
            token_verifier().verify(old.access_token, now=clock.now())


async def test_a_legacy_project_signs_in_with_its_secret(
    database: Database, organization: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "the JWT secret of a project from before October 2025"
    anna = join(organization, full_name="Anna Alder", role="admin")
    with auth_sandbox() as supabase:
        supabase.set(jwt_algorithm="HS256", jwt_secret=secret)
        supabase.register(anna, org_id=anna.org_id)
        with pytest.raises(SignInUnavailable):
            await start_session(sign_in(anna))
        monkeypatch.setenv("SUPABASE_JWT_SECRET", secret)
        get_settings.cache_clear()
        found = await person_for_cookie((await start_session(sign_in(anna))).cookie_value)
    assert found
    assert found.person_id == anna.person_id
