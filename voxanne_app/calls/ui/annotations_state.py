"""What people add to a call: notes, tags, who looks after it, that it is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.calls import annotating
from voxanne_app.calls.annotating import Annotations, Annotator, CannotAnnotate
from voxanne_app.calls.queries import CallNotFound
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.identity.colleagues import Colleague, colleagues
from voxanne_app.identity.permissions import may
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, identifier, text
from voxanne_app.ui.session import Screen, guarded


@dataclass(frozen=True)
class NoteLine:
    words: str
    written: str


@dataclass(frozen=True)
class AnnotationsView:
    tags: list[str] = field(default_factory=list)
    assigned_to: str = ""
    assignee: str = ""
    resolved: str = ""
    notes: list[NoteLine] = field(default_factory=list)


class AnnotationsState(Screen):
    shown: AnnotationsView = AnnotationsView()
    people: list[tuple[str, str]] = []
    may_annotate: bool = False
    draft: int = 0  # counts notes that were taken: a new number empties the field

    @guarded("calls.read")
    async def load(self) -> None:
        await self._look()

    @guarded("calls.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("calls"):
            async with self:
                await self._look()

    @guarded("calls.annotate")
    async def add_note(self, form: dict[str, str]) -> None:
        if await self._do(lambda session, by, call_id, now: annotating.add_note(
            session, _field(form, "note", annotating.LONGEST_NOTE), by=by, call_id=call_id, now=now
        )):  # fmt: skip
            self.draft += 1

    @guarded("calls.annotate")
    async def add_tag(self, form: dict[str, str]) -> None:
        if await self._do(lambda session, by, call_id, _now: annotating.add_tag(
            session, _field(form, "tag", 200), by=by, call_id=call_id
        )):  # fmt: skip
            self.draft += 1

    @guarded("calls.annotate")
    async def remove_tag(self, tag: str) -> None:
        await self._do(
            lambda session, by, call_id, _now: annotating.remove_tag(
                session, text(tag, at_most=200), by=by, call_id=call_id
            )
        )

    @guarded("calls.annotate")
    async def assign(self, person_id: str) -> None:
        await self._do(lambda session, by, call_id, _now: _assign(session, person_id, by=by, call_id=call_id))

    @guarded("calls.annotate")
    async def resolve(self) -> None:
        await self._do(
            lambda session, by, call_id, now: annotating.resolve(session, by=by, call_id=call_id, now=now)
        )

    @guarded("calls.annotate")
    async def reopen(self) -> None:
        await self._do(lambda session, by, call_id, _now: annotating.reopen(session, by=by, call_id=call_id))

    async def _do(self, work: Callable[[Session, Annotator, UUID, datetime], None]) -> bool:
        """Do it in this person's name, and show what is then; whether it was done."""
        asking = await self.asking()
        by = Annotator(asking.org_id, asking.person_id, asking.full_name or asking.email)
        try:
            call_id = self._call()
            await self.in_transaction(
                "calls.annotate", lambda session: work(session, by, call_id, clock.now())
            )
        except (BadArgument, CannotAnnotate, CallNotFound) as problem:
            self.say(str(problem), "bad")
            return False
        await self._look()
        return True

    def _call(self) -> UUID:
        return identifier(getattr(self, "call_id", ""), name="This call")

    async def _look(self) -> None:
        asking = await self.asking()
        try:
            call_id = self._call()
        except BadArgument:
            return
        found, team = await self.in_transaction("calls.read", lambda session: _ask(session, asking, call_id))
        self.shown = _view(found, ZoneInfo(asking.time_zone))
        self.people = [(str(one.person_id), one.name) for one in team]
        self.may_annotate = may(asking.role, "calls.annotate")


def _ask(session: Session, asking: SignedIn, call_id: UUID) -> tuple[Annotations, tuple[Colleague, ...]]:
    found = annotating.annotations_of(session, org_id=asking.org_id, call_id=call_id)
    return found, colleagues(session, org_id=asking.org_id)


def _assign(session: Session, person_id: str, *, by: Annotator, call_id: UUID) -> None:
    if person_id == "":
        annotating.assign(session, None, name="", by=by, call_id=call_id)
        return
    wanted = identifier(person_id, name="This person")
    name = next((one.name for one in colleagues(session, org_id=by.org_id) if one.person_id == wanted), None)
    if name is None:
        raise BadArgument("This person does not work in your clinic.")
    annotating.assign(session, wanted, name=name, by=by, call_id=call_id)


def _field(form: object, name: str, at_most: int) -> str:
    return text(form.get(name, "") if isinstance(form, dict) else None, at_most=at_most)


def _view(found: Annotations, zone: ZoneInfo) -> AnnotationsView:
    now = clock.now()
    resolved = ""
    if found.resolved_at:
        resolved = f"Done by {found.resolved_by}, {formatting.when(found.resolved_at, zone, now=now)}"
    return AnnotationsView(
        tags=list(found.tags),
        assigned_to=str(found.assigned_to or ""),
        assignee=found.assignee,
        resolved=resolved,
        notes=[
            NoteLine(note.words, f"{note.author}, {formatting.when(note.created_at, zone, now=now)}")
            for note in found.notes
        ],
    )
