"""Writing a test: a new one, or one that is there."""

from typing import Any

import reflex as rx
from sqlmodel import Session

from voxanne_app.agents.versions import AgentUnknown
from voxanne_app.foundation import clock
from voxanne_app.trials import agent_tests, making, trying
from voxanne_app.trials.agent_tests import CannotKeep, KeptTestUnknown
from voxanne_app.trials.expectations import KINDS, MOST_EXPECTATIONS
from voxanne_app.trials.from_call import NothingToTest
from voxanne_app.trials.ui import kept_typed
from voxanne_app.trials.ui.kept_typed import TypedExpectation, TypedTest
from voxanne_app.trials.ui.tests_state import KeptTestsState
from voxanne_app.ui.arguments import BadArgument, identifier, one_of, text, whole_number
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, guarded

_NEW = "new"


class KeptTestFormState(KeptTestsState):
    """Its own clicks show it and put it away, and so does the way to another test."""

    typed_test: TypedTest = TypedTest()
    expected: list[TypedExpectation] = []
    refusal: str = ""
    # What is typed into expectations is the browser's own; they are drawn anew when this changes.
    drawn: int = 0
    _made_on: int = 0

    @guarded("agents.edit")
    def open_new(self) -> None:
        self.written, self.refusal, self.drawn = _NEW, "", self.drawn + 1
        self.typed_test, self.expected = TypedTest(), [TypedExpectation()]

    @guarded("agents.edit")
    async def open_form(self, test_id: str) -> None:
        person, wanted = await self.asking(), identifier(test_id, name="This test")

        def look(session: Session) -> tuple[TypedTest, list[TypedExpectation], int]:
            test = agent_tests.find_test(session, org_id=person.org_id, test_id=wanted)
            return kept_typed.typed_of(test), kept_typed.expectations_of(test), test.revision

        try:
            self.typed_test, self.expected, self._made_on = await self.in_transaction("agents.edit", look)
        except KeptTestUnknown as unknown:
            self.say(str(unknown), "bad")
            return
        self.written, self.refusal, self.drawn = str(wanted), "", self.drawn + 1

    @guarded(ANYBODY_SIGNED_IN)
    def close_form(self) -> None:
        self.written = ""

    @guarded("agents.edit")
    def type_test(self, field: str, value: str) -> None:
        self.typed_test = kept_typed.with_field(self.typed_test, field, value)

    @guarded("agents.edit")
    def choose_kind(self, position: int, kind: str) -> None:
        place, chosen = self._place(position), one_of(kind, KINDS, name="What is expected")
        changed = kept_typed.with_kind(self.expected[place], chosen)
        self.expected = [*self.expected[:place], changed, *self.expected[place + 1 :]]
        self.drawn += 1

    @guarded("agents.edit")
    def type_expected(self, position: int, said: str) -> None:
        place, one = self._place(position), self.expected[self._place(position)]
        changed = TypedExpectation(one.kind, text(said, at_most=300, name="That"), one.takes)
        self.expected = [*self.expected[:place], changed, *self.expected[place + 1 :]]

    @guarded("agents.edit")
    def add_expected(self) -> None:
        if len(self.expected) < MOST_EXPECTATIONS:
            self.expected = [*self.expected, TypedExpectation()]

    @guarded("agents.edit")
    def remove_expected(self, position: int) -> None:
        place = self._place(position)
        self.expected = [*self.expected[:place], *self.expected[place + 1 :]]
        self.drawn += 1

    @guarded("agents.edit")
    async def save_test(self) -> Any:
        person, agent_id, written = await self.asking(), self._id(), self.written
        if not written:
            raise BadArgument("Open a test first.")
        test_id = None if written == _NEW else identifier(written, name="This test")

        def work(session: Session) -> str:
            said = kept_typed.written_of(self.typed_test, self.expected)
            if test_id is None:
                where: Any = {"org_id": person.org_id, "agent_id": agent_id}
                by = person.full_name
                return str(agent_tests.keep(session, said, **where, by=by, now=clock.now()))
            where = {"org_id": person.org_id, "test_id": test_id, "revision": self._made_on}
            agent_tests.change(session, said, **where, now=clock.now())
            return str(test_id)

        try:
            kept = await self.in_transaction("agents.edit", work)
        except (CannotKeep, KeptTestUnknown, AgentUnknown) as problem:
            self.refusal = str(problem)
            return None
        self.written = ""
        self.say("Kept. Run it to see what this agent makes of it.")
        return rx.redirect(f"{self.address}?part=tests&test={kept}")

    @guarded("agents.edit")
    async def remove_test(self, test_id: str) -> Any:
        person, wanted = await self.asking(), identifier(test_id, name="This test")
        try:
            await self.in_transaction(
                "agents.edit",
                lambda session: agent_tests.remove(session, org_id=person.org_id, test_id=wanted),
            )
        except KeptTestUnknown as unknown:
            self.say(str(unknown), "bad")
        else:
            self.say("Removed, with everything that came of running it.")
        self.written = ""
        return rx.redirect(f"{self.address}?part=tests")

    @guarded("agents.edit")
    async def keep_conversation(self) -> Any:
        """One's own conversation of "Try it" becomes a test."""
        person, agent_id = await self.asking(), self._id()

        def work(session: Session) -> str:
            where = {"org_id": person.org_id, "agent_id": agent_id}
            trial = trying.newest(session, **where, person_id=person.person_id)
            if trial is None:
                raise NothingToTest("There is no conversation yet. Say something first.")
            by = person.full_name
            return str(making.keep_of_trial(session, trial, zone=person.time_zone, by=by, now=clock.now()))

        try:
            kept = await self.in_transaction("agents.edit", work)
        except (NothingToTest, CannotKeep) as problem:
            self.say(str(problem), "bad")
            return None
        self.say("Kept as a test. Look at what it expects, and run it.")
        return rx.redirect(f"{self.address}?part=tests&test={kept}")

    def _place(self, position: object) -> int:
        return whole_number(position, low=0, high=len(self.expected) - 1, name="This line")
