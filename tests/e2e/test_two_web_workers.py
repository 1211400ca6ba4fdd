"""With a Redis, `voxanne up` runs several web workers: it makes no difference which of them one meets."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
import redis
from playwright.sync_api import Page, expect
from websockets.exceptions import ConnectionClosed

from tests.e2e.conftest import Trouble
from tests.e2e.test_raw_sockets import Wire, cookie_of, dial
from tests.running_app import RunningApp, running_app

_STATE = "reflex___state____state"
HYDRATE = f"{_STATE}.hydrate"
LOAD = f"{_STATE}.reflex___state____on_load_internal_state.on_load_internal"
SAY = f"{_STATE}.voxanne_app___ui___session____screen.show_problem"
SIGNED_OUT_SECONDS = 5.0
RESPAWN_SECONDS = 20.0


@pytest.fixture(scope="module")
def app(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Instead of the one without a Redis."""
    with running_app(tmp_path_factory.mktemp("two-workers"), REDIS_URL=redis_url) as app:
        yield app


@pytest.fixture
def shared(redis_url: str) -> "redis.Redis":
    return redis.Redis.from_url(redis_url)


def workers(app: RunningApp) -> dict[int, psutil.Process]:
    web = json.loads((app.data_dir / "run.json").read_text())["pids"]["web"]
    return {child.pid: child for child in psutil.Process(web).children()}


def worker_of(app: RunningApp, line: Wire) -> int:
    """The process that holds the other end of a socket."""
    port = line.socket.local_address[1]
    for pid, worker in workers(app).items():
        if any(there.raddr and there.raddr.port == port for there in worker.net_connections("tcp")):
            return pid
    raise LookupError("No worker holds this socket.")


def one_line_to_each(app: RunningApp, open_lines: ExitStack, cookie: str, token: str = "") -> dict[int, Wire]:
    """A socket to every worker; which one answers is chance, so several may have to be tried."""
    lines: dict[int, Wire] = {}
    for _ in range(60):
        attempt = Wire(dial(app, cookie=cookie, origin=app.url, token=token))
        pid = worker_of(app, attempt)
        if pid in lines:
            attempt.socket.close()
            continue
        lines[pid] = attempt
        open_lines.callback(attempt.socket.close)
        if len(lines) == len(workers(app)):
            return lines
    raise AssertionError(f"All sockets went to {set(lines)} of {set(workers(app))}")


def ring(app: RunningApp, patient: str, **order: Any) -> dict[str, Any]:
    clinic = app.run["organizations"][0]
    caller = {"name": patient, "number": "+12125550144"}
    call = {"number": clinic["number"], "caller": caller, "patient_name": patient, "speed": 20, "wait": True}
    order = call | order
    answer = httpx.post(f"{app.run['sandbox_url']}/_sandbox/calls", json=order, timeout=60)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_there_are_at_least_two_workers_and_everything_is_well(app: RunningApp) -> None:
    assert len(workers(app)) >= 2
    assert app.status("/readyz") == 200


def test_a_call_shows_itself_on_the_open_screens_of_every_worker(app: RunningApp) -> None:
    patient = f"Live {uuid4().hex[:6]}"
    with ExitStack() as open_lines:
        lines = one_line_to_each(app, open_lines, cookie_of(app, "staff"))
        for line in lines.values():
            line.send(HYDRATE, {})
            line.send(LOAD, {})
            assert "Cedar Lane Dental" in line.heard_until("Cedar Lane Dental")
        call = ring(app, patient)
        assert call["was_successful"], call
        for line in lines.values():
            assert patient in line.heard_until(patient, within=10)


def test_a_page_that_comes_back_to_the_other_worker_finds_its_state(app: RunningApp) -> None:
    token, sentence = str(uuid4()), f"Kept {uuid4().hex[:6]}."
    cookie = cookie_of(app, "staff")
    with ExitStack() as open_lines:
        first = Wire(dial(app, cookie=cookie, origin=app.url, token=token))
        was = worker_of(app, first)
        first.send(HYDRATE, {})
        first.send(SAY, {"sentence": sentence})
        assert sentence in first.heard_until(sentence)
        first.socket.close()
        for _ in range(60):
            again = Wire(dial(app, cookie=cookie, origin=app.url, token=token))
            open_lines.callback(again.socket.close)
            if worker_of(app, again) != was:
                break
            again.socket.close()
        again.send(HYDRATE, {})
        assert sentence in again.heard_until(sentence)


