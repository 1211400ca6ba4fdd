"""The clinic's agents, and the way to a new one."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.agents import versions
from voxanne_app.agents.agent_list import ListedAgent, agents_page
from voxanne_app.agents.languages import LANGUAGES
from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.agents.ui.editor_state import author
from voxanne_app.agents.validation import LONGEST_NAME
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.telephony.addresses import numbers_by_agent
from voxanne_app.ui import formatting
from voxanne_app.ui.address import is_page
from voxanne_app.ui.arguments import one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

PAGE_SIZE = 25


@dataclass(frozen=True)
class AgentRow:
    href: str
    name: str
    calls_out: bool
    numbers: str
    voice: str
    state: str
    tone: str
    mark: str
    published: str


class AgentsState(Screen):
    is_loaded: bool = False
    rows: list[AgentRow] = []
    total: int = 0
    page: int = 1
    is_new_open: bool = False
    name_problem: str = ""

    @guarded("agents.read")
    async def load(self) -> None:
        asked = self.router.url.query_parameters.get("page", "1")
        self.page = int(asked) if isinstance(asked, str) and is_page(asked) else 1
        await self._list()

    @guarded("agents.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("agents"):
            async with self:
                await self._list()

    @guarded("agents.edit")
    def open_new(self) -> None:
        self.is_new_open, self.name_problem = True, ""

    @guarded(ANYBODY_SIGNED_IN)
    def close_new(self) -> None:
        self.is_new_open = False

    @guarded("agents.edit")
    async def create(self, form: dict[str, Any]) -> Any:
        name = text(form.get("name", ""), at_most=200, name="The name")
        if not 0 < len(name) <= LONGEST_NAME:
            self.name_problem = f"Give it a name of at most {LONGEST_NAME} characters."
            return None
        template = TEMPLATES[one_of(form.get("template"), TEMPLATES, name="The template")]
        person = await self.asking()
        configuration = template.configuration(name=name, clinic=person.org_name or "the clinic")

        def work(session: Session) -> str:
            where: Any = {"org_id": person.org_id, "by": author(person), "now": clock.now()}
            return str(versions.create_agent(session, configuration, **where))

        agent_id = await self.in_transaction("agents.edit", work)
        self.is_new_open = False
        return rx.redirect(f"/agents/{agent_id}")

    async def _list(self) -> None:
        person = await self.asking()
        page = self.page
        self.rows, self.total = await self.in_transaction(
            "agents.read", lambda session: _rows(session, person, page)
        )
        self.is_loaded = True


def _rows(session: Session, person: SignedIn, page: int) -> tuple[list[AgentRow], int]:
    found, total = agents_page(session, org_id=person.org_id, page=page, page_size=PAGE_SIZE)
    answered = numbers_by_agent(session, org_id=person.org_id)
    return [_row(one, answered.get(one.id, []), person) for one in found], total


def _row(one: ListedAgent, numbers: list[str], person: SignedIn) -> AgentRow:
    state, tone, mark = _state(one)
    published: Any = one.published_at
    when = formatting.when(published, ZoneInfo(person.time_zone), now=clock.now()) if published else "never"
    language = LANGUAGES[one.language].name if one.language in LANGUAGES else one.language
    return AgentRow(
        href=f"/agents/{one.id}",
        name=one.name,
        calls_out=one.role == "outbound",
        numbers=", ".join(map(formatting.phone, numbers)) or "No number",
        voice=f"{one.voice_id}, {language}" if one.version else "Not chosen yet",
        state=state,
        tone=tone,
        mark=mark,
        published=f"{when} by {one.published_by}" if one.published_by else when,
    )


def _state(one: ListedAgent) -> tuple[str, str, str]:
    if one.has_trouble:
        return "Not published: see why", "bad", "triangle-alert"
    if one.is_publishing:
        return "Being published", "live", "clock"
    if one.has_drift:
        return "Changed elsewhere", "waits", "triangle-alert"
    if one.version == 0:
        return "Never published", "waits", "circle-dashed"
    if one.has_draft:
        return f"Version {one.version}, with a draft", "waits", "pencil"
    return f"Version {one.version}", "good", "circle-check"
