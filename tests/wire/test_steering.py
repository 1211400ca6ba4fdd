"""Steering a call that is on: over the wire, to where the voice platform says, and nowhere else."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import factories
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows
from tests.people import Person
from tests.screens import screen_of
from tests.wire import sandbox_clinic
from tests.wire.sandbox_listener import listening
from voxanne_app import vendors
from voxanne_app.calls.ports import CannotSteer
from voxanne_app.foundation.settings import get_settings
from voxanne_app.today.ui.steering_state import SteeringState

ACTS = "select action, outcome from audit_events where subject_id = :id order by number"


@pytest.fixture
def live(supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A call at the sandbox whose caller waits, until it is over."""
    monkeypatch.setenv("VAPI_BASE_URL", supabase.url.replace("127.0.0.1", "localhost") + "/vapi")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", sandbox_clinic.PRIVATE_KEY)
    get_settings.cache_clear()
    with listening() as listener, httpx.Client(base_url=supabase.url, timeout=30) as client:
        client.post("/_sandbox/seed", json=sandbox_clinic.seed(listener.url)).raise_for_status()
        call = {"number": sandbox_clinic.NUMBER, "script": "steered", "speed": 20}
        placed = client.post("/_sandbox/calls", json=call).json()
        yield {"id": placed["id"], "client": client, "listener": listener}
        client.post(f"/_sandbox/calls/{placed['id']}/turns", json={"hang_up": True})


def progress(live: dict[str, Any], is_so: Any) -> dict[str, Any]:
    deadline = time.monotonic() + 10
    while not is_so(found := live["client"].get(f"/_sandbox/calls/{live['id']}").json()):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return dict(found)


def test_what_is_to_be_said_is_said_once_and_then_the_call_ends(live: dict[str, Any]) -> None:
    control = vendors.line_control()
    progress(live, lambda call: call["status"] == "in-progress")
    control.say(live["id"], "The doctor is coming.")
    said = progress(live, lambda call: "doctor" in str(call["turns"]))
    assert str(said["turns"]).count("The doctor is coming.") == 1
    control.end(live["id"])
    assert progress(live, lambda call: call["finished"])["ended_reason"] == "assistant-ended-call"
    with pytest.raises(CannotSteer, match="over"):
        control.end(live["id"])


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"path": "/call*", "mode": "status", "status": 503}, "could not be reached"),
        ({"path": "/_live*", "mode": "reset"}, "did not answer in time"),
        ({"path": "/_live*", "mode": "status", "status": 500}, "refused"),
    ],
)
def test_a_failure_is_said_as_it_is(live: dict[str, Any], fault: dict[str, Any], sentence: str) -> None:
    live["client"].post("/_sandbox/faults", json={"vendor": "vapi", "count": 1} | fault).raise_for_status()
    try:
        with pytest.raises(CannotSteer, match=sentence):
            vendors.line_control().say(live["id"], "Hello")
    finally:
        live["client"].delete("/_sandbox/faults")


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://10.0.0.1/control", "https://8.8.8.8/x"]
)
def test_it_goes_nowhere_but_to_the_vendor(live: dict[str, Any], url: str) -> None:
    body = {"id": live["id"], "status": "in-progress", "monitor": {"controlUrl": url}}
    fault = {"vendor": "vapi", "path": "/call*", "mode": "status", "status": 200, "body": body, "count": 1}
    live["client"].post("/_sandbox/faults", json=fault).raise_for_status()
    with pytest.raises(CannotSteer, match="do not go to"):
        vendors.line_control().end(live["id"])


async def test_a_call_is_steered_by_who_may_and_written_down(
    live: dict[str, Any], supabase: AuthSandbox, bob: Person
) -> None:
    call = factories.make_call(org_id=bob.org_id, vendor_call_id=live["id"], status="in_progress")
    theirs = factories.make_call(org_id=factories.make_organization().id, status="in_progress")
    async with screen_of(SteeringState, bob, supabase) as screen:
        for call_id, words in ((call.id, "One moment."), (call.id, "  "), (theirs.id, "Hello")):
            await SteeringState.say_in_call.fn(screen, {"call": str(call_id), "words": words})
        assert screen.notice.text == "This call does not exist."
        SteeringState.ask_to_end.fn(screen, str(call.id), "Dana")
        await SteeringState.end_call.fn(screen)
        assert (screen.notice.tone, screen.ending) == ("good", "")
    progress(live, lambda found: found["finished"])
    assert [row.action for row in rows(ACTS, bob.org_id, id=str(call.id))] == [
        "calls.spoken_into",
        "calls.ended",
    ]
    assert rows(ACTS, bob.org_id, id=str(theirs.id)) == []
