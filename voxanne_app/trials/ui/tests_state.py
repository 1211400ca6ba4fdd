"""The tests kept with one agent: what came of each, and having them run."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.versions import AgentUnknown
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.trials import agent_tests, asking, kept_queries
from voxanne_app.trials.agent_tests import KeptTestUnknown
from voxanne_app.trials.asking import Asked
from voxanne_app.trials.reviewed import under_review
from voxanne_app.trials.ui.tests_view import KeptDetail, KeptLine, detail_of, kept_line, summary
from voxanne_app.ui.address import is_id
from voxanne_app.ui.arguments import BadArgument, identifier
from voxanne_app.ui.formatting import count
from voxanne_app.ui.session import guarded
from voxanne_app.wiring import VOICE_TOOLS

ENOUGH = (
    f"Your clinic had {asking.MOST_IN_AN_HOUR} tests run within an hour, and each is paid for. "
    "Try again in a while."
)


class KeptTestsState(EditorState):
    """`opened` is the test whose detail is shown, as the address names it."""

    tests: list[KeptLine] = []
    in_all: str = ""
    detail: KeptDetail = KeptDetail()
    is_detail: bool = False
    # What is being written: a test's id, or `new`, or nothing.
    written: str = ""
    _opened: str = ""

    @guarded("agents.read")
    async def load_tests(self) -> None:
        wanted = str(self.router.url.query_parameters.get("test", ""))
        if wanted != self._opened:
            self._opened, self.written = (wanted if is_id(wanted) else ""), ""
        await self._list_tests()

    @guarded("agents.read", background=True)
    async def follow_tests(self) -> None:
        async for _ in self.changes("agents", "trials", "bookings", "clinic"):
            async with self:
                await self._list_tests()

    @guarded("agents.edit")
    async def run_one(self, test_id: str) -> None:
        await self._run([identifier(test_id, name="This test")])

    @guarded("agents.edit")
    async def run_all(self) -> None:
        await self._run(None)

    async def _run(self, wanted: Sequence[UUID] | None) -> None:
        person, agent_id = await self.asking(), self._id()
        if self.is_changed:
            self.say("Save what you typed first: tests run against what is saved.", "bad")
            return

        def work(session: Session) -> Asked:
            own = kept_queries.kept_with(session, org_id=person.org_id, agent_id=agent_id)
            chosen = [row.id for row in own if wanted is None or row.id in wanted]
            subject = under_review(session, org_id=person.org_id, agent_id=agent_id, tools=VOICE_TOOLS)
            return asking.ask_to_run(session, chosen, subject, org_id=person.org_id, now=clock.now())

        self._say_what_was_asked(await self.in_transaction("agents.edit", work))
        await self._list_tests()

    def _say_what_was_asked(self, asked: Asked) -> None:
        if asked.held_back:
            self.say(ENOUGH, "bad")
        elif asked.runs:
            self.say(f"{count(asked.runs, 'test is', 'tests are')} running. Nothing is booked or sent.")

    async def _list_tests(self) -> None:
        person = await self.asking()
        try:
            found = await self.in_transaction("agents.read", lambda session: self._read(session, person))
        except (AgentUnknown, BadArgument):
            self.tests, self.is_detail = [], False
            return
        tests, in_all, opened = found
        if tests != self.tests or in_all != self.in_all:
            self.tests, self.in_all = tests, in_all
        self.is_detail = opened is not None
        if opened is not None and opened != self.detail:
            self.detail = opened

    def _read(self, session: Session, person: SignedIn) -> tuple[list[KeptLine], str, KeptDetail | None]:
        where: Any = {"org_id": person.org_id, "agent_id": self._id()}
        digest = under_review(session, **where, tools=VOICE_TOOLS).digest
        rows = kept_queries.kept_with(session, **where)
        zone, now = ZoneInfo(person.time_zone), clock.now()
        lines = [kept_line(row, address=self.address, digest=digest, zone=zone, now=now) for row in rows]
        line = next((one for one in lines if one.id == self._opened), None)
        return lines, summary(rows, digest), _detail(session, person.org_id, line) if line else None


def _detail(session: Session, org_id: UUID, line: KeptLine) -> KeptDetail | None:
    test_id = UUID(line.id)
    try:
        test = agent_tests.find_test(session, org_id=org_id, test_id=test_id)
    except KeptTestUnknown:
        return None
    return detail_of(test, kept_queries.last_run(session, org_id=org_id, test_id=test_id), line)
