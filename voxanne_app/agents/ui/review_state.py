"""Reviewing a draft, and publishing exactly that; what was changed at the platform itself."""

import asyncio
from typing import Any

from sqlmodel import Session

from voxanne_app.agents import drift, publishing, versions
from voxanne_app.agents.configuration import AgentConfiguration, read_configuration
from voxanne_app.agents.ports import CopyGone, PlatformRefuses, PlatformUnavailable
from voxanne_app.agents.publishing import Approval, CannotPublish
from voxanne_app.agents.ui.agent_view import ReviewView, review_view
from voxanne_app.agents.ui.editor_state import EditorState, author
from voxanne_app.agents.versions import ChangedMeanwhile
from voxanne_app.bookings.clinic_facts import clinic_facts
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.telephony import addresses
from voxanne_app.trials import kept_queries
from voxanne_app.trials.asking import MOST_IN_AN_HOUR
from voxanne_app.trials.ui.checks_view import ChecksView, checks_view, run_what_has_no_result
from voxanne_app.ui.arguments import BadArgument, one_of
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, guarded
from voxanne_app.vendors import voice_platform
from voxanne_app.wiring import VOICE_TOOLS

SHARES = {
    "100": "Everybody",
    "10": "10 % of the callers",
    "25": "25 % of the callers",
    "50": "Half of the callers",
}


