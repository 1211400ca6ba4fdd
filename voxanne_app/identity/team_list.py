"""The team as screens show it: members, and those who are invited."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.identity.clinic_models import Invitation
from voxanne_app.identity.models import Membership, Person
from voxanne_app.identity.people import display_name
from voxanne_app.identity.team import ROLES


@dataclass(frozen=True)
class MemberView:
    membership_id: UUID
    person_id: UUID
    name: str
    email: str
    role: str
    since: datetime
    has_factor: bool = False


@dataclass(frozen=True)
class InvitationView:
    """`sent_at` None: the mail is still to go out; `problem` says why it has not."""

    id: UUID
    email: str
    role: str
    sent_at: datetime | None
    expires_at: datetime
    problem: str


def members(session: Session, *, org_id: UUID) -> list[MemberView]:
    """Everybody who is in the clinic now, those who may most first."""
    query = (
        select(Membership, Person)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Membership.org_id == org_id, col(Membership.removed_at).is_(None))
    )
    found = [
        MemberView(
            member.id,
            person.id,
            display_name(person.full_name, person.email),
            person.email,
            member.role,
            member.created_at,
            person.has_factor,
        )
        for member, person in session.exec(query)
    ]
    return sorted(found, key=lambda one: (-ROLES.index(one.role), one.name.lower()))


def open_invitations(session: Session, *, org_id: UUID) -> list[InvitationView]:
    """Those that were neither accepted nor withdrawn, the newest first; the expired among them."""
    query = (
        select(Invitation)
        .where(Invitation.org_id == org_id)
        .where(col(Invitation.accepted_at).is_(None), col(Invitation.withdrawn_at).is_(None))
        .order_by(col(Invitation.created_at).desc())
    )
    return [
        InvitationView(one.id, one.email, one.role, one.sent_at, one.expires_at, one.problem)
        for one in session.exec(query)
    ]
