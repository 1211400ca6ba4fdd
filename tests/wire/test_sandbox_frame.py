"""What the sandbox does for all vendors: journal, bad days, clock, seeds, coming back after a kill."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.wire import sandbox_clinic as clinic
from tests.wire.sandbox_process import running_sandbox

AUTHORIZED = {"authorization": f"Bearer {clinic.PRIVATE_KEY}"}
NOWHERE = "http://127.0.0.1:9/webhooks"


@pytest.fixture(scope="module")
def running() -> Iterator[httpx.Client]:
    with running_sandbox(clinic.seed(NOWHERE)) as url, httpx.Client(base_url=url, timeout=10) as client:
        yield client


@pytest.fixture
def sandbox(running: httpx.Client) -> httpx.Client:
    running.post("/_sandbox/reset").raise_for_status()
    return running


def assistants(sandbox: httpx.Client, **options: Any) -> httpx.Response:
    return sandbox.get("/vapi/assistant", headers=AUTHORIZED, **options)


def fault(sandbox: httpx.Client, **fields: Any) -> None:
    sandbox.post("/_sandbox/faults", json={"vendor": "vapi"} | fields).raise_for_status()


def test_it_starts_within_two_seconds_of_work() -> None:
    before = _seconds_of_children()
    with running_sandbox():
        pass
    assert _seconds_of_children() - before < 2


def test_the_journal_has_each_request_with_bodies_in_order(sandbox: httpx.Client) -> None:
    sandbox.post("/vapi/assistant?x=1", json={"name": "Ben"}, headers=AUTHORIZED)
    assistants(sandbox)
    journal = sandbox.get("/_sandbox/journal", params={"vendor": "vapi"}).json()
    first, second = journal["entries"]
    assert (first["method"], first["path"], first["query"]) == ("POST", "/vapi/assistant", "x=1")
    assert first["body"] == {"name": "Ben"} and first["status"] == 201 and first["answer"]["name"] == "Ben"
    assert first["headers"]["authorization"] == AUTHORIZED["authorization"]
    assert second["number"] == first["number"] + 1 == journal["next"]
    later = sandbox.get("/_sandbox/journal", params={"since": first["number"]}).json()
    assert [entry["number"] for entry in later["entries"]] == [second["number"]]


def test_a_request_is_in_the_journal_before_it_is_answered(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="black_hole")
    with pytest.raises(httpx.ReadTimeout):
        assistants(sandbox, timeout=0.2)
    (entry,) = sandbox.get("/_sandbox/journal").json()["entries"]
    assert entry["path"] == "/vapi/assistant" and entry["status"] is None


def test_a_slow_vendor_answers_late(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="slow", seconds=0.3)
    began = time.monotonic()
    assert assistants(sandbox).status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_connection_can_be_reset(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="reset", count=1)
    with pytest.raises(httpx.ReadError):
        assistants(sandbox)
    assert assistants(sandbox).status_code == 200


def test_an_answer_can_be_cut_off(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="cut", count=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        assistants(sandbox)


def test_it_can_succeed_and_then_reset_the_connection(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="succeed_then_reset", count=1, method="POST")
    with pytest.raises(httpx.ReadError):
        sandbox.post("/vapi/assistant", json={"name": "Ben"}, headers=AUTHORIZED)
    assert "Ben" in [assistant["name"] for assistant in assistants(sandbox).json()]


def test_a_vendor_can_answer_any_status_html_or_broken_json(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="status", status=429, headers={"Retry-After": "7"}, body={"message": "slow"}, count=1)
    limited = assistants(sandbox)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    fault(sandbox, mode="html", count=1)
    page = assistants(sandbox)
    assert page.status_code == 502 and page.headers["content-type"] == "text/html"
    fault(sandbox, mode="wrong_json", count=1)
    broken = assistants(sandbox)
    assert broken.status_code == 200 and not broken.text.endswith("}")


def test_a_fault_concerns_only_its_path_and_ends_after_its_count(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="status", path="/call*", count=2)
    statuses = [sandbox.get("/vapi/call", headers=AUTHORIZED).status_code for _ in range(3)]
    assert statuses == [503, 503, 200] and assistants(sandbox).status_code == 200


def test_a_fault_ends_after_its_duration(sandbox: httpx.Client) -> None:
    fault(sandbox, mode="status", duration_seconds=60)
    assert assistants(sandbox).status_code == 503
    sandbox.post("/_sandbox/clock", json={"advance_seconds": 61})
    assert assistants(sandbox).status_code == 200


def test_every_preset_can_be_set_and_cleared(sandbox: httpx.Client) -> None:
    presets = sandbox.get("/_sandbox/vendors").json()["presets"]
    for preset in presets:
        answer = sandbox.post("/_sandbox/faults", json={"preset": preset["name"]})
        assert answer.status_code == 201 and answer.json()["faults"]
        assert sandbox.delete("/_sandbox/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("address", "body", "sentence"),
    [
        ("faults", {"mode": "explodes"}, "'mode' must be one of"),
        ("faults", {"vendor": "acme", "mode": "slow"}, "'vendor' of the body must be one of"),
        ("faults", {"mode": "slow", "seconds": -1}, "'seconds' of the body must be a number from 0"),
        ("faults", [], "must be a JSON object"),
        ("clock", {"speed": 0}, "'speed'"),
        ("seed", {"vapi": {"assistants": [{}]}}, "'id' is missing"),
        ("seed", {"acme": {}}, "unknown fields: acme"),
    ],
)
def test_an_unusable_order_gets_a_sentence(
    sandbox: httpx.Client, address: str, body: Any, sentence: str
) -> None:
    answer = sandbox.post(f"/_sandbox/{address}", json=body)
    assert answer.status_code == 400 and sentence in answer.json()["error"]


def test_reset_brings_back_the_seed(sandbox: httpx.Client) -> None:
    sandbox.delete(f"/vapi/assistant/{clinic.ASSISTANT_ID}", headers=AUTHORIZED)
    sandbox.post("/vapi/assistant", json={"name": "Ben"}, headers=AUTHORIZED)
    fault(sandbox, mode="reset")
    sandbox.post("/_sandbox/reset")
    assert [assistant["name"] for assistant in assistants(sandbox).json()] == ["Ava"]


def test_time_runs_as_fast_as_it_is_told(sandbox: httpx.Client) -> None:
    sandbox.post("/_sandbox/clock", json={"speed": 100})
    first = sandbox.get("/_sandbox/clock").json()["now"]
    time.sleep(0.1)
    second = sandbox.get("/_sandbox/clock").json()["now"]
    assert 5 < (_seconds(second) - _seconds(first)) % 60 < 30


def test_the_page_is_there_and_asks_nobody_outside(sandbox: httpx.Client) -> None:
    page = sandbox.get("/_sandbox/")
    files = [sandbox.get(f"/_sandbox/page/{name}") for name in ("page.css", "page.js")]
    assert "Nothing here is real" in page.text and all(file.status_code == 200 for file in files)
    for text in (page.text, *(file.text for file in files)):
        outside = [part for part in text.split("http")[1:] if part.startswith(("://", "s://"))]
        assert [part for part in outside if not part.startswith("://www.w3.org/2000/svg")] == []


def test_a_killed_sandbox_comes_back_as_it_was(tmp_path: Path) -> None:
    seed = clinic.seed(NOWHERE)
    with running_sandbox(seed, state_dir=tmp_path) as url:
        httpx.patch(
            f"{url}/vapi/assistant/{clinic.ASSISTANT_ID}", json={"name": "Renamed"}, headers=AUTHORIZED
        )
        keys = httpx.get(f"{url}/supabase/auth/v1/.well-known/jwks.json").json()
    with running_sandbox(seed, state_dir=tmp_path) as url:
        (assistant,) = httpx.get(f"{url}/vapi/assistant", headers=AUTHORIZED).json()
        assert assistant["name"] == "Renamed"
        assert httpx.get(f"{url}/supabase/auth/v1/.well-known/jwks.json").json() == keys


def test_a_changed_seed_replaces_what_it_describes(tmp_path: Path) -> None:
    with running_sandbox(clinic.seed(NOWHERE), state_dir=tmp_path):
        pass
    with running_sandbox(clinic.seed("http://127.0.0.1:10/moved"), state_dir=tmp_path) as url:
        (assistant,) = httpx.get(f"{url}/vapi/assistant", headers=AUTHORIZED).json()
        assert assistant["server"]["url"] == "http://127.0.0.1:10/moved"


def _seconds_of_children() -> float:
    """Work, not waiting: a busy machine makes no difference."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _seconds(moment: str) -> float:
    hours, minutes, seconds = moment.split("T")[1].rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
