"""What webhooks lost is found by one look at the vendor's own list."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Row

from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import deliver, rows, run_as_by_the_clock, work_off
from tests.factories import make_agent, make_vendor_address
from tests.wire import sandbox_clinic
from tests.wire.sandbox_listener import Message, Reply, listening
from voxanne_app.agents.ports import PlatformUnavailable
from voxanne_app.foundation.settings import get_settings

CALLS, LOST = 20, (3, 11)  # one in ten never gets through: twice what is to be borne
RECORD = "select vendor_call_id, status, outcome, has_report, cost_usd, summary from call_logs order by 1"
COUNTS = "select looked_at, lost, nobodys, reached, ran_at from reconciliations"


class _Line:
    """The voice platform on the wire, and a road on which some webhooks get lost."""

    def __init__(self, url: str) -> None:
        self.url, self.lost_calls, self.is_lossy = url, set[str](), True
        self._numbers: dict[str, int] = {}
        self._desk = sandbox_clinic.Desk()

    def reply(self, message: Message) -> Reply:
        number = self._numbers.setdefault(message["call"]["id"], len(self._numbers))
        if self.is_lossy and number in LOST:
            self.lost_calls.add(message["call"]["id"])
        else:
            deliver(json.loads(json.dumps({"message": message})))
        return self._desk.reply(message)

    def call(self, **fields: Any) -> str:
        with httpx.Client(base_url=self.url, timeout=30) as client:
            return str(sandbox_clinic.call(client, **{"script": "hangs_up"} | fields)["id"])

    def break_down(self, **fault: Any) -> None:
        httpx.post(f"{self.url}/_sandbox/faults", json={"vendor": "vapi", "path": "/call"} | fault)


@pytest.fixture
def line(supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Line]:
    monkeypatch.setenv("VAPI_BASE_URL", f"{supabase.url}/vapi")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", sandbox_clinic.PRIVATE_KEY)
    get_settings.cache_clear()
    rows("delete from reconciliations returning vendor")
    with listening() as listener:
        line = _Line(supabase.url)
        listener.reply = line.reply
        httpx.post(f"{line.url}/_sandbox/seed", json=sandbox_clinic.seed(listener.url)).raise_for_status()
        yield line


@pytest.fixture
def clinic(organization: Row[Any]) -> Iterator[Row[Any]]:
    """The sandbox's assistant is this clinic's, for as long as a test lasts."""
    agent = make_agent(org_id=organization.id)
    address = make_vendor_address(
        org_id=organization.id, agent_id=agent.id, value=sandbox_clinic.ASSISTANT_ID
    )
    yield organization
    rows(
        "delete from vendor_addresses where value = :value returning id", organization.id, value=address.value
    )


def reconcile() -> None:
    """As the clock asks for it, some minutes after everything happened."""
    run_as_by_the_clock("webhooks.reconcile", now=datetime.now(UTC) + timedelta(minutes=3))
    work_off()


def test_one_look_finds_every_call_whose_webhooks_were_lost(line: _Line, clinic: Row[Any]) -> None:
    ids = {line.call() for _ in range(CALLS)}
    work_off()
    known = {row.vendor_call_id: row for row in rows(RECORD, clinic.id)}
    assert len(line.lost_calls) == len(LOST) and ids - set(known) == line.lost_calls
    reconcile()
    found = {row.vendor_call_id: row for row in rows(RECORD, clinic.id)}
    assert set(found) == ids and all(row.has_report for row in found.values())
    assert {row.outcome for row in found.values()} == {"answered"}
    assert {name: found[name] for name in known} == known
    (counts,) = rows(COUNTS)
    assert (counts.looked_at, counts.lost, counts.nobodys) == (CALLS, len(LOST), 0)
    reconcile()
    assert {row.vendor_call_id: row for row in rows(RECORD, clinic.id)} == found
    (again,) = rows(COUNTS)
    assert (again.lost, again.looked_at) == (len(LOST), 2 * CALLS)


def test_what_belongs_to_no_clinic_is_kept_for_operators_and_counted_once(line: _Line) -> None:
    line.is_lossy = False
    call_id = line.call()
    rows("delete from webhook_inbox where event_key like :key returning id", key=f"vapi:{call_id}:%")
    reconcile()
    reconcile()
    kept = rows(
        "select org_id, verdict from webhook_inbox where event_key like :key", key=f"vapi:{call_id}:%"
    )
    assert [(row.org_id, row.verdict) for row in kept] == [(None, "nobodys")]
    (counts,) = rows(COUNTS)
    assert (counts.lost, counts.nobodys) == (1, 1)


def test_told_to_go_slowly_it_waits_and_a_broken_list_moves_nothing(line: _Line, clinic: Row[Any]) -> None:
    line.is_lossy = False
    line.call()
    line.break_down(mode="status", status=429, headers={"Retry-After": "1"}, count=1)
    reconcile()
    (before,) = rows(COUNTS)
    line.break_down(mode="status", status=503, count=1)
    with pytest.raises(PlatformUnavailable):
        reconcile()
    assert rows(COUNTS) == [before]
