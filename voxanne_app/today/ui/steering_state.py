"""Steering a call that is on: have something said, or end it. The vendor is asked outside any transaction."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from sqlmodel import Session

from voxanne_app import vendors
from voxanne_app.calls import steering
from voxanne_app.calls.ports import CannotSteer
from voxanne_app.calls.queries import CallNotFound
from voxanne_app.ui.arguments import BadArgument, identifier, text
from voxanne_app.ui.session import Screen, guarded


class SteeringState(Screen):
    ending: str = ""  # the call that somebody is asked whether to end
    ending_whose: str = ""
    draft: int = 0  # counts sentences that were taken: a new number empties the field

    @guarded("calls.steer")
    async def say_in_call(self, form: dict[str, str]) -> None:
        wanted = identifier(form.get("call") if isinstance(form, dict) else None, name="This call")
        given = form.get("words", "") if isinstance(form, dict) else ""
        words = text(given, at_most=steering.LONGEST_SENTENCE, name="The sentence")
        if not words:
            self.say("Write what should be said.", "bad")
            return
        if await self._order(
            wanted, steering.about_to_say, lambda vendor_id: vendors.line_control().say(vendor_id, words)
        ):
            self.draft += 1
            self.say("The receptionist says it in a moment.")

    @guarded("calls.steer")
    def ask_to_end(self, call_id: str, whose: str) -> None:
        self.ending = str(identifier(call_id, name="This call"))
        self.ending_whose = text(whose, at_most=200)

    @guarded("calls.steer")
    def keep_going(self) -> None:
        self.ending, self.ending_whose = "", ""

    @guarded("calls.steer")
    async def end_call(self) -> None:
        wanted = identifier(self.ending, name="This call")
        self.ending, self.ending_whose = "", ""
        if await self._order(
            wanted, steering.about_to_end, lambda vendor_id: vendors.line_control().end(vendor_id)
        ):
            self.say("The call is being ended.")

    async def _order(self, call_id: UUID, begin: Callable[..., str], order: Callable[[str], None]) -> bool:
        """Whether it was passed on; if not, the person has been told why."""
        person = await self.asking()

        def work(session: Session) -> str:
            return begin(session, org_id=person.org_id, call_id=call_id)

        try:
            vendor_call_id = await self.in_transaction("calls.steer", work)
            await asyncio.to_thread(order, vendor_call_id)
        except (BadArgument, CallNotFound, CannotSteer) as problem:
            self.say(str(problem), "bad")
            return False
        return True
