"""The first steps of a new clinic on Today, for those who can take them, until they are done or put away."""

from dataclasses import dataclass

from voxanne_app.foundation import clock
from voxanne_app.identity import first_steps
from voxanne_app.identity.permissions import may
from voxanne_app.today.first_steps import FirstSteps, first_steps_of
from voxanne_app.ui.session import Screen, guarded


@dataclass(frozen=True)
class StepLine:
    title: str = ""
    why: str = ""
    act: str = ""
    href: str = ""
    is_done: bool = False


class FirstStepsState(Screen):
    steps: list[StepLine] = []

    @guarded("today.read")
    async def load_steps(self) -> None:
        await self._look()

    @guarded("today.read", background=True)
    async def follow_steps(self) -> None:
        async for _ in self.changes("team", "agents", "clinic"):
            async with self:
                await self._look()

    @guarded("clinic.edit")
    async def put_away(self) -> None:
        person, now = await self.asking(), clock.now()
        await self.in_transaction(
            "clinic.edit", lambda session: first_steps.put_away(session, org_id=person.org_id, now=now)
        )
        self.steps = []

    async def _look(self) -> None:
        person = await self.asking()
        found = None
        if may(person.role, "clinic.edit"):
            found = await self.in_transaction(
                "today.read", lambda session: first_steps_of(session, org_id=person.org_id)
            )
        self.steps = _lines(found) if found else []


def _lines(found: FirstSteps) -> list[StepLine]:
    return [
        StepLine(
            "Publish your receptionist",
            "Read what it says and what it may do, then let it answer.",
            "Open the agents",
            "/agents",
            found.is_published,
        ),
        StepLine(
            "Have a number answered",
            "Our support connects your line or gives you a new one; the agent shows it here.",
            "See its numbers",
            "/agents",
            found.has_number,
        ),
        StepLine(
            "Invite your team",
            "The front desk sees calls and bookings as they happen.",
            "Open the team",
            "/team",
            found.has_company,
        ),
    ]
