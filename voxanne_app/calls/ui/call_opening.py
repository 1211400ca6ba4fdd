"""Everything that one call's screen shows, asked for in one transaction."""

from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.audit.trail import record_read
from voxanne_app.bookings.queries import of_call
from voxanne_app.calls.cases import cases_of_call
from voxanne_app.calls.conversation import Stretch, stretch
from voxanne_app.calls.missing import missing_things
from voxanne_app.calls.promises.shown import said_and_done
from voxanne_app.calls.queries import call_detail
from voxanne_app.calls.recording_views import recording_of
from voxanne_app.calls.ui.call_record import CallRecord, record
from voxanne_app.calls.ui.call_script import Entry, entries
from voxanne_app.calls.ui.cost_view import Bill, bill
from voxanne_app.calls.ui.recording_view import Player, player
from voxanne_app.calls.ui.said_lines import in_all, said_lines
from voxanne_app.costs.queries import costs_of_call
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.identity.permissions import may


@dataclass(frozen=True)
class Place:
    """Which lines are shown, of how many, where there are more than a screen draws at once."""

    shown: str = ""
    has_earlier: bool = False
    has_later: bool = False


@dataclass(frozen=True)
class Opened:
    call: CallRecord
    player: Player
    bill: Bill
    script: list[Entry]
    more: Place


def open_call(
    session: Session,
    call_id: UUID,
    person: SignedIn,
    *,
    first: int = 0,
    found: int = -1,
    opened: bool = False,
) -> Opened:
    """`first`: the turn that the shown stretch begins with; `found`: one to be marked. `opened`: somebody has
    just come to read it, which is written down. Raises CallNotFound.
    """
    org_id, zone, now = person.org_id, ZoneInfo(person.time_zone), clock.now()
    call = call_detail(session, org_id=org_id, call_id=call_id)
    if opened:
        record_read(session, "calls.transcript_opened", subject=("call", call_id))
    part = stretch(
        session, org_id=org_id, call_id=call_id, first=first, started_at=call.started_at or call.created_at
    )
    recording = recording_of(session, org_id=org_id, call_id=call_id)
    costs = costs_of_call(session, org_id=org_id, call_id=call_id)
    may_listen = may(person.role, "calls.listen")
    shown = record(
        call,
        part,
        missing_things(call, recording, now=now),
        cases_of_call(session, org_id=org_id, call_id=call_id),
        of_call(session, org_id=org_id, call_id=call_id),
        zone=zone,
        now=now,
    )
    said = said_lines(said_and_done(session, org_id=org_id, call_id=call_id))
    return Opened(
        call=replace(shown, said=said, said_in_all=in_all(said)),
        player=player(call, recording, part.tools, may_listen=may_listen, zone=zone, now=now),
        bill=bill(call, costs) if may(person.role, "calls.read_cost") else Bill(),
        script=entries(part.spoken_and_done, first=part.first, found=found),
        more=_place(part),
    )


def _place(part: Stretch) -> Place:
    if part.first == 0 and part.last + 1 >= part.total:
        return Place()
    return Place(
        shown=f"Lines {part.first + 1:,} to {part.last + 1:,} of {part.total:,}",
        has_earlier=part.first > 0,
        has_later=part.last + 1 < part.total,
    )
