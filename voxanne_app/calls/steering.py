"""What people do in a call that is on. Written down before it is tried: nothing is done without its row."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.calls.ports import CannotSteer
from voxanne_app.calls.queries import CallNotFound

LONGEST_SENTENCE = 300

_OF_CALL = text("select vendor_call_id, status from call_logs where org_id = :org_id and id = :call_id")


def about_to_say(session: Session, *, org_id: UUID, call_id: UUID) -> str:
    """The vendor's id of the call. Raises CallNotFound, CannotSteer."""
    return _about_to(session, "calls.spoken_into", org_id, call_id)


def about_to_end(session: Session, *, org_id: UUID, call_id: UUID) -> str:
    """The vendor's id of the call. Raises CallNotFound, CannotSteer."""
    return _about_to(session, "calls.ended", org_id, call_id)


def _about_to(session: Session, act: str, org_id: UUID, call_id: UUID) -> str:
    values = {"org_id": org_id, "call_id": call_id}
    call = session.connection().execute(_OF_CALL, values).one_or_none()
    if call is None:
        raise CallNotFound("This call does not exist.")
    if call.status == "ended":
        raise CannotSteer("This call is over.")
    record(session, act, subject=("call", call_id))
    return str(call.vendor_call_id)
