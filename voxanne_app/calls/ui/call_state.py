"""One call: what was said, done, booked and paid; live while it is on."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.audit.trail import record_read
from voxanne_app.bookings.queries import of_call
from voxanne_app.calls.cases import cases_of_call
from voxanne_app.calls.queries import CallNotFound, call_detail
from voxanne_app.calls.ui.call_record import CallRecord, record
from voxanne_app.costs.queries import costs_of_call
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui.arguments import BadArgument, identifier
from voxanne_app.ui.session import Screen, guarded


class CallState(Screen):
    is_loaded: bool = False
    exists: bool = False
    call: CallRecord = CallRecord()

    @guarded("calls.read")
    async def load(self) -> None:
        self.is_loaded, self.exists = False, False
        await self._look(opened=True)

    @guarded("calls.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("calls", "cases", "bookings"):
            async with self:
                await self._look()

    async def _look(self, *, opened: bool = False) -> None:
        person = await self.asking()
        try:
            call_id = identifier(getattr(self, "call_id", ""), name="This call")
            self.call = await self.in_transaction(
                "calls.read", lambda session: _ask(session, person, call_id, opened=opened)
            )
            self.exists = True
        except (BadArgument, CallNotFound):
            self.exists = False
        self.is_loaded = True


def _ask(session: Session, person: SignedIn, call_id: UUID, *, opened: bool) -> CallRecord:
    call = call_detail(session, org_id=person.org_id, call_id=call_id)
    if opened:
        record_read(session, "calls.transcript_opened", subject=("call", call_id))
    costs = costs_of_call(session, org_id=person.org_id, call_id=call_id)
    cases = cases_of_call(session, org_id=person.org_id, call_id=call_id)
    bookings = of_call(session, org_id=person.org_id, call_id=call_id)
    return record(call, costs, cases, bookings, zone=ZoneInfo(person.time_zone), now=clock.now())
