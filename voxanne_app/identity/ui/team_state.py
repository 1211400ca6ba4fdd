"""The team: who is in, as what, and who is asked to join; kept in view as it changes."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.foundation import clock
from voxanne_app.identity import invitations, team
from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.permissions import may
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.team_list import members, open_invitations
from voxanne_app.identity.ui.team_view import (
    InvitationLine,
    MemberLine,
    RoleChoice,
    invitation_line,
    member_line,
    role_choices,
)
from voxanne_app.ui.arguments import identifier, one_of, text
from voxanne_app.ui.session import Screen, guarded


class TeamState(Screen):
    is_loaded: bool = False
    members: list[MemberLine] = []
    invitations: list[InvitationLine] = []
    roles: list[RoleChoice] = []
    is_inviting: bool = False
    invite_problem: str = ""
    leaving: MemberLine = MemberLine()

    @guarded("team.read")
    async def load(self) -> None:
        await self._look()

    @guarded("team.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("team"):
            async with self:
                await self._look()

    @guarded("team.manage")
    def open_invite(self) -> None:
        self.is_inviting, self.invite_problem = True, ""

    @guarded("team.read")
    def close(self) -> None:
        self.is_inviting, self.leaving = False, MemberLine()

    @guarded("team.manage")
    async def invite(self, form: dict[str, Any]) -> None:
        given = form if isinstance(form, dict) else {}
        email = text(given.get("email", ""), at_most=254, name="The address")
        role = one_of(given.get("role", ""), team.ROLES, name="The role")
        person, now = await self.asking(), clock.now()

        def work(session: Session) -> None:
            own_role = team.role_of(session, org_id=person.org_id, person_id=person.person_id)
            invitations.invite(
                session,
                org_id=person.org_id,
                actor_id=person.person_id,
                own_role=own_role,
                email=email,
                role=role,
                now=now,
            )

        try:
            await self.in_transaction("team.manage", work)
        except ClinicRefusal as refusal:
            self.invite_problem = str(refusal)
            return
        self.is_inviting = False
        self.say(f"The invitation goes to {email}.")
        await self._look()

    @guarded("team.manage")
    async def resend(self, invitation_id: str) -> None:
        named, person, now = identifier(invitation_id), await self.asking(), clock.now()
        await self._do(
            lambda session: invitations.resend(session, org_id=person.org_id, invitation_id=named, now=now),
            "It is sent again. The link before no longer works.",
        )

    @guarded("team.manage")
    async def withdraw(self, invitation_id: str) -> None:
        named, person, now = identifier(invitation_id), await self.asking(), clock.now()
        await self._do(
            lambda session: invitations.withdraw(session, org_id=person.org_id, invitation_id=named, now=now),
            "The invitation is withdrawn. Its link no longer works.",
        )

    @guarded("team.manage")
    async def change_role(self, membership_id: str, role: str) -> None:
        named, role = identifier(membership_id), one_of(role, team.ROLES, name="The role")
        person = await self.asking()
        await self._do(
            lambda session: team.change_role(
                session, org_id=person.org_id, actor_id=person.person_id, membership_id=named, role=role
            ),
            f"The role is {role_in_words(role)} from now on.",
        )

    @guarded("team.read")
    def ask_to_remove(self, membership_id: str) -> None:
        """Open the question: for oneself it is leaving."""
        named = str(identifier(membership_id))
        self.leaving = next((one for one in self.members if one.id == named), MemberLine())

    @guarded("team.manage")
    async def remove(self) -> None:
        await self._let_go()

    @guarded("team.read")
    async def leave(self) -> None:
        """What everybody may take from themselves."""
        if self.leaving.is_self:
            await self._let_go()

    async def _let_go(self) -> None:
        named, who = identifier(self.leaving.id), self.leaving
        person, now = await self.asking(), clock.now()
        self.leaving = MemberLine()
        await self._do(
            lambda session: team.remove(
                session, org_id=person.org_id, actor_id=person.person_id, membership_id=named, now=now
            ),
            f"{who.name} is out of the team.",
            permission="team.read" if who.is_self else "team.manage",
        )

    async def _do(self, work: Any, good_news: str, *, permission: str = "team.manage") -> None:
        try:
            await self.in_transaction(permission, work)
        except ClinicRefusal as refusal:
            self.say(str(refusal), "bad")
        else:
            self.say(good_news)
        await self._look()

    async def _look(self) -> None:
        person, now = await self.asking(), clock.now()
        zone, may_manage = ZoneInfo(person.time_zone), may(person.role, "team.manage")
        people, asked = await self.in_transaction(
            "team.read",
            lambda session: (
                members(session, org_id=person.org_id),
                open_invitations(session, org_id=person.org_id),
            ),
        )
        self.members = [
            member_line(
                one, own_id=person.person_id, own_role=person.role, may_manage=may_manage, zone=zone, now=now
            )
            for one in people
        ]
        self.invitations = [invitation_line(one, may_manage=may_manage, zone=zone, now=now) for one in asked]
        self.roles = role_choices(person.role) if may_manage else []
        self.is_loaded = True