def test_signing_out_ends_the_session_on_every_worker(app: RunningApp) -> None:
    cookie = cookie_of(app, "viewer")
    with ExitStack() as open_lines:
        lines = one_line_to_each(app, open_lines, cookie)
        signed_out = httpx.post(f"{app.url}/auth/sign-out", headers={"cookie": cookie, "origin": app.url})
        assert signed_out.status_code in (200, 303), signed_out.text
        deadline = time.monotonic() + SIGNED_OUT_SECONDS
        for line in lines.values():
            with pytest.raises(ConnectionClosed):
                while True:
                    line.socket.recv(max(0.0, deadline - time.monotonic()))
    pages = [httpx.get(f"{app.url}/calls", headers={"cookie": cookie}) for _ in range(10)]
    assert {page.status_code for page in pages} == {303}


def test_a_browser_follows_its_call_while_every_worker_is_killed_in_turn(
    app: RunningApp, signed_in: Callable[..., Page], trouble: Trouble
) -> None:
    for sign_of_it in ("WebSocket", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "socket", "_event"):
        trouble.expect(sign_of_it)
    page = signed_in("staff")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    for pid in list(workers(app)):
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + RESPAWN_SECONDS
        while pid in workers(app) or len(workers(app)) < 2:
            assert time.monotonic() < deadline, "no worker took its place"
            time.sleep(0.1)
        patient = f"Killed {uuid4().hex[:6]}"
        ring(app, patient, speed=3, wait=False)
        card = page.locator(".live-call").filter(has_text=patient)
        expect(card.get_by_role("log")).to_contain_text("I would like to book", timeout=20_000)
        expect(card).to_have_count(0, timeout=30_000)
    page.get_by_role("link", name="Calls").first.click()
    expect(page.locator("tbody")).to_contain_text(patient)


def test_jobs_are_given_out_through_redis(app: RunningApp, shared: "redis.Redis") -> None:
    before = calls_of(shared, "zadd")
    call = ring(app, f"Job {uuid4().hex[:6]}")
    assert calls_of(shared, "bzpopmin") > 0  # the worker waits there
    assert calls_of(shared, "zadd") >= before + len(call["webhooks"]) / 2


def calls_of(shared: "redis.Redis", command: str) -> int:
    statistics: Any = shared.info("commandstats")
    return int(statistics.get(f"cmdstat_{command}", {}).get("calls", 0))


def test_workers_count_together(app: RunningApp) -> None:
    httpx.post(f"{app.url}/webhooks/vapi", content=b"{}")
    refused = r'^webhooks_received_total\{.*verdict="401"\} (.+)$'
    scrapes = {tuple(re.findall(refused, httpx.get(f"{app.url}/metrics").text, re.M)) for _ in range(8)}
    assert scrapes == {("1.0",)}


def test_redis_holds_no_credential_and_patients_only_as_open_pages_show_them(
    app: RunningApp, shared: "redis.Redis"
) -> None:
    patient, cookie = f"Shown {uuid4().hex[:6]}", cookie_of(app, "owner")
    with ExitStack() as open_lines:
        lines = one_line_to_each(app, open_lines, cookie)
        for line in lines.values():
            line.send(HYDRATE, {})
            line.send(LOAD, {})
        ring(app, patient, speed=2, wait=False)
        for line in lines.values():
            assert patient in line.heard_until(patient, within=20)
        held = contents(shared)
    everything = b"\n".join(held.values()) + b"\n".join(held)
    secrets = [
        cookie.partition("=")[2],
        *(person["password"] for person in app.run["sign_ins"]),
        app.run["vapi_webhook_secret"],
        app.run["metrics_token"],
        "eyJ",  # how every signed token begins
    ]
    assert not [secret for secret in secrets if secret.encode() in everything]
    with_patients = [key for key, value in held.items() if patient.encode() in value]
    assert with_patients, "the pages are not in Redis at all"
    for key in with_patients:
        assert _STATE.encode() in key
        assert 0 < int(str(shared.ttl(key))) <= 3600


def contents(shared: "redis.Redis") -> dict[bytes, bytes]:
    """Every key with all that lies under it; not by DUMP, which compresses."""
    readers = {
        b"string": shared.get,
        b"zset": lambda key: shared.zrange(key, 0, -1),
        b"hash": shared.hgetall,
        b"list": lambda key: shared.lrange(key, 0, -1),
        b"set": shared.smembers,
    }
    return {key: repr(readers[shared.type(key)](key)).encode() for key in shared.scan_iter()}  # type: ignore[index]
