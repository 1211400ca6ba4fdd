"""The calls that were asked for, live: all of them on Today, those around one call on its own page."""

from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.calls.outbound import asking, attempts
from voxanne_app.calls.outbound.asking import CannotStop
from voxanne_app.calls.ui.call_back_view import AttemptLine, attempt_line
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui.arguments import BadArgument, identifier
from voxanne_app.ui.session import Screen, guarded


class AttemptsState(Screen):
    attempts: list[AttemptLine] = []

    @guarded("calls.read")
    async def load(self) -> None:
        self.attempts = []
        await self._look()

    @guarded("calls.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("calls"):
            async with self:
                await self._look()

    @guarded("calls.call_out")
    async def stop(self, attempt_id: str) -> None:
        """As long as it waits."""
        wanted, person = identifier(attempt_id, name="This call"), await self.asking()

        def work(session: Session) -> None:
            asking.stop(session, org_id=person.org_id, attempt_id=wanted, now=clock.now())

        try:
            await self.in_transaction("calls.call_out", work)
            self.say("Stopped. Nobody is called.")
        except CannotStop as problem:
            self.say(str(problem), "bad")
        await self._look()

    async def _look(self) -> None:
        person = await self.asking()
        written = getattr(self, "call_id", "")
        self.attempts = await self.in_transaction(
            "calls.read", lambda session: _lines(session, person, written)
        )


def _lines(session: Session, person: SignedIn, written: str) -> list[AttemptLine]:
    now, zone, org_id = clock.now(), ZoneInfo(person.time_zone), person.org_id
    if not written:
        found = attempts.lately(session, org_id=org_id, now=now)
        return [attempt_line(row, zone=zone, now=now) for row in found]
    try:
        call_id = identifier(written, name="This call")
    except BadArgument:
        return []
    around = attempts.around_call(session, org_id=org_id, call_id=call_id, now=now)
    return [attempt_line(row, zone=zone, now=now, shown_call=call_id) for row in around]
