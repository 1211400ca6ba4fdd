"""Who does a case, and what was done about it. Today and the hand-over sheet follow what changes here."""

from collections.abc import Callable
from uuid import UUID

from sqlmodel import Session

from voxanne_app.calls import case_acts
from voxanne_app.calls.cases import CaseNotFound
from voxanne_app.foundation import clock
from voxanne_app.identity.colleagues import colleagues
from voxanne_app.ui.arguments import BadArgument, identifier, text
from voxanne_app.ui.session import Screen, guarded


class CaseActsState(Screen):
    people: list[tuple[str, str]] = []

    @guarded("today.read")
    async def load(self) -> None:
        person = await self.asking()
        team = await self.in_transaction(
            "today.read", lambda session: colleagues(session, org_id=person.org_id)
        )
        self.people = [(str(one.person_id), one.name) for one in team]

    @guarded("cases.resolve")
    async def assign(self, case_id: str, person_id: str) -> None:
        """Say who does it; an empty `person_id` is nobody."""
        wanted = identifier(case_id, name="This case")
        to = identifier(person_id, name="This person") if person_id else None
        await self._do(lambda session, org_id: _assign(session, to, org_id=org_id, case_id=wanted))

    @guarded("cases.resolve")
    async def resolve(self, form: dict[str, str]) -> None:
        wanted = identifier(form.get("case") if isinstance(form, dict) else None, name="This case")
        note = _note_in(form)
        person, now = await self.asking(), clock.now()
        await self._do(
            lambda session, org_id: case_acts.resolve(
                session, org_id=org_id, case_id=wanted, by=person.person_id, now=now, note=note
            )
        )

    @guarded("cases.resolve")
    async def say_what_was_done(self, case_id: str, form: dict[str, str]) -> None:
        wanted, note = identifier(case_id, name="This case"), _note_in(form)
        if await self._do(
            lambda session, org_id: case_acts.say_what_was_done(session, note, org_id=org_id, case_id=wanted)
        ):
            self.say("Your note is kept with the case.")

    @guarded("cases.resolve")
    async def reopen(self, case_id: str) -> None:
        wanted = identifier(case_id, name="This case")
        await self._do(lambda session, org_id: case_acts.reopen(session, org_id=org_id, case_id=wanted))

    async def _do(self, work: Callable[[Session, UUID], object]) -> bool:
        person = await self.asking()
        try:
            await self.in_transaction("cases.resolve", lambda session: work(session, person.org_id))
        except (BadArgument, CaseNotFound) as problem:
            self.say(str(problem), "bad")
            return False
        return True


def _assign(session: Session, to: UUID | None, *, org_id: UUID, case_id: UUID) -> None:
    team = {one.person_id: one.name for one in colleagues(session, org_id=org_id)}
    if to and to not in team:
        raise BadArgument("This person does not work in your clinic.")
    case_acts.assign(session, to, name=team[to] if to else "", org_id=org_id, case_id=case_id)


def _note_in(form: object) -> str:
    given = form.get("note", "") if isinstance(form, dict) else None
    return text(given, at_most=case_acts.LONGEST_NOTE, name="The note")
