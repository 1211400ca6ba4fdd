"""A clinic that calls out through the sandbox: an agent that does, a line, and people who are awake now."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Row, text

from tests import factories
from tests.deliveries import rows, run_job
from tests.wire import sandbox_clinic
from tests.wire.sandbox_listener import listening
from voxanne_app.calls.outbound import asking, jobs
from voxanne_app.calls.outbound.asking import Wish
from voxanne_app.calls.outbound.hours import is_decent, whereabouts
from voxanne_app.calls.outbound.targets import Target
from voxanne_app.contacts import calling_consent
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings

assert jobs  # registers them

# Los Angeles, Berlin, Tokyo: at any moment one of them is between eight and eight.
_AREAS = ("+1503555", "+4930123", "+8131234")
ABOUT = "The crown has come; please offer a time this week."


def somebody_awake(last_digits: str = "0150") -> str:
    """A number whose time zone shows a decent hour now; the last digits decide how the sandbox answers."""
    numbers = [area + last_digits for area in _AREAS]
    return next(one for one in numbers if is_decent(whereabouts(one, clinic_zone="UTC"), clock.now()))


@dataclass(frozen=True)
class CallingDesk:
    """`sandbox` speaks to the sandbox; `person` is who asks: id and name."""

    sandbox: httpx.Client
    org_id: UUID
    agent_id: UUID
    person: tuple[UUID, str]

    def within(self, work: Callable[[Any], Any]) -> Any:
        with transaction(Claims.person(org_id=self.org_id, person_id=self.person[0])) as session:
            return work(session)

    def target(self, number: str = "", *, agreed: bool = True, case_id: UUID | None = None) -> Target:
        number = number or somebody_awake()
        contact = factories.make_contact(org_id=self.org_id, phone=number, name="Maria Lopez")
        if agreed:
            self.within(
                lambda session: calling_consent.give(
                    session,
                    org_id=self.org_id,
                    contact_id=contact.id,
                    how="in_writing",
                    by=self.person,
                    now=clock.now(),
                )
            )
        return Target(number, "Maria Lopez", contact.id, case_id)

    def ask(self, target: Target) -> UUID:
        wish = Wish(target, self.agent_id, ABOUT, self.person)
        made: UUID = self.within(
            lambda session: asking.ask(session, wish, org_id=self.org_id, now=clock.now())
        )
        return made

    def work_off(self, attempt: UUID, *, times: int = 1) -> Row[Any]:
        """Do the job of an attempt as often as it waits, at most so often, whatever hour it waits for."""
        for _ in range(times):
            for waiting in rows(
                "select id, fence from jobs where name = 'calls.dial' and state = 'waiting' "
                "and arguments ->> 'attempt_id' = :id",
                id=str(attempt),
            ):
                run_job(waiting.id, waiting.fence)
        return self.row(attempt)

    def row(self, attempt: UUID) -> Row[Any]:
        return rows("select * from outbound_calls where id = :id", self.org_id, id=attempt)[0]

    def age(self, attempt: UUID, seconds: int) -> None:
        """As if it had been dialled so long ago."""
        statement = (
            "update outbound_calls set dialling_at = dialling_at - make_interval(secs => :s) where id = :id"
        )
        with transaction(Claims.organization(self.org_id)) as session:
            session.connection().execute(text(statement), {"id": attempt, "s": seconds})

    def fault(self, mode: str, **what: Any) -> None:
        body = {"vendor": "vapi", "path": "/call", "method": "POST", "mode": mode, "count": 1} | what
        self.sandbox.post("/_sandbox/faults", json=body).raise_for_status()

    def posts(self) -> int:
        """How often the platform was asked to call, whatever came of it."""
        entries = self.sandbox.get("/_sandbox/journal?vendor=vapi&limit=5000").json()["entries"]
        return sum(one["method"] == "POST" and one["path"].endswith("/call") for one in entries)

    def calls(self, number: str) -> list[dict[str, Any]]:
        listed = (
            self.sandbox.get("/vapi/call?limit=1000", headers=sandbox_clinic.KEY).raise_for_status().json()
        )
        return [one for one in listed if (one.get("customer") or {}).get("number") == number]

    def when_over(self, number: str) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while not (found := self.calls(number)) or not found[0].get("costs"):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found[0]


@contextmanager
def connected_desk(
    sandbox: httpx.Client, organization: Row[Any], environment: pytest.MonkeyPatch
) -> Iterator[CallingDesk]:
    """With the product set to this sandbox, where people talk a hundred times as fast."""
    sandbox.post("/_sandbox/reset").raise_for_status()
    with listening() as listener:
        for name, value in {
            "VAPI_BASE_URL": str(sandbox.base_url).rstrip("/") + "/vapi",
            "VAPI_PRIVATE_KEY": sandbox_clinic.PRIVATE_KEY,
            "VAPI_WEBHOOK_SECRETS": sandbox_clinic.SECRET,
            "VAPI_LINES": "1000",
            "PUBLIC_URL": listener.url.removesuffix("/webhooks/vapi"),
        }.items():
            environment.setenv(name, value)
        get_settings.cache_clear()
        desk = open_desk(sandbox, organization, listener.url)
        sandbox.post("/_sandbox/clock", json={"speed": 100}).raise_for_status()
        yield desk


def open_desk(sandbox: httpx.Client, organization: Row[Any], webhook_url: str) -> CallingDesk:
    """An outbound agent that is published, at the sandbox too, and a line to call from."""
    person = factories.make_membership(org_id=organization.id, role="staff").person_id
    agent = factories.make_agent(
        org_id=organization.id, role="outbound", system_prompt="You call. {{about}}", name="Caller"
    )
    copy, line = str(uuid4()), str(uuid4())
    factories.make_vendor_address(org_id=organization.id, agent_id=agent.id, value=copy)
    factories.make_vendor_address(org_id=organization.id, agent_id=agent.id, kind="phone_number", value=line)
    seed = sandbox_clinic.seed(webhook_url)["vapi"]
    assistant = seed["assistants"][0] | {"id": copy, "firstMessage": "Good day, this is the clinic."}
    number = {"id": line, "number": factories.a_phone_number()}
    sandbox.post(
        "/_sandbox/seed", json={"vapi": seed | {"assistants": [assistant], "phone_numbers": [number]}}
    ).raise_for_status()
    return CallingDesk(sandbox, organization.id, agent.id, (person, "Bob Brook"))
