"""Talking to the draft as a caller would. Answers come from a job: no handler waits for the vendor."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.versions import AgentUnknown
from voxanne_app.contacts.contacts import known_by
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.trials import trying
from voxanne_app.trials.conversing import CannotTry, TrialUnknown
from voxanne_app.trials.reviewed import under_review
from voxanne_app.trials.ui.try_typed import moment_in, number_in, understood, words_in
from voxanne_app.trials.ui.try_view import TryView, try_view, wall
from voxanne_app.ui.arguments import BadArgument, whole_number
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, guarded, is_allowed
from voxanne_app.wiring import VOICE_TOOLS

_MOST_PLACES = 2 * trying.MOST_TURNS + 2


class TryState(EditorState):
    """`taken_up` is the place of the caller's turn that is being changed, -1 for none. `asking_number` counts
    what was sent: a new one empties the field. `wrong_at` and `wrong_number`: what is wrong with them."""

    conversation: TryView = TryView()
    has_begun: bool = False
    taken_up: int = -1
    asking_number: int = 0
    refusal: str = ""
    wrong_at: str = ""
    wrong_number: str = ""
    _trial: str = ""

    @guarded("agents.read")
    async def load_trial(self) -> None:
        self.taken_up, self.refusal = -1, ""
        await self._see()

    @guarded("agents.read", background=True)
    async def follow_trial(self) -> None:
        async for _ in self.changes("trials"):
            async with self:
                await self._see()

    @guarded("agents.edit")
    async def send(self, form: dict[str, str]) -> None:
        """What the caller says next, or instead of the turn that is being changed."""
        words = words_in(form)
        place = self.taken_up if self.taken_up >= 0 else self.conversation.turns

        def work(session: Session, person: SignedIn, agent_id: UUID) -> None:
            agent = under_review(session, org_id=person.org_id, agent_id=agent_id, tools=VOICE_TOOLS).agent
            where: dict[str, Any] = {"org_id": person.org_id, "person_id": person.person_id}
            now = clock.now()
            trial_id, at = UUID(self._trial) if self._trial else None, place
            if trial_id is None:
                trial_id = trying.start(
                    session, agent, **where, happens_at=now, caller_number=None, now=now, recorded=False
                )
                at = 1 if agent.first_message else 0
            greeting = agent.first_message
            trying.say(session, words, **where, trial_id=trial_id, place=at, greeting=greeting, now=now)

        if await self._do(work):
            self.taken_up = -1
            self.asking_number += 1
            await self._see()

    @guarded("agents.edit")
    async def start_over(self, form: dict[str, str]) -> None:
        """From the greeting, at the chosen moment and with the chosen number."""
        zone, now = (await self.asking()).time_zone, clock.now()
        happens_at, self.wrong_at = understood(lambda: moment_in(form, zone, now))
        number, self.wrong_number = understood(lambda: number_in(form))
        if self.wrong_at or self.wrong_number:
            return

        def work(session: Session, person: SignedIn, agent_id: UUID) -> None:
            agent = under_review(session, org_id=person.org_id, agent_id=agent_id, tools=VOICE_TOOLS).agent
            trying.start(
                session,
                agent,
                org_id=person.org_id,
                person_id=person.person_id,
                happens_at=happens_at or now,
                caller_number=number,
                now=now,
            )

        if await self._do(work):
            self.taken_up = -1
            self.asking_number += 1
            await self._see()

    @guarded("agents.edit")
    async def stop_waiting(self) -> None:
        if not self._trial:
            return
        trial_id = UUID(self._trial)
        await self._do(
            lambda session, person, _: trying.stop_waiting(
                session, org_id=person.org_id, trial_id=trial_id, person_id=person.person_id
            )
        )
        await self._see()

    @guarded(ANYBODY_SIGNED_IN)
    def take_up(self, place: int) -> None:
        """Change what the caller said there; pressed again, it stays as it was."""
        wanted = whole_number(place, low=0, high=_MOST_PLACES, name="This turn")
        self.taken_up = -1 if wanted == self.taken_up else wanted

    async def _do(self, work: Any) -> bool:
        person, agent_id = await self.asking(), self._id()
        self.refusal = ""
        try:
            await self.in_transaction("agents.edit", lambda session: work(session, person, agent_id))
        except (CannotTry, TrialUnknown) as no:
            self.refusal = str(no)
            await self._see()
            return False
        return True

    async def _see(self) -> None:
        person = await self.asking()
        if not is_allowed(person, "agents.edit"):
            return
        try:
            agent_id = self._id()
            self._trial, seen = await self.in_transaction(
                "agents.edit", lambda session: _seen(session, person, agent_id)
            )
        except (AgentUnknown, BadArgument):
            return
        self.has_begun = bool(self._trial)
        if seen != self.conversation:
            self.conversation = seen


def _seen(session: Session, person: SignedIn, agent_id: UUID) -> tuple[str, TryView]:
    now, zone = clock.now(), ZoneInfo(person.time_zone)
    trial = trying.newest(session, org_id=person.org_id, agent_id=agent_id, person_id=person.person_id)
    if trial is None:
        return "", TryView(at=wall(now, zone))
    number = trial.caller_number
    known = known_by(session, org_id=person.org_id, phone=number) if number else None
    return str(trial.id), try_view(trial, zone=zone, now=now, caller=known.name if known else "")
