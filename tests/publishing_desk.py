"""An agent on the way to the voice platform, without screens: drafts, yeses, and the jobs that follow."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import Row

from tests import factories
from tests.deliveries import rows
from voxanne_app.agents import jobs, publishing, versions
from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.agents.publishing import Approval
from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.agents.versions import Author
from voxanne_app.bookings.clinic_facts import clinic_facts
from voxanne_app.foundation import job_rows
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_attempt import perform
from voxanne_app.wiring import VOICE_TOOLS

assert jobs  # registers them

VERA = Author(uuid4(), "Vera Alder")
START = TEMPLATES["dental"].configuration(name="Main line", clinic="Alder Street Dental")


@dataclass(frozen=True)
class Desk:
    """One agent of one clinic, and a line that it answers."""

    org_id: UUID
    agent_id: UUID
    line: str = ""

    @property
    def where(self) -> dict[str, UUID]:
        return {"org_id": self.org_id, "agent_id": self.agent_id}

    def within(self, work: Any) -> Any:
        with transaction(Claims.organization(self.org_id)) as session:
            return work(session)

    def save(self, *, by: Author = VERA, revision: int | None = None, **changed: Any) -> int:
        """Change the working copy; the draft's new revision."""

        def work(session: Any) -> int:
            agent = versions.find_agent(session, **self.where)
            known, current = versions.working_copy(session, agent)
            configuration = known.model_copy(update=changed)
            at = current if revision is None else revision
            return versions.save_draft(session, configuration, **self.where, revision=at, by=by, now=now())

        return int(self.within(work))

    def review(self) -> tuple[publishing.Review, int]:
        def work(session: Any) -> tuple[publishing.Review, int]:
            agent = versions.find_agent(session, **self.where)
            known, revision = versions.working_copy(session, agent)
            return publishing.review(known, self.facts(session), tools=VOICE_TOOLS), revision

        found: tuple[publishing.Review, int] = self.within(work)
        return found

    def facts(self, session: Any) -> Any:
        return clinic_facts(session, org_id=self.org_id)

    def ask(self, *, by: Author = VERA) -> publishing.Review:
        """Review, and say yes to it."""
        reviewed, revision = self.review()
        self.say_yes(Approval(revision, reviewed.digest, by))
        return reviewed

    def say_yes(self, approval: Approval) -> int:
        def work(session: Any) -> int:
            return publishing.ask_to_publish(
                session,
                **self.where,
                approval=approval,
                facts=self.facts(session),
                tools=VOICE_TOOLS,
                now=now(),
            )

        return int(self.within(work))

    def agent(self) -> Row[Any]:
        return rows("select * from agents where id = :id", self.org_id, id=self.agent_id)[0]

    def versions(self) -> list[Row[Any]]:
        statement = "select * from agent_versions where agent_id = :id order by number nulls last"
        return rows(statement, self.org_id, id=self.agent_id)

    def work_off(self, *, most: int = 20) -> int:
        """Do what waits, again and again until nothing does; how many attempts that took."""
        attempts = 0
        for _ in range(most):
            waiting = rows(
                "select id, fence from jobs where state = 'waiting' and name like 'agents.%' "
                "order by created_at",
                self.org_id,
            )
            if not waiting:
                break
            for ticket in waiting:
                attempts += 1
                attempt(ticket.id, ticket.fence)
        return attempts


def attempt(job_id: UUID, fence: int) -> None:
    """Once, as a worker does it; a failure leaves the job waiting."""
    with transaction(Claims.system()) as session:
        started = job_rows.start(session, job_id, fence)
    if started:
        perform(started)


def open_desk(organization: Row[Any], configuration: AgentConfiguration = START, *, line: str = "") -> Desk:
    with transaction(Claims.organization(organization.id)) as session:
        agent_id = versions.create_agent(session, configuration, org_id=organization.id, by=VERA, now=now())
    desk = Desk(organization.id, agent_id, line)
    if line:
        factories.make_vendor_address(org_id=desk.org_id, agent_id=agent_id, kind="phone_number", value=line)
    return desk


def now() -> datetime:
    return datetime.now(UTC)


def assistants_of(sandbox: httpx.Client, desk: Desk) -> list[dict[str, Any]]:
    listed = sandbox.get("/vapi/assistant?limit=1000").raise_for_status().json()
    mark = str(desk.agent_id)
    return [one for one in listed if (one.get("metadata") or {}).get("voxanne_agent") == mark]
