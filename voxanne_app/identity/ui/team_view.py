"""Members and invitations, as the Team screen writes them."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.identity.people import initials, role_in_words
from voxanne_app.identity.team import ROLES, may_give
from voxanne_app.identity.team_list import InvitationView, MemberView
from voxanne_app.ui import formatting

WHAT_ROLES_MAY = {
    "owner": "Everything, and who else owns the clinic",
    "admin": "Runs the clinic: receptionists, team, settings, audit",
    "staff": "Works with calls and bookings",
    "viewer": "Looks at calls and bookings, changes nothing",
}


@dataclass(frozen=True)
class RoleChoice:
    role: str = ""
    word: str = ""
    may: str = ""


@dataclass(frozen=True)
class MemberLine:
    """`choices` are empty where the person at the screen may not change the role."""

    id: str = ""
    name: str = ""
    email: str = ""
    initials: str = ""
    role: str = ""
    role_word: str = ""
    since: str = ""
    has_factor: bool = False
    is_self: bool = False
    may_change: bool = False
    choices: list[RoleChoice] = field(default_factory=list)


@dataclass(frozen=True)
class InvitationLine:
    id: str = ""
    email: str = ""
    role_word: str = ""
    standing: str = ""
    tone: str = "plain"
    mark: str = "clock"
    exact: str = ""
    may_manage: bool = False


def role_choices(own_role: str) -> list[RoleChoice]:
    """The roles that somebody may give, the usual one first."""
    given = [
        role
        for role in ("staff", "viewer", "admin", "owner")
        if own_role in ROLES and may_give(own_role, role)
    ]
    return [RoleChoice(role, role_in_words(role), WHAT_ROLES_MAY[role]) for role in given]


def member_line(
    member: MemberView, *, own_id: object, own_role: str, may_manage: bool, zone: ZoneInfo, now: datetime
) -> MemberLine:
    may_change = may_manage and own_role in ROLES and may_give(own_role, member.role)
    return MemberLine(
        id=str(member.membership_id),
        name=member.name,
        email=member.email,
        initials=initials(member.name, member.email),
        role=member.role,
        role_word=role_in_words(member.role),
        since=formatting.short_day(member.since.astimezone(zone).date(), today=now.astimezone(zone).date()),
        has_factor=member.has_factor,
        is_self=member.person_id == own_id,
        may_change=may_change,
        choices=role_choices(own_role) if may_change else [],
    )


def invitation_line(
    invitation: InvitationView, *, may_manage: bool, zone: ZoneInfo, now: datetime
) -> InvitationLine:
    standing, tone, mark = _standing(invitation, now)
    return InvitationLine(
        id=str(invitation.id),
        email=invitation.email,
        role_word=role_in_words(invitation.role),
        standing=standing,
        tone=tone,
        mark=mark,
        exact=formatting.exact(invitation.expires_at, zone),
        may_manage=may_manage,
    )


def _standing(invitation: InvitationView, now: datetime) -> tuple[str, str, str]:
    if now >= invitation.expires_at:
        return "Expired", "waits", "triangle-alert"
    if invitation.problem:
        return invitation.problem, "bad", "triangle-alert"
    if invitation.sent_at is None:
        return "The mail is on its way", "plain", "clock"
    left = formatting.lasting((invitation.expires_at - now).total_seconds())
    return f"Sent, good for {left}", "plain", "mail"
