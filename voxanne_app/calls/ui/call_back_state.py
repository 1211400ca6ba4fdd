"""Having somebody called back: whom, what stands in the way, by which agent and what about."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.agents.queries import CallingAgent, calls_out
from voxanne_app.calls.cases import CaseNotFound
from voxanne_app.calls.outbound import asking, targets
from voxanne_app.calls.outbound.asking import CannotCall, Wish
from voxanne_app.calls.outbound.targets import LONGEST_ABOUT, NoNumber, Target
from voxanne_app.calls.queries import CallNotFound
from voxanne_app.calls.ui.call_back_view import CallBackView, call_back_view
from voxanne_app.contacts import calling_consent
from voxanne_app.contacts.calling_consent import HOW
from voxanne_app.contacts.contacts import remember
from voxanne_app.foundation import clock
from voxanne_app.identity.admission import SignedIn
from voxanne_app.identity.people import display_name
from voxanne_app.ui.arguments import BadArgument, identifier, one_of, text
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, guarded

_PERMISSION = "calls.call_out"
NO_AGENT = (
    "No agent of yours calls out yet. Make one whose kind is “calls out”, and publish it; what it is told "
    "about each call is filled in here."
)


@dataclass(frozen=True)
class _Found:
    target: Target
    agents: tuple[CallingAgent, ...]
    agent: UUID | None
    shown: CallBackView


class CallBackState(Screen):
    is_open: bool = False
    shown: CallBackView = CallBackView()
    agents: list[tuple[str, str]] = []
    agent: str = ""
    about: str = ""
    problem: str = ""
    advice: str = ""
    _call: str = ""
    _case: str = ""

    @guarded(_PERMISSION)
    async def open_for_call(self) -> None:
        await self._open(call=str(identifier(getattr(self, "call_id", ""), name="This call")))

    @guarded(_PERMISSION)
    async def open_for_case(self, case_id: str) -> None:
        await self._open(case=str(identifier(case_id, name="This case")))

    @guarded(ANYBODY_SIGNED_IN)
    def close(self) -> None:
        self.is_open = False

    @guarded(_PERMISSION)
    async def choose_agent(self, agent_id: str) -> None:
        self.agent = str(identifier(agent_id, name="This agent"))
        await self._look()

    @guarded(_PERMISSION)
    async def record_consent(self, form: dict[str, str]) -> None:
        how = one_of(form.get("how") if isinstance(form, dict) else None, HOW, name="How they agreed")
        await self._do(lambda session, person, target: _give(session, person, target, how))

    @guarded(_PERMISSION)
    async def withdraw_consent(self) -> None:
        await self._do(_withdraw)

    @guarded(_PERMISSION)
    async def ask(self, form: dict[str, str]) -> None:
        """Have them called. What is typed is kept when it cannot be."""
        given = form.get("about", "") if isinstance(form, dict) else None
        self.about = text(given, at_most=2 * LONGEST_ABOUT, name="What it is about")
        agent_id, about = identifier(self.agent, name="This agent"), self.about

        def work(session: Session, person: SignedIn, target: Target) -> None:
            wish = Wish(target, agent_id, about, _by(person))
            asking.ask(session, wish, org_id=person.org_id, now=clock.now())

        if await self._do(work):
            self.is_open = False
            self.say("Asked for. How it goes is shown here and on Today.")

    async def _open(self, *, call: str = "", case: str = "") -> None:
        self._call, self._case, self.problem, self.agent = call, case, "", ""
        found = await self._look()
        if found:
            self.about, self.is_open = found.target.about, True

    async def _do(self, work: Any) -> bool:
        """Do it for whomever the dialog is about, and show what stands then; whether it was done."""
        person = await self.asking()
        try:
            await self.in_transaction(
                _PERMISSION, lambda session: work(session, person, self._target(session, person))
            )
        except (CannotCall, NoNumber, CallNotFound, CaseNotFound, BadArgument) as problem:
            self.problem = str(problem)
            await self._look()
            return False
        self.problem = ""
        await self._look()
        return True

    async def _look(self) -> _Found | None:
        person = await self.asking()
        try:
            found = await self.in_transaction(_PERMISSION, lambda session: self._find(session, person))
        except (NoNumber, CallNotFound, CaseNotFound, BadArgument) as problem:
            self.say(str(problem), "bad")
            self.is_open = False
            return None
        self.shown, self.agent = found.shown, str(found.agent or "")
        self.agents = [(str(one.id), one.name) for one in found.agents]
        unready = next((one.name for one in found.agents if one.id == found.agent and not one.knows_why), "")
        self.advice = NO_AGENT if not found.agents else ""
        if unready:
            self.advice = (
                f"{unready} must be published once more: it has no place yet for what a call is about."
            )
        return found

    def _find(self, session: Session, person: SignedIn) -> _Found:
        org_id, now = person.org_id, clock.now()
        target = self._target(session, person)
        agents = calls_out(session, org_id=org_id)
        wanted = next((one.id for one in agents if str(one.id) == self.agent), None)
        agent = wanted or next((one.id for one in agents if one.knows_why), agents[0].id if agents else None)
        checks = asking.looked_at(session, target, org_id=org_id, agent_id=agent, now=now)
        contact = target.contact_id
        consent = calling_consent.latest(session, org_id=org_id, contact_id=contact) if contact else None
        shown = call_back_view(target, checks, consent, zone=ZoneInfo(person.time_zone), now=now)
        return _Found(target, agents, agent, shown)

    def _target(self, session: Session, person: SignedIn) -> Target:
        if self._case:
            case_id = identifier(self._case, name="This case")
            return targets.of_case(session, org_id=person.org_id, case_id=case_id)
        call_id = identifier(self._call, name="This call")  # which nobody may have opened yet
        return targets.of_call(session, org_id=person.org_id, call_id=call_id)


def _give(session: Session, person: SignedIn, target: Target, how: str) -> None:
    contact = target.contact_id or remember(session, org_id=person.org_id, phone=target.number).id
    where: dict[str, Any] = {"org_id": person.org_id, "contact_id": contact}
    calling_consent.give(session, **where, how=how, by=_by(person), now=clock.now())


def _withdraw(session: Session, person: SignedIn, target: Target) -> None:
    if target.contact_id is None:
        raise CannotCall("Nobody has recorded that they agreed.")
    where: dict[str, Any] = {"org_id": person.org_id, "contact_id": target.contact_id}
    calling_consent.withdraw(session, **where, by=_by(person), now=clock.now())


def _by(person: SignedIn) -> tuple[UUID, str]:
    return person.person_id, display_name(person.full_name, person.email)
