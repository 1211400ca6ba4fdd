"""What callers say about themselves stays in the tables of their clinic, on bad days above all.

2,000 made-up people with VOXANNE_FAULTS_FULL=1, fewer daily, go through webhooks, voice tools, forms and
screens, while bodies are broken, the database refuses rows and quotes them, and a vendor fails. Then every
log, metric, job, queue, alert, event at Sentry, file and answer to an error is searched for them.
"""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.architecture.test_inventory_of_handlers import handlers_of, ours
from tests.e2e.test_raw_sockets import wire
from tests.faults.background import is_full, wait_until
from tests.payloads import vapi
from tests.running_app import RunningApp
from tests.synthetic_identities import Identity, Search, people
from voxanne_app import app as application
from voxanne_app.calls.ui.calls_state import CallsState
from voxanne_app.integrations.vapi.signatures import sign

COUNT = 2_000 if is_full() else 60
TABLES = ("contacts", "call_turns", "bookings", "cases")
# Where they may stand: the clinics' tables, and what vendors hold by themselves.
LEGITIMATE = ("postgres/", "sandbox/", "front_end/")
WITHOUT_PATIENTS = (
    "select arguments, last_error, unique_key from jobs",
    "select * from job_failures",
    "select * from heartbeats",
    "select * from cron_runs",
    "select * from alerts",
    "select * from huey.huey_task",
    "select * from huey.huey_schedule",
    "select * from huey.huey_kv",
)


class Traffic:
    def __init__(self, app: RunningApp) -> None:
        self._app = app
        self._client = httpx.Client(base_url=app.url, timeout=30)
        self.told: list[str] = []  # answers to what went wrong, and what voices say when it does

    def webhook(self, body: bytes | dict[str, Any], *, signed: bool = True) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        at = str(int(time.time() * 1000))
        signature = sign(content, secret=self._app.run["vapi_webhook_secret"].encode(), timestamp=at)
        headers = {"x-timestamp": at, "x-signature": signature} if signed else {}
        self._keep(self._client.post("/webhooks/vapi", content=content, headers=headers))

    def sign_in(self, one: Identity) -> None:
        form = {"email": one.email, "password": one.complaint, "next": f"/calls?q={one.name}"}
        answer = self._client.post("/auth/sign-in", data=form, headers={"origin": self._app.url})
        # The form shows people what they typed themselves.
        page = answer.text.replace(f'value="{one.email}"', "").replace(f'value="/calls?q={one.name}"', "")
        self.told.append(page)

    def look_up(self, one: Identity) -> None:
        self._keep(self._client.get("/no/such.file", params={"q": one.name, "phone": one.phone}))
        self._keep(self._client.delete("/calls", params={"q": one.name}))

    def _keep(self, answer: httpx.Response) -> None:
        if answer.status_code >= 400:
            self.told.append(answer.text + str(answer.headers))


def call_of(app: RunningApp, one: Identity) -> dict[str, Any]:
    clinic = app.run["organizations"][0]
    return vapi.call(assistantId=clinic["assistant_id"], customer={"number": one.phone, "name": one.name})


def a_call(app: RunningApp, traffic: Traffic, one: Identity, number: int) -> None:
    call, words = call_of(app, one), one.introduction(number)
    traffic.webhook(vapi.final_transcript("user", words, after=3.0, call=call))
    booking = {"service": words, "starts_at": one.birthdays[0], "patient_name": one.name, "notes": words}
    message = {"message": words, "callback_number": one.phone, "urgent": True}
    asked = [vapi.asked_for("book_appointment", booking), vapi.asked_for("take_message", message)]
    asked.append(vapi.asked_for(one.name, {one.name: words}))
    traffic.webhook(vapi.tool_calls(*asked, call=call))
    artifact = {"messages": vapi.spoken(("user", words)), "transcript": words}
    report = vapi.report_of_2026(call=call, artifact=artifact, analysis={"summary": words})
    traffic.webhook(report)


