"""Supabase Auth, played by a sandbox process, with people who have a place in the database too."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Row

from tests.people import Person
from tests.wire.sandbox_process import running_sandbox
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.session_start import start_session
from voxanne_app.vendors import sign_in_provider

PASSWORD = "correct horse battery staple"
PUBLISHABLE_KEY = "sb_publishable_of_the_tests"


def seed(**supabase: Any) -> dict[str, Any]:
    return {"supabase": {"publishable_key": PUBLISHABLE_KEY} | supabase}


class AuthSandbox:
    """The running sandbox at `url`, as tests talk to it from outside."""

    def __init__(self, url: str) -> None:
        self.url = url

    def register(self, person: Person | Row[Any], *, org_id: UUID | None, **values: Any) -> None:
        """Give somebody a password at Supabase, and in its `app_metadata` their organization."""
        person_id = person.person_id if isinstance(person, Person) else person.id
        user = {
            "id": str(person_id),
            "email": person.email,
            "password": PASSWORD,
            "app_metadata": {"org_id": str(org_id)} if org_id else {},
        }
        self._control("seed", {"supabase": {"users": [user | values]}})

    def set(self, **supabase: Any) -> None:
        self._control("seed", {"supabase": supabase})

    def fault(self, **fault: Any) -> None:
        self._control("faults", {"vendor": "supabase"} | fault)

    def mend(self) -> None:
        httpx.delete(f"{self.url}/_sandbox/faults").raise_for_status()

    def received(self, path: str) -> list[dict[str, Any]]:
        """The journal's entries of requests to `path`, oldest first."""
        journal = httpx.get(f"{self.url}/_sandbox/journal", params={"vendor": "supabase"}).json()
        return [entry for entry in journal["entries"] if entry["path"].endswith(path)]

    def refreshes(self) -> int:
        return sum("refresh_token" in str(entry["query"]) for entry in self.received("/token"))

    def _control(self, what: str, body: dict[str, Any]) -> None:
        answer = httpx.post(f"{self.url}/_sandbox/{what}", json=body)
        assert answer.is_success, answer.text


@contextmanager
def auth_sandbox(*, port: int | None = None, state_dir: Path | None = None) -> Iterator[AuthSandbox]:
    """A sandbox, and the settings of this process pointing to it."""
    with running_sandbox(seed(), port=port, state_dir=state_dir) as url, pytest.MonkeyPatch.context() as set_:
        set_.setenv("SUPABASE_URL", f"{url}/supabase")
        set_.setenv("SUPABASE_PUBLISHABLE_KEY", PUBLISHABLE_KEY)
        set_.setenv("ENCRYPTION_KEYS", f"test-1:{base64.b64encode(bytes(range(32))).decode()}")
        get_settings.cache_clear()
        yield AuthSandbox(url)
    get_settings.cache_clear()


async def signed_in_cookie(supabase: AuthSandbox, person: Person) -> str:
    """What the browser of somebody holds who has just signed in."""
    supabase.register(person, org_id=person.org_id)
    tokens = sign_in_provider().sign_in(email=person.email, password=PASSWORD)
    return (await start_session(tokens)).cookie_value
