"""A call's words and deeds are compared when it is over, and again when its record or a booking changes."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.bookings.for_calls import whose
from voxanne_app.calls import cases
from voxanne_app.calls.promises import evidence
from voxanne_app.calls.promises.asking import check_deeds
from voxanne_app.calls.promises.english import ENGLISH
from voxanne_app.calls.promises.keeping import judge
from voxanne_app.calls.promises.language import is_spoken
from voxanne_app.calls.promises.promise import Comparison, Evidence, Said
from voxanne_app.calls.promises.recognising import promises_in
from voxanne_app.calls.promises.stored import as_json, still_kept
from voxanne_app.calls.promises.wording import body_of, title_of
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

LANGUAGES = (ENGLISH,)
_MOST_CALLS = 20

_LOCK = text("""
    select said_and_done, contact_id, caller_number from call_logs
    where org_id = :org_id and id = :call_id and status = 'ended' for no key update
""")
_STORE = text("""
    update call_logs set said_and_done = cast(:stored as jsonb), is_disputed = :is_disputed
    where org_id = :org_id and id = :call_id
""")
_DISPUTED = text("""
    select id from call_logs where org_id = :org_id and is_disputed and id is distinct from :call_id
      and contact_id = :contact_id order by created_at desc limit :at_most
""")


def compare_words(said: Sequence[Said], known: Evidence) -> Comparison:
    """Pure: what was said against what was done."""
    language = next((one for one in LANGUAGES if is_spoken(one, (turn.words for turn in said))), None)
    promises = judge(promises_in(said, language), known, language) if language else ()
    return Comparison(promises, check_deeds(said, known, language))


def compare(session: Session, *, org_id: UUID, call_id: UUID, now: datetime) -> None:
    """Compare, keep what came of it, and have somebody look at it, or not any more. Safe to repeat."""
    of_call = {"org_id": org_id, "call_id": call_id}
    held = session.connection().execute(_LOCK, of_call).one_or_none()
    if held is None:
        return
    said, known = evidence.gathered(session, org_id=org_id, call_id=call_id)
    found = still_kept(compare_words(said, known), held.said_and_done)
    stored = as_json(found)
    if stored != held.said_and_done:
        values = of_call | {"stored": json.dumps(stored), "is_disputed": found.is_disputed}
        session.connection().execute(_STORE, values)
        announce(session, org_id=org_id, topic="calls")
    _show_case(session, found, org_id=org_id, call_id=call_id, held=held, now=now)


def compare_others_of_caller(
    session: Session, *, org_id: UUID, call_id: UUID, contact_id: UUID | None
) -> None:
    """What was done in this call may mend an earlier one."""
    for other in _disputed(session, org_id=org_id, call_id=call_id, contact_id=contact_id):
        told = {"call_id": str(other)}
        enqueue(session, "calls.compare", told, org_id=org_id, unique_key=str(other))


def compare_around_booking(session: Session, *, org_id: UUID, booking_id: UUID, now: datetime) -> None:
    """The call that a booking was made in, and those of its patient in which something is open."""
    contact_id, call_id = whose(session, org_id=org_id, booking_id=booking_id)
    others = _disputed(session, org_id=org_id, call_id=call_id, contact_id=contact_id)
    for each in sorted({*others, *filter(None, (call_id,))}):
        compare(session, org_id=org_id, call_id=each, now=now)


def _disputed(session: Session, *, org_id: UUID, call_id: UUID | None, contact_id: UUID | None) -> list[UUID]:
    """This caller's calls, but for `call_id`, in which something said was not done, or done unasked."""
    values = {"org_id": org_id, "call_id": call_id, "contact_id": contact_id}
    found = session.connection().execute(_DISPUTED, values | {"at_most": _MOST_CALLS})
    return [row.id for row in found]


def _show_case(
    session: Session, found: Comparison, *, org_id: UUID, call_id: UUID, held: Any, now: datetime
) -> None:
    key = f"promise:{call_id}"
    if found.is_disputed:
        number = str(held.caller_number or "")
        new = cases.NewCase(
            kind="failure",
            title=title_of(found),
            body=body_of(found),
            request_key=key,
            callback_number=number if number.startswith("+") else None,
            call_id=call_id,
            contact_id=held.contact_id,
        )
        cases.open_case(session, new, org_id=org_id, now=now)
    cases.settle_itself(session, key, org_id=org_id, resolved_at=None if found.is_disputed else now)
