"""What leaves the product for a vendor is in the sandbox's journal: each request, none more, in order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clinic_sign_in import PASSWORD, AuthSandbox
from tests.people import Person
from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_listener import listening
from tests.wire.sandbox_process import running_sandbox
from voxanne_app.embedded.demo_settings import instance_settings
from voxanne_app.foundation.settings import Settings
from voxanne_app.identity.ports import SignInError
from voxanne_app.integrations.simulator.phone_calls import SimulatedPhoneCalls
from voxanne_app.vendors import sign_in_provider

# No vendor's API is behind them, or (Slack, S3) nothing is sent until somebody sets them.
NO_VENDOR = {"database_url", "database_owner_url", "database_session_url", "redis_url", "public_url",
             "s3_bucket_url", "slack_webhook_url", "voxanne_sandbox_url"}  # fmt: skip


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """(Method, path) of every request that httpx sends, noted where it goes into the socket."""
    left: list[tuple[str, str]] = []
    send = httpx.HTTPTransport.handle_request

    def noting(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        left.append((request.method, request.url.path))
        return send(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", noting)
    yield left
    monkeypatch.undo()


def entries(url: str, **query: Any) -> list[dict[str, Any]]:
    return list(httpx.get(f"{url}/_sandbox/journal", params=query).json()["entries"])


def test_everything_about_signing_in_is_in_the_journal(
    supabase: AuthSandbox, alice: Person, left: list[tuple[str, str]]
) -> None:
    supabase.register(alice, org_id=alice.org_id)
    before = len(entries(supabase.url))
    left.clear()
    provider = sign_in_provider()
    with pytest.raises(SignInError):
        provider.sign_in(email=alice.email, password="wrong")
    tokens = provider.sign_in(email=alice.email, password=PASSWORD)
    tokens = provider.refresh(tokens.refresh_token)
    provider.signing_keys()
    provider.sign_out(tokens.access_token)
    asked = [*left]
    journal = entries(supabase.url)[before:]
    assert [(entry["method"], entry["path"]) for entry in journal] == asked
    assert [entry["status"] for entry in journal] == [400, 200, 200, 200, 204]


def test_a_simulated_call_leaves_each_of_its_webhooks_in_the_journal() -> None:
    with listening() as listener, running_sandbox(clinic.seed(listener.url)) as url:
        call_id = SimulatedPhoneCalls(url).start_call(number=clinic.NUMBER, script="hangs_up")
        httpx.post(f"{url}/_sandbox/clock", json={"speed": 100}).raise_for_status()
        with httpx.Client(base_url=url) as sandbox:
            clinic.until(sandbox, f"/_sandbox/calls/{call_id}", lambda progress: progress["finished"])
        sent = entries(url, direction="sent")
    assert [entry["body"]["message"] for entry in sent] == listener.received
    assert {(entry["vendor"], entry["status"]) for entry in sent} == {("vapi", 200)}


def test_every_address_of_a_vendor_leads_to_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    addresses = {name for name in Settings.model_fields if name.endswith("_url")} - NO_VENDOR
    settings = instance_settings(tmp_path, port=19_001, database_url=None, sandbox=True)
    led = {name: str(getattr(settings, name)) for name in addresses}
    elsewhere = {name: url for name, url in led.items() if not url.startswith("http://localhost:19002/")}
    assert len(addresses) >= 5 and elsewhere == {}
