"""Having the draft call one's own phone, and how that goes."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.versions import AgentUnknown
from voxanne_app.calls.outbound import asking, attempts
from voxanne_app.calls.outbound.asking import CannotCall, CannotStop
from voxanne_app.calls.ui.call_back_view import AttemptLine, attempt_line
from voxanne_app.foundation import clock
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.identity.people import display_name
from voxanne_app.trials.phoning import call_own_phone
from voxanne_app.trials.reviewed import under_review
from voxanne_app.ui.arguments import BadArgument, identifier, text
from voxanne_app.ui.session import guarded, is_allowed
from voxanne_app.wiring import VOICE_TOOLS


class PhoneState(EditorState):
    calls: list[AttemptLine] = []  # the newest, if there is one
    no: str = ""

    @guarded("agents.read", background=True)
    async def follow_calls(self) -> None:
        async with self:
            self.calls, self.no = [], ""
            await self._watch()
        async for _ in self.changes("calls"):
            async with self:
                await self._watch()

    @guarded("agents.edit")
    async def call_my_phone(self, form: dict[str, str]) -> None:
        given = form.get("phone", "") if isinstance(form, dict) else None
        written = text(given, at_most=40, name="The number")
        person, agent_id, number = await self.asking(), self._id(), as_e164(written)
        by = (person.person_id, display_name(person.full_name, person.email))

        def work(session: Session) -> None:
            if number is None:
                raise CannotCall(
                    "That is not a phone number. Write it with its country, like +1 503 555 0100."
                )
            subject = under_review(session, org_id=person.org_id, agent_id=agent_id, tools=VOICE_TOOLS)
            call_own_phone(session, subject, number, org_id=person.org_id, by=by, now=clock.now())

        try:
            self.no = ""
            await self.in_transaction("agents.edit", work)
        except CannotCall as problem:
            self.no = str(problem)
        await self._watch()

    @guarded("agents.edit")
    async def stop_call(self, attempt_id: str) -> None:
        wanted, person = identifier(attempt_id, name="This call"), await self.asking()
        where: dict[str, Any] = {"org_id": person.org_id, "attempt_id": wanted, "now": clock.now()}
        try:
            await self.in_transaction("agents.edit", lambda session: asking.stop(session, **where))
        except CannotStop as problem:
            self.no = str(problem)
        await self._watch()

    async def _watch(self) -> None:
        person, now = await self.asking(), clock.now()
        if not is_allowed(person, "agents.edit"):
            return
        try:
            where: dict[str, Any] = {"org_id": person.org_id, "agent_id": self._id()}
        except (AgentUnknown, BadArgument):
            return
        row = await self.in_transaction(
            "agents.edit",
            lambda session: attempts.newest_test(session, **where, person_id=person.person_id, now=now),
        )
        zone = ZoneInfo(person.time_zone)
        self.calls = [attempt_line(row, zone=zone, now=now)] if row else []
