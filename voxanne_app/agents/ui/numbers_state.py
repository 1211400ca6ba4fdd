"""Which version answers which number, and a candidate that some callers meet, side by side with the rest."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents import rollout, versions
from voxanne_app.agents.models import Agent
from voxanne_app.agents.rollout import share_of
from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.versions import AgentUnknown, VersionUnknown
from voxanne_app.audit.trail import record
from voxanne_app.calls.version_outcomes import VersionOutcomes, outcomes_of_versions
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.telephony import addresses
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, identifier, text, whole_number
from voxanne_app.ui.session import guarded

_COMPARED = timedelta(days=30)
_MOST_OFFERED = 20


@dataclass(frozen=True)
class NumberRow:
    id: str
    number: str
    name: str
    pinned: str


@dataclass(frozen=True)
class OutcomeRow:
    """`measure` in words; each side as `24 % (18–31 %)`."""

    measure: str
    published: str
    candidate: str


@dataclass(frozen=True)
class TrialView:
    """`candidate` and `share` as in the fields; outcomes of the last 30 days."""

    published: int = 0
    candidate: str = ""
    share: str = "10"
    is_on: bool = False
    outcomes: list[OutcomeRow] = field(default_factory=list)


class NumbersState(EditorState):
    numbers: list[NumberRow] = []
    offered: list[tuple[str, str]] = []
    trial: TrialView = TrialView()
    wished_version: str = ""
    wished_share: str = "10"

    @guarded("agents.read")
    async def load_numbers(self) -> None:
        await self._show_numbers()
        self.wished_version, self.wished_share = self.trial.candidate, self.trial.share

    @guarded("agents.read", background=True)
    async def follow_numbers(self) -> None:
        async for _ in self.changes("agents", "calls"):
            async with self:
                await self._show_numbers()

    @guarded("agents.publish")
    async def pin(self, number_id: str, version: str) -> None:
        wanted = identifier(number_id, name="This number")
        pinned = whole_number(version, low=1, high=1_000_000) if version else None
        person = await self.asking()

        def work(session: Session) -> None:
            agent = self._find(session, person)
            if pinned and versions.version_of(session, agent, pinned).platform_body is None:
                raise VersionUnknown(
                    f"Version {pinned} is too old to be served: restore and publish it instead."
                )
            if not addresses.pin(session, org_id=person.org_id, number_id=wanted, version=pinned):
                raise BadArgument("This number does not exist any more.")
            record(
                session, "agents.number_pinned", subject=("number", wanted), details={"version": pinned or 0}
            )
            rollout.ask_to_connect(session, org_id=person.org_id, agent_id=agent.id)

        await self._do(
            work,
            f"Version {pinned} answers there from now on." if pinned else "It follows what is published.",
        )

    @guarded("agents.publish")
    def wish(self, name: str, value: str) -> None:
        if name == "version":
            self.wished_version = str(whole_number(value, low=1, high=1_000_000)) if value else ""
        else:
            self.wished_share = text(value, at_most=5, name="The share")

    @guarded("agents.publish")
    async def try_candidate(self) -> None:
        version = whole_number(self.wished_version, low=1, high=1_000_000, name="The version")
        share = whole_number(self.wished_share, low=1, high=100, name="The share")
        await self._try(version, share, f"From now on {share} % of the callers meet version {version}.")

    @guarded("agents.publish")
    async def end_trial(self) -> None:
        await self._try(None, 0, "Everybody meets what is published.")

    async def _try(self, version: int | None, share: int, done: str) -> None:
        person = await self.asking()
        where: Any = {"org_id": person.org_id, "agent_id": self._id(), "version": version, "share": share}
        await self._do(lambda session: rollout.try_candidate(session, **where), done)

    async def _do(self, work: Any, done: str) -> None:
        try:
            await self.in_transaction("agents.publish", work)
        except VersionUnknown as unknown:
            self.say(str(unknown), "bad")
        else:
            self.say(done)
        await self._show_numbers()

    async def _show_numbers(self) -> None:
        person = await self.asking()
        try:
            found = await self.in_transaction("agents.read", lambda session: self._look_up(session, person))
        except (AgentUnknown, BadArgument):
            return
        self.numbers, self.offered, self.trial = found

    def _look_up(
        self, session: Session, person: SignedIn
    ) -> tuple[list[NumberRow], list[tuple[str, str]], TrialView]:
        agent = self._find(session, person)
        numbers = [
            NumberRow(str(one.id), formatting.phone(one.number), one.name, str(one.pinned_version or ""))
            for one in addresses.numbers_of(session, org_id=person.org_id, agent_id=agent.id)
        ]
        served = [
            one
            for one in versions.published_page(session, agent, page=1, page_size=_MOST_OFFERED)
            if one.platform_body is not None
        ]
        offered = [(str(one.number), f"Version {one.number}") for one in served]
        return numbers, offered, _trial(session, agent, person.org_id)

    def _find(self, session: Session, person: SignedIn) -> Agent:
        return versions.find_agent(session, org_id=person.org_id, agent_id=self._id())


def _trial(session: Session, agent: Agent, org_id: UUID) -> TrialView:
    if agent.candidate_version is None:
        return TrialView(published=agent.version)
    two = [agent.version, agent.candidate_version]
    since = clock.now() - _COMPARED
    found = outcomes_of_versions(session, org_id=org_id, agent_id=agent.id, versions=two, since=since)
    return TrialView(
        published=agent.version,
        candidate=str(agent.candidate_version),
        share=str(agent.candidate_share),
        is_on=True,
        outcomes=outcome_rows(found[agent.version], found[agent.candidate_version]),
    )


def outcome_rows(published: VersionOutcomes, candidate: VersionOutcomes) -> list[OutcomeRow]:
    """Each share with the interval in which the truth lies with 95 %."""
    measures = (("Booked", "booked"), ("Passed on to people", "passed_on"), ("Lost", "lost"))
    return [
        OutcomeRow("Calls", f"{published.calls:,}", f"{candidate.calls:,}"),
        *(OutcomeRow(words, _share(published, name), _share(candidate, name)) for words, name in measures),
    ]


def _share(of: VersionOutcomes, name: str) -> str:
    if of.calls == 0:
        return "no calls yet"
    found = share_of(getattr(of, name), of.calls)
    return f"{found.hits / found.calls:.0%} ({found.low:.0%} to {found.high:.0%})"
