"""What people add to a call: notes, tags, who looks after it, and that it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.audit.trail import record
from voxanne_app.calls.queries import CallNotFound
from voxanne_app.foundation.changes import announce

LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 2000, 30, 10

_NOTE = text("""
    insert into call_notes (org_id, call_id, words, written_by, author, created_at)
    values (:org_id, :call_id, :words, :written_by, :author, :now)
""")
_CHANGE = """
    insert into call_annotations as a (org_id, call_id, {names}) values (:org_id, :call_id, {places})
    on conflict (org_id, call_id) do update set {updates}, updated_at = now()
"""
_READ = text("""
    select tags, assigned_to, assignee, resolved_at, resolved_by from call_annotations
    where org_id = :org_id and call_id = :call_id
""")
_LOCK = text("select id from call_logs where org_id = :org_id and id = :call_id for no key update")
_NOTES = text("""
    select words, author, created_at from call_notes
    where org_id = :org_id and call_id = :call_id order by created_at, id
""")


class CannotAnnotate(Exception):
    """The message is for the person."""


@dataclass(frozen=True)
class Note:
    words: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class Annotations:
    tags: Sequence[str] = ()
    assigned_to: UUID | None = None
    assignee: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True)
class Annotator:
    """Who adds something; the name is kept as it is now."""

    org_id: UUID
    person_id: UUID
    name: str


def annotations_of(session: Session, *, org_id: UUID, call_id: UUID) -> Annotations:
    of_call = {"org_id": org_id, "call_id": call_id}
    row = session.connection().execute(_READ, of_call).one_or_none()
    notes = tuple(Note(*note) for note in session.connection().execute(_NOTES, of_call))
    return Annotations(**row._mapping, notes=notes) if row else Annotations(notes=notes)


def add_note(session: Session, words: str, *, by: Annotator, call_id: UUID, now: datetime) -> None:
    """Raises CannotAnnotate, CallNotFound."""
    if not words:
        raise CannotAnnotate("Write something first.")
    if len(words) > LONGEST_NOTE:
        raise CannotAnnotate(f"A note has {LONGEST_NOTE:,} characters at most.")
    _lock(session, by.org_id, call_id)
    values = {"org_id": by.org_id, "call_id": call_id, "words": words, "written_by": by.person_id}
    session.connection().execute(_NOTE, values | {"author": by.name, "now": now})
    _done(session, "calls.note_added", by=by, call_id=call_id)


def add_tag(session: Session, tag: str, *, by: Annotator, call_id: UUID) -> None:
    """Tags are in small letters; adding one twice changes nothing. Raises CannotAnnotate, CallNotFound."""
    tag = " ".join(tag.lower().split())
    if not tag or len(tag) > LONGEST_TAG:
        raise CannotAnnotate(f"A tag has 1 to {LONGEST_TAG} characters.")
    _lock(session, by.org_id, call_id)
    tags = list(annotations_of(session, org_id=by.org_id, call_id=call_id).tags)
    if tag in tags:
        return
    if len(tags) >= MOST_TAGS:
        raise CannotAnnotate(f"A call has {MOST_TAGS} tags at most.")
    _change(session, by.org_id, call_id, tags=sorted([*tags, tag]))
    _done(session, "calls.tag_added", by=by, call_id=call_id)


def remove_tag(session: Session, tag: str, *, by: Annotator, call_id: UUID) -> None:
    _lock(session, by.org_id, call_id)
    tags = list(annotations_of(session, org_id=by.org_id, call_id=call_id).tags)
    if tag in tags:
        _change(session, by.org_id, call_id, tags=[known for known in tags if known != tag])
        _done(session, "calls.tag_removed", by=by, call_id=call_id)


def assign(
    session: Session, to: UUID | None, *, name: str, by: Annotator, call_id: UUID
) -> None:  # fmt: skip
    """Say who looks after the call; None for nobody."""
    _lock(session, by.org_id, call_id)
    if annotations_of(session, org_id=by.org_id, call_id=call_id).assigned_to == to:
        return
    _change(session, by.org_id, call_id, assigned_to=to, assignee=name if to else "")
    details = {"to": str(to) if to else "nobody"}
    _done(session, "calls.assigned", by=by, call_id=call_id, details=details)


def resolve(session: Session, *, by: Annotator, call_id: UUID, now: datetime) -> None:
    _lock(session, by.org_id, call_id)
    if annotations_of(session, org_id=by.org_id, call_id=call_id).resolved_at is None:
        _change(session, by.org_id, call_id, resolved_at=now, resolved_by=by.name)
        _done(session, "calls.resolved", by=by, call_id=call_id)


def reopen(session: Session, *, by: Annotator, call_id: UUID) -> None:
    _lock(session, by.org_id, call_id)
    if annotations_of(session, org_id=by.org_id, call_id=call_id).resolved_at is not None:
        _change(session, by.org_id, call_id, resolved_at=None, resolved_by="")
        _done(session, "calls.reopened", by=by, call_id=call_id)


def _lock(session: Session, org_id: UUID, call_id: UUID) -> None:
    """Two people at once add one after the other; and it is a call of theirs."""
    values = {"org_id": org_id, "call_id": call_id}
    if session.connection().execute(_LOCK, values).one_or_none() is None:
        raise CallNotFound("This call does not exist.")


def _change(session: Session, org_id: UUID, call_id: UUID, **columns: Any) -> None:
    statement = _CHANGE.format(
        names=", ".join(columns),
        places=", ".join(f":{name}" for name in columns),
        updates=", ".join(f"{name} = excluded.{name}" for name in columns),
    )
    session.connection().execute(text(statement), columns | {"org_id": org_id, "call_id": call_id})


def _done(
    session: Session,
    action: str,
    *,
    by: Annotator,
    call_id: UUID,
    details: Mapping[str, object] | None = None,
) -> None:
    record(session, action, subject=("call", call_id), details=details)
    announce(session, org_id=by.org_id, topic="calls")
