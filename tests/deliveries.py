"""Webhooks without the wire: a body goes into the inbox, and its jobs are done, as the processes do it.

deliver(vapi.report_of_2026(call=clinic.call()))
work_off()
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text

from tests.factories import make_agent, make_vendor_address
from tests.payloads import vapi
from voxanne_app.foundation import job_rows
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JOBS, JobRun, enqueue
from voxanne_app.integrations.vapi.webhooks import read_event
from voxanne_app.webhooks import inbox, jobs, tenants

assert jobs  # registers them


@dataclass(frozen=True)
class Clinic:
    """An organization that Vapi leads to."""

    org_id: UUID
    agent_id: UUID
    assistant_id: str

    def call(self, **values: Any) -> dict[str, Any]:
        """A call of this clinic's assistant, as Vapi's messages hold it."""
        return vapi.call(**{"assistantId": self.assistant_id} | values)


def connect(organization: Row[Any]) -> Clinic:
    agent = make_agent(org_id=organization.id)
    address = make_vendor_address(org_id=organization.id, agent_id=agent.id, value=f"assistant-{uuid4()}")
    return Clinic(organization.id, agent.id, address.value)


def deliver(*bodies: dict[str, Any]) -> None:
    """Store each, and commit."""
    for body in bodies:
        inbox.store([inbox.arrived(read_event(json.dumps(body).encode()))])


def work_off() -> int:
    """Do every job that waits; how many there were."""
    with transaction(Claims.system()) as session:
        waiting = session.connection().execute(
            text("select id, fence from jobs where state = 'waiting' and name = 'webhooks.handle'")
        )
        tickets = waiting.all()
    for ticket in tickets:
        run_job(ticket.id, ticket.fence)
    return len(tickets)


def run_as_by_the_clock(name: str, *, now: datetime | None = None) -> None:
    """Have a job of the platform's own asked for and done; others of its name that wait are done with it."""
    with transaction(Claims.system()) as session:
        enqueue(session, name, {}, org_id=None)
    for job in rows("select id, fence from jobs where name = :name and state = 'waiting'", name=name):
        run_job(job.id, job.fence, now=now)


def run_job(job_id: UUID, fence: int, *, now: datetime | None = None) -> None:
    with transaction(Claims.system()) as session:
        started = job_rows.start(session, job_id, fence)
    if started:
        run = JobRun(
            started.job_id,
            started.name,
            started.org_id,
            attempt=started.attempt,
            fence=started.fence,
            now=now or datetime.now(UTC),
        )
        JOBS[started.name].function(run, **started.arguments)


def rows(statement: str, org_id: UUID | None = None, **values: Any) -> list[Row[Any]]:
    """What the organization sees, or, without one, the platform."""
    tenants.forget()
    claims = Claims.organization(org_id) if org_id else Claims.system()
    with transaction(claims) as session:
        return list(session.connection().execute(text(statement), values))