def bad_bodies(app: RunningApp, traffic: Traffic, one: Identity, number: int) -> None:
    whole = json.dumps(vapi.final_transcript("user", one.introduction(number), after=1.0)).encode()
    traffic.webhook(whole[: len(whole) * 2 // 3])
    traffic.webhook(whole, signed=False)
    traffic.webhook(whole.replace(b'"user"', b'"us\\u0000er"'))
    traffic.webhook(
        {"message": {"type": one.name, "call": {"id": one.phone}, "timestamp": one.introduction(number)}}
    )
    traffic.webhook({one.name: one.introduction(number)})


def screens(app: RunningApp, several: list[Identity]) -> None:
    """Every handler that takes something, with words of patients in its arguments."""
    assert application.PAGES
    people_ = iter(several * 50)
    with wire(app, "owner") as line:
        for state in ours():
            for name, handler in handlers_of(state).items():
                parameters = [p for p in handler._parameters if p != "self"]
                if not parameters or handler.is_background:
                    continue
                one = next(people_)
                form = {
                    "name": one.name,
                    "patient_name": one.name,
                    "phone": one.phone,
                    "note": one.introduction(1),
                }
                for value in (one.introduction(2), form):
                    line.send(f"{state.get_full_name()}.{name}", dict.fromkeys(parameters, value))
        line.send(f"{CallsState.get_full_name()}.export", {})
        line.heard_until("never said", within=3)


@contextmanager
def database_that_quotes_rows(app: RunningApp) -> Iterator[None]:
    """Refuses what is about to be stored, and says why in the words of the patient."""
    with psycopg.connect(app.run["database_owner_url"], autocommit=True) as owner:
        owner.execute(
            """create function quote_and_refuse() returns trigger language plpgsql as $$ begin
            raise exception 'refused: %', row_to_json(new)
              using errcode = 'check_violation', detail = row_to_json(new)::text; end $$"""
        )
        try:
            for table in TABLES:
                owner.execute(
                    f"create trigger refuse before insert on {table} "
                    "for each row execute function quote_and_refuse()"
                )
            # A handler that takes nothing cannot refuse what it is given: this one fails for certain.
            owner.execute(
                "create trigger refuse before insert on audit_events for each row "
                "when (new.action = 'calls.exported') execute function quote_and_refuse()"
            )
            yield
        finally:
            owner.execute("drop function quote_and_refuse cascade")


def jobs_left(app: RunningApp) -> int:
    with psycopg.connect(app.run["database_owner_url"]) as owner:
        statement = (
            "select count(*) from jobs where state in ('waiting', 'running') and name = 'webhooks.handle'"
        )
        return int(owner.execute(statement).fetchall()[0][0])


def places(app: RunningApp) -> Iterator[tuple[str, str]]:
    """Everything that must not know them, by its name."""
    for path in sorted(app.data_dir.rglob("*")):
        place = path.relative_to(app.data_dir).as_posix()
        if path.is_file() and not place.startswith(LEGITIMATE):
            yield place, path.read_text(errors="replace")
    yield from _state_files()
    yield "/metrics", httpx.get(f"{app.url}/metrics").text
    sandbox = app.run["sandbox_url"]
    journal = httpx.get(f"{sandbox}/_sandbox/journal", params={"vendor": "sentry", "limit": 5000}).text
    yield "Sentry", journal
    yield "Slack", httpx.get(f"{sandbox}/_sandbox/slack").text
    with psycopg.connect(app.run["database_owner_url"]) as owner:
        for statement in WITHOUT_PATIENTS:
            if owner.execute("select to_regclass(%s)", [statement.split()[-1]]).fetchall()[0][0]:
                yield statement, str(owner.execute(statement).fetchall())


def _state_files() -> Iterator[tuple[str, str]]:
    """Reflex's own store of states, which by default lies on the disk."""
    for folder in (Path.cwd() / ".states", Path.cwd() / ".web" / ".states"):
        for path in folder.rglob("*") if folder.exists() else ():
            yield str(path), path.read_text(errors="replace")


def test_nobody_is_found_where_nobody_may_stand(app: RunningApp, capsys: pytest.CaptureFixture[str]) -> None:
    seed = random.randrange(10**6)
    everybody = people(COUNT, seed=seed)
    traffic, half = Traffic(app), COUNT // 2
    with database_that_quotes_rows(app):
        for number, one in enumerate(everybody[:half]):
            a_call(app, traffic, one, number)
        screens(app, everybody[:half])
        time.sleep(3)  # jobs fail, and fail again
    fault = {"vendor": "supabase", "mode": "html", "path": "/auth/v1/token", "count": 5}
    httpx.post(f"{app.run['sandbox_url']}/_sandbox/faults", json=fault).raise_for_status()
    for one in everybody[:: max(1, COUNT // 20)]:
        traffic.sign_in(one)
        traffic.look_up(one)
    for number, one in enumerate(everybody[half:]):
        a_call(app, traffic, one, number)
        bad_bodies(app, traffic, one, number)
    screens(app, everybody[half:])
    wait_until(lambda: jobs_left(app) == 0, "everything that came in is handled", seconds=120 + COUNT / 10)

    search, found, searched = Search(everybody), {}, dict(places(app))
    searched |= {f"answer {n}": told for n, told in enumerate(traffic.told)}
    for place, text in searched.items():
        if hits := search.hits(text):
            found[place] = sorted(hits)[:3]
    with capsys.disabled():
        size = sum(map(len, searched.values()))
        print(f"\nseed {seed}: {COUNT} people, {len(searched)} places, {size:,} characters, {len(found)} hit")
    assert not found, found
    assert {"web", "worker"} <= {
        log for log in ("web", "worker") if '"level": "' in searched[f"logs/{log}.log"]
    }
    for log, trouble in (
        ("web", "A handler failed"),
        ("web", "a voice tool failed"),
        ("worker", "Job failed"),
    ):
        assert trouble in searched[f"logs/{log}.log"], trouble
    assert "A handler failed" in searched["Sentry"]
    assert_the_search_finds_them_where_they_belong(app, search)


def assert_the_search_finds_them_where_they_belong(app: RunningApp, search: Search) -> None:
    with psycopg.connect(app.run["database_owner_url"]) as owner:
        owner.execute("select set_config('request.jwt.claims', %s, true)", [_clinic(app)])
        said = owner.execute("select words from call_turns").fetchall()
    assert len(search.hits(str(said))) >= COUNT


def _clinic(app: RunningApp) -> str:
    org_id = app.run["organizations"][0]["id"]
    return json.dumps({"role": "authenticated", "app_metadata": {"org_id": org_id}})
