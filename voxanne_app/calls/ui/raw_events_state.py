"""The events of a call as they came in, for those who may see them, and only when they ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.audit.trail import record_read
from voxanne_app.calls.queries import CallNotFound, CallView, call_detail
from voxanne_app.identity.admission import SignedIn
from voxanne_app.ui.arguments import BadArgument, identifier
from voxanne_app.ui.session import Screen, guarded
from voxanne_app.webhooks.call_events import CallEvent, body_of, events_of_call

_VERDICTS = {
    "waiting": "waits",
    "handled": "handled",
    "answered": "answered at once",
    "counted": "only counted",
    "failed": "failed",
}
_AROUND = timedelta(hours=1)


@dataclass(frozen=True)
class EventLine:
    id: str
    kind: str
    at: str
    verdict: str
    has_body: bool


class RawEventsState(Screen):
    events: list[EventLine] = []
    is_asked: bool = False
    body: str = ""
    body_of: str = ""

    @guarded("calls.read")
    async def close(self) -> None:
        """Another call is shown, or this one anew."""
        self.events, self.is_asked, self.body, self.body_of = [], False, "", ""

    @guarded("calls.read_raw")
    async def look(self) -> None:
        asking = await self.asking()
        try:
            call_id = identifier(getattr(self, "call_id", ""), name="This call")
            found = await self.in_transaction(
                "calls.read_raw", lambda session: _events(session, asking, call_id)
            )
        except (BadArgument, CallNotFound):
            return
        zone = ZoneInfo(asking.time_zone)
        self.events, self.is_asked, self.body, self.body_of = (
            [_line(event, zone) for event in found],
            True,
            "",
            "",
        )

    @guarded("calls.read_raw")
    async def open(self, event_id: str) -> None:
        asking = await self.asking()
        try:
            call_id = identifier(getattr(self, "call_id", ""), name="This call")
            wanted = identifier(event_id, name="This event")
            body = await self.in_transaction(
                "calls.read_raw", lambda session: _body(session, asking, call_id, wanted)
            )
        except (BadArgument, CallNotFound) as problem:
            self.say(str(problem), "bad")
            return
        self.body_of = event_id
        self.body = body or "Its content is gone: it is kept for a day after the event was handled."


def _events(session: Session, asking: SignedIn, call_id: UUID) -> tuple[CallEvent, ...]:
    call = call_detail(session, org_id=asking.org_id, call_id=call_id)
    record_read(session, "calls.raw_events_opened", subject=("call", call_id))
    return events_of_call(
        session,
        call.vendor_call_id,
        org_id=asking.org_id,
        since=call.created_at - _AROUND,
        until=_end(call) + timedelta(days=1),
    )


def _end(call: CallView) -> datetime:
    return call.ended_at or call.created_at


def _body(session: Session, asking: SignedIn, call_id: UUID, event_id: UUID) -> str:
    call = call_detail(session, org_id=asking.org_id, call_id=call_id)
    return body_of(session, event_id, call.vendor_call_id, org_id=asking.org_id)


def _line(event: CallEvent, zone: ZoneInfo) -> EventLine:
    return EventLine(
        id=str(event.id),
        kind=event.event_type,
        at=event.received_at.astimezone(zone).strftime("%H:%M:%S"),
        verdict=_VERDICTS.get(event.verdict, event.verdict),
        has_body=event.has_body,
    )
