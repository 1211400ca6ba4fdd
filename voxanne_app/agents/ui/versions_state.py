"""The versions of one agent: who published what when, what differs, and back to an older one."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.agents import versions
from voxanne_app.agents.comparing import lines_between
from voxanne_app.agents.ui.agent_view import DiffLine, VersionRow, diff_lines, version_rows
from voxanne_app.agents.ui.editor_state import EditorState, author
from voxanne_app.agents.versions import ChangedMeanwhile, VersionUnknown
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui.arguments import whole_number
from voxanne_app.ui.session import guarded

PAGE_SIZE = 10


class VersionsState(EditorState):
    rows: list[VersionRow] = []
    page: int = 1
    has_more: bool = False
    compared: int = 0
    difference: list[DiffLine] = []

    @guarded("agents.read")
    async def load_versions(self) -> None:
        self.page, self.compared, self.difference = 1, 0, []
        await self._list()

    @guarded("agents.read", background=True)
    async def follow_versions(self) -> None:
        async for _ in self.changes("agents"):
            async with self:
                await self._list()

    @guarded("agents.read")
    async def turn(self, by: int) -> None:
        self.page = whole_number(self.page + whole_number(by, low=-1, high=1), low=1, high=1000)
        await self._list()

    @guarded("agents.read")
    async def compare(self, number: int) -> None:
        """With what callers hear now; pressed again, it closes."""
        wanted = whole_number(number, low=1, high=1_000_000, name="This version")
        if wanted == self.compared:
            self.compared, self.difference = 0, []
            return
        person, agent_id = await self.asking(), self._id()

        def look(session: Session) -> list[DiffLine]:
            agent = versions.find_agent(session, org_id=person.org_id, agent_id=agent_id)
            old, heard = versions.version_of(session, agent, wanted), versions.published_of(session, agent)
            return diff_lines(lines_between(old.prompt, heard.prompt if heard else ""))

        try:
            self.difference = await self.in_transaction("agents.read", look)
            self.compared = wanted
        except VersionUnknown as unknown:
            self.say(str(unknown), "bad")

    @guarded("agents.edit")
    async def restore(self, number: int) -> None:
        person, agent_id = await self.asking(), self._id()
        wanted = whole_number(number, low=1, high=1_000_000, name="This version")
        where: Any = {"org_id": person.org_id, "agent_id": agent_id, "number": wanted}

        def work(session: Session) -> int:
            return versions.restore(
                session, **where, revision=self._revision, by=author(person), now=clock.now()
            )

        try:
            await self.in_transaction("agents.edit", work)
        except (ChangedMeanwhile, VersionUnknown) as problem:
            self.say(str(problem), "bad")
            return
        self._take(await self._open(person))
        self.say(f"The draft is version {wanted} again. Review and publish it when you are ready.")

    async def _list(self) -> None:
        person = await self.asking()
        page = self.page
        rows, has_more = await self.in_transaction(
            "agents.read", lambda session: self._page(session, person, page)
        )
        if rows != self.rows:
            self.rows = rows
        self.has_more = has_more

    def _page(self, session: Session, person: SignedIn, page: int) -> tuple[list[VersionRow], bool]:
        try:
            agent = versions.find_agent(session, org_id=person.org_id, agent_id=self._id())
        except Exception:
            return [], False
        found = versions.published_page(session, agent, page=page, page_size=PAGE_SIZE)
        rows = version_rows(found, agent, zone=ZoneInfo(person.time_zone), now=clock.now())
        return rows[:PAGE_SIZE], len(found) > PAGE_SIZE
