"""The editor of one agent: what is typed, what it means, and whether somebody else was faster.

What is typed stays until it is saved or discarded, whatever is loaded around it. Nothing here reaches
callers: that is `review_state.py`'s.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.agents import publishing, versions
from voxanne_app.agents.configuration import AgentConfiguration, read_configuration
from voxanne_app.agents.ui import typed as typing_
from voxanne_app.agents.ui.agent_view import PARTS, AgentHeader, DriftLine, ToolSwitch, header, tool_switches
from voxanne_app.agents.ui.typed import Person, Typed
from voxanne_app.agents.ui.voice_choices import Tier, VoiceChoice, tiers_of, voices_for
from voxanne_app.agents.validation import problems_of
from voxanne_app.agents.versions import AgentUnknown, Author, ChangedMeanwhile
from voxanne_app.agents.voices import PROVIDERS
from voxanne_app.bookings.clinic_facts import clinic_facts
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui.arguments import BadArgument, identifier, one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded
from voxanne_app.wiring import VOICE_TOOLS


@dataclass(frozen=True)
class Opened:
    """What was read of an agent in one transaction."""

    shown: AgentHeader
    configuration: AgentConfiguration
    revision: int
    drift: list[DriftLine]


class EditorState(Screen):
    is_loaded: bool = False
    exists: bool = False
    part: str = "prompt"
    address: str = ""
    shown: AgentHeader = AgentHeader()
    typed: Typed = Typed()
    people: list[Person] = []
    tools: list[ToolSwitch] = []
    voices: list[VoiceChoice] = []
    tiers: list[Tier] = []
    problems: dict[str, str] = {}
    is_changed: bool = False
    meanwhile: str = ""
    drift: list[DriftLine] = []
    # Fields are the browser's own; they are drawn anew when this changes.
    drawing: int = 0
    _agent: str = ""
    _saved: dict[str, Any] = {}
    _revision: int = 0
    _voice_words: str = ""

    @guarded("agents.read")
    async def load(self) -> None:
        wanted = str(getattr(self, "agent_id", ""))
        self.part = (
            one_of(self.router.url.query_parameters.get("part", "prompt"), PARTS)
            if self._asks()
            else "prompt"
        )
        if wanted != self._agent:
            self.is_loaded, self.exists, self.is_changed, self.meanwhile = False, False, False, ""
            self._agent, self.address = wanted, f"/agents/{wanted}"
        await self._look()

    @guarded("agents.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("agents", "clinic", "bookings"):
            async with self:
                await self._look()

    @guarded("agents.edit")
    def change(self, field: str, value: Any) -> None:
        self.typed = typing_.with_field(self.typed, field, value)
        self._weigh()

    @guarded("agents.edit")
    def change_person(self, position: int, field: str, value: str) -> None:
        self.people = typing_.with_person(self.people, position, field, value)
        self._weigh()

    @guarded("agents.edit")
    def add_person(self) -> None:
        if len(self.people) < typing_.MOST_DESTINATIONS:
            self.people = [*self.people, Person()]
            self._weigh()

    @guarded("agents.edit")
    def remove_person(self, position: int) -> None:
        typing_.with_person(self.people, position, "name", "")
        self.people = [one for at, one in enumerate(self.people) if at != position]
        self.drawing += 1
        self._weigh()

    @guarded("agents.edit")
    def switch_tool(self, name: str) -> None:
        name = one_of(name, VOICE_TOOLS, name="This tool")
        off = self._tools_off() ^ {name}
        self.tools = tool_switches(VOICE_TOOLS, off)
        self._weigh()

    @guarded(ANYBODY_SIGNED_IN)
    def search_voices(self, words: str) -> None:
        self._voice_words = text(words, at_most=100)
        self._show_voices()

    @guarded("agents.edit")
    def choose_voice(self, key: str) -> None:
        provider, _, voice = text(key, at_most=200).partition(" ")
        if provider not in PROVIDERS:
            raise BadArgument("There is no such voice.")
        for field, value in (("provider", provider), ("voice_id", voice)):
            self.typed = typing_.with_field(self.typed, field, value)
        self.drawing += 1
        self._weigh()

    @guarded("agents.edit")
    async def save(self) -> None:
        await self._save(self._revision)

    @guarded("agents.edit")
    async def save_over(self) -> None:
        """After somebody else's: theirs is replaced, knowingly."""
        opened = await self._open(await self.asking())
        self.meanwhile = ""
        await self._save(opened.revision)

    @guarded("agents.edit")
    async def discard(self) -> None:
        """Back to what is saved, whoever saved it."""
        self._take(await self._open(await self.asking()))

    async def _save(self, revision: int) -> bool:
        person = await self.asking()
        try:
            configuration, now = self._configuration(), clock.now()
            where: Any = {"org_id": person.org_id, "agent_id": self._id(), "by": author(person), "now": now}
            self._revision = await self.in_transaction(
                "agents.edit",
                lambda session: versions.save_draft(session, configuration, **where, revision=revision),
            )
        except ChangedMeanwhile as change:
            self.meanwhile = str(change)
            return False
        self._saved, self.is_changed, self.meanwhile = configuration.as_json(), False, ""
        self.say("Saved. Callers hear it once it is published.")
        await self._look()
        return True

    async def _look(self) -> None:
        """Bring up to date what stands around the fields; the fields too, as long as nobody typed."""
        person = await self.asking()
        try:
            opened = await self._open(person)
        except (AgentUnknown, BadArgument):
            self.exists, self.is_loaded = False, True
            return
        first = not self.is_loaded or not self.exists
        self.shown, self.drift, self.exists, self.is_loaded = opened.shown, opened.drift, True, True
        if first or (not self.is_changed and opened.configuration.as_json() != self._saved):
            self._take(opened)
        elif not self.is_changed:
            self._revision = opened.revision
        elif opened.revision != self._revision and not self.meanwhile:
            self.meanwhile = (
                "Somebody else saved or published this agent meanwhile. Nothing of yours is lost."
            )

    async def _open(self, person: SignedIn) -> Opened:
        agent_id = self._id()
        return await self.in_transaction("agents.read", lambda session: open_agent(session, person, agent_id))

    def _take(self, opened: Opened) -> None:
        self.typed = typing_.typed_of(opened.configuration)
        self.people = typing_.people_of(opened.configuration)
        self.tools = tool_switches(VOICE_TOOLS, opened.configuration.tools_off)
        self.shown, self.drift = opened.shown, opened.drift
        self._saved, self._revision = opened.configuration.as_json(), opened.revision
        self.meanwhile = ""
        self.drawing += 1
        self._weigh()

    def _weigh(self) -> None:
        """Whether it differs from what is saved, and what is wrong with it."""
        configuration = self._configuration()
        self.is_changed = configuration != read_configuration(self._saved)
        found = problems_of(configuration, tools=VOICE_TOOLS)
        self.problems = {one.field: one.sentence for one in reversed(found)}
        self._show_voices()

    def _show_voices(self) -> None:
        self.tiers, self.voices = tiers_of(self.typed), voices_for(self.typed, self._voice_words)

    def _configuration(self) -> AgentConfiguration:
        return typing_.configuration_of(self.typed, self.people, sorted(self._tools_off()))

    def _tools_off(self) -> set[str]:
        """Also those that the application does not have just now."""
        shown = {tool.name for tool in self.tools}
        hidden = set(self._saved.get("tools_off", ())) - shown
        return hidden | {tool.name for tool in self.tools if not tool.is_on}

    def _id(self) -> UUID:
        return identifier(self._agent, name="This agent")

    def _asks(self) -> bool:
        return self.router.url.query_parameters.get("part") in PARTS


def author(person: SignedIn) -> Author:
    return Author(person.person_id, person.full_name)


def open_agent(session: Session, person: SignedIn, agent_id: UUID) -> Opened:
    agent = versions.find_agent(session, org_id=person.org_id, agent_id=agent_id)
    waiting, draft = versions.publishing_of(session, agent), versions.draft_of(session, agent)
    heard = versions.published_of(session, agent)
    shown = header(agent, waiting, draft, heard, zone=ZoneInfo(person.time_zone), now=clock.now())
    facts = clinic_facts(session, org_id=person.org_id)
    shown = replace(shown, is_out_of_date=publishing.is_out_of_date(heard, draft or waiting, facts))
    configuration, revision = versions.working_copy(session, agent)
    return Opened(shown, configuration, revision, [DriftLine(**one) for one in agent.drift or ()])
