"""On a call's screen: making a test of it, and the way to the one that was made."""

from typing import Any

from sqlmodel import Session

from voxanne_app.calls.queries import CallNotFound
from voxanne_app.foundation import clock
from voxanne_app.trials import agent_tests, making
from voxanne_app.trials.agent_tests import CannotKeep
from voxanne_app.trials.from_call import NothingToTest
from voxanne_app.ui.arguments import BadArgument, identifier
from voxanne_app.ui.session import Screen, guarded


class KeepCallState(Screen):
    """`test_href` leads to the test of this call, if there is one."""

    test_href: str = ""

    @guarded("calls.read")
    async def load(self) -> None:
        person = await self.asking()
        try:
            call_id = identifier(getattr(self, "call_id", ""), name="This call")
        except BadArgument:
            self.test_href = ""
            return

        def look(session: Session) -> str:
            known = making.kept_of_call(session, org_id=person.org_id, call_id=call_id)
            if known is None:
                return ""
            test = agent_tests.find_test(session, org_id=person.org_id, test_id=known)
            return f"/agents/{test.agent_id}?part=tests&test={known}"

        self.test_href = await self.in_transaction("calls.read", look)

    @guarded("agents.edit")
    async def keep(self) -> None:
        person = await self.asking()
        call_id = identifier(getattr(self, "call_id", ""), name="This call")
        told: Any = {"zone": person.time_zone, "by": person.full_name, "now": clock.now()}
        try:
            await self.in_transaction(
                "agents.edit",
                lambda session: making.keep_of_call(session, org_id=person.org_id, call_id=call_id, **told),
            )
        except (CallNotFound, NothingToTest, CannotKeep) as problem:
            self.say(str(problem), "bad")
            return
        await self.load()
        self.say(
            "Kept with its agent: what the caller said, as health data of your clinic, without the number."
        )