class ReviewState(EditorState):
    is_open: bool = False
    review: ReviewView = ReviewView()
    refusal: str = ""
    share: str = "100"
    checks: ChecksView = ChecksView()
    despite_checks: bool = False
    held_back: str = ""
    _digest: str = ""
    _reviewed_revision: int = 0

    @guarded("agents.publish")
    async def open_review(self) -> None:
        """What is typed is saved first: what is reviewed is what is published. Where only the clinic's facts
        have changed, the draft is what is published with those."""
        if (self.is_changed or not self.shown.has_draft) and not await self._save(self._revision):
            return
        self.refusal, self.share, self.despite_checks = "", "100", False
        await self._review(await self.asking())
        await self._run_tests(again=False)
        self.is_open = True

    @guarded("agents.read", background=True)
    async def follow_review(self) -> None:
        """Begins with the page, whoever opens it; there is something to see once a review is open."""
        async for _ in self.changes("trials"):
            async with self:
                if self.is_open:
                    await self._look_at_checks()

    @guarded("agents.publish")
    async def run_tests_again(self) -> None:
        """Those that failed or have no result, against what is under review."""
        await self._run_tests(again=True)

    @guarded("agents.publish")
    def mean_it(self, despite: bool) -> None:
        self.despite_checks = despite is True

    @guarded(ANYBODY_SIGNED_IN)
    def close_review(self) -> None:
        self.is_open = False

    @guarded("agents.publish")
    def choose_share(self, share: str) -> None:
        self.share = one_of(share, SHARES, name="The share")

    @guarded("agents.publish")
    async def publish(self) -> None:
        if not self._digest:
            raise BadArgument("Review the draft first.")
        person, agent_id = await self.asking(), self._id()
        digest, where = self._digest, {"org_id": person.org_id, "agent_id": agent_id}
        approval = Approval(
            self._reviewed_revision, digest, author(person), int(self.share), self.despite_checks
        )

        def work(session: Session) -> int:
            return publishing.ask_to_publish(
                session,
                **where,
                approval=approval,
                facts=clinic_facts(session, org_id=person.org_id),
                tools=VOICE_TOOLS,
                now=clock.now(),
                checks=kept_queries.checks_of(kept_queries.kept_with(session, **where, digest=digest)),
            )

        try:
            number = await self.in_transaction("agents.publish", work)
        except (CannotPublish, ChangedMeanwhile) as problem:
            self.refusal = str(problem)
            await self._review(person)
            return
        self.is_open, self._digest = False, ""
        self.say(f"Version {number} is on its way. Callers hear it as soon as the voice platform has it.")
        await self._look()

    @guarded("agents.publish")
    async def stop(self) -> None:
        """Callers keep what they hear; the draft is kept."""
        person, agent_id = await self.asking(), self._id()
        await self.in_transaction(
            "agents.publish",
            lambda session: publishing.stop(session, org_id=person.org_id, agent_id=agent_id),
        )
        self.say("Stopped. Nothing was published, and the draft is kept.")
        await self._look()

    @guarded("agents.publish")
    async def put_ours_back(self) -> None:
        person, agent_id = await self.asking(), self._id()
        await self.in_transaction(
            "agents.publish",
            lambda session: drift.put_ours_back(session, org_id=person.org_id, agent_id=agent_id),
        )
        self.say("What was published is being put back.")
        await self._look()

    @guarded("agents.edit")
    async def take_over(self) -> None:
        """What was changed at the platform becomes the draft."""
        person, agent_id = await self.asking(), self._id()
        where: Any = {"org_id": person.org_id, "agent_id": agent_id}
        configuration = await self._theirs(person)
        if configuration is None:
            return

        def work(session: Session) -> int:
            return drift.take_over(session, configuration, **where, by=author(person), now=clock.now())

        await self.in_transaction("agents.edit", work)
        self._take(await self._open(person))
        self.say("Taken over into the draft. Review it before you publish.")

    async def _theirs(self, person: SignedIn) -> AgentConfiguration | None:
        org_id, agent_id = person.org_id, self._id()

        def known(session: Session) -> tuple[Any, str | None, str, AgentConfiguration]:
            agent = versions.find_agent(session, org_id=org_id, agent_id=agent_id)
            heard = versions.version_of(session, agent, agent.version)
            copy = addresses.assistant_of(session, org_id=org_id, agent_id=agent_id)
            return heard.platform_body, copy, heard.prompt, read_configuration(heard.configuration)

        body, copy, prompt, configuration = await self.in_transaction("agents.edit", known)
        try:
            if not body or not copy:
                raise CopyGone
            changes = await asyncio.to_thread(lambda: voice_platform().changes(body, platform_id=copy))
        except (PlatformUnavailable, PlatformRefuses):
            self.say("The voice platform does not answer. Nothing was changed: try again soon.", "bad")
            return None
        except CopyGone:
            self.say("It is not there any more: put ours back instead.", "bad")
            return None
        return drift.with_changes(configuration, changes, prompt=prompt)

    async def _review(self, person: SignedIn) -> None:
        agent_id = self._id()

        def look(session: Session) -> tuple[ReviewView, str, int]:
            agent = versions.find_agent(session, org_id=person.org_id, agent_id=agent_id)
            configuration, revision = versions.working_copy(session, agent)
            facts = clinic_facts(session, org_id=person.org_id)
            reviewed = publishing.review(configuration, facts, tools=VOICE_TOOLS)
            heard = versions.published_of(session, agent)
            return (
                review_view(reviewed, heard, number=versions.next_number(session, agent)),
                reviewed.digest,
                revision,
            )

        self.review, self._digest, self._reviewed_revision = await self.in_transaction("agents.publish", look)
        await self._look_at_checks()

    async def _run_tests(self, *, again: bool) -> None:
        person, digest = await self.asking(), self._digest
        where: Any = {"org_id": person.org_id, "agent_id": self._id(), "digest": digest}
        held_back = await self.in_transaction(
            "agents.publish",
            lambda session: run_what_has_no_result(session, **where, now=clock.now(), again=again),
        )
        enough = f"Enough for now: {MOST_IN_AN_HOUR} tests ran within an hour, and each is paid for."
        self.held_back = enough if held_back else ""
        await self._look_at_checks()

    async def _look_at_checks(self) -> None:
        """A yes was given to what was known then: it does not hold for what has failed since."""
        person, digest = await self.asking(), self._digest
        where: Any = {"org_id": person.org_id, "agent_id": self._id(), "digest": digest}
        rows = await self.in_transaction(
            "agents.publish", lambda session: kept_queries.kept_with(session, **where)
        )
        shown = checks_view(rows, address=self.address)
        if shown.failed > self.checks.failed:
            self.despite_checks = False
        self.checks = shown
