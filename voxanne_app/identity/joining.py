"""Coming in by an invitation: who reads its link, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.identity import team
from voxanne_app.identity.clinic_models import Invitation
from voxanne_app.identity.clinics import follow_in_token
from voxanne_app.identity.invitations import hashed
from voxanne_app.identity.models import Membership, Organization, Person
from voxanne_app.identity.people import display_name
from voxanne_app.identity.refusals import ClinicRefusal

Standing = Literal["open", "expired", "withdrawn", "accepted"]

_SENTENCES: dict[str, str] = {
    "expired": "This invitation has expired. Ask whoever invited you to send it again.",
    "withdrawn": "This invitation no longer holds. Ask the clinic for a new one.",
    "accepted": "This invitation was used already. Sign in to get to the clinic.",
}
_UNKNOWN = "This link is not valid. Use the one of the latest mail, or ask the clinic for a new invitation."


@dataclass(frozen=True)
class Offer:
    """What an invitation's page shows. `account_id`: of the account that was made for it, and whether its
    person is known here already."""

    org_id: UUID
    clinic: str
    role: str
    email: str
    invited_by: str
    account_id: UUID | None
    is_known: bool


def read_offer(session: Session, token: str, *, now: datetime) -> Offer:
    """For whoever holds the link. Raises ClinicRefusal when it leads nowhere any more."""
    invitation = _find(session, token, now=now)
    clinic = session.get_one(Organization, invitation.org_id)
    inviter = session.get_one(Person, invitation.invited_by)
    known = session.exec(select(Person.id).where(Person.email == invitation.email)).first()
    return Offer(
        org_id=clinic.id,
        clinic=clinic.name,
        role=invitation.role,
        email=invitation.email,
        invited_by=display_name(inviter.full_name, inviter.email),
        account_id=invitation.account_id,
        is_known=known is not None,
    )


def accept(session: Session, token: str, *, person_id: UUID, now: datetime) -> UUID:
    """Make whose confirmed address it names a member; the clinic's id. Once. Raises ClinicRefusal."""
    invitation = _find(session, token, now=now, for_update=True)
    person = session.get_one(Person, person_id)
    if person.email != invitation.email:
        raise ClinicRefusal(
            "This invitation is for another e-mail address. Sign in with the one it was sent to."
        )
    if person.is_operator:
        raise ClinicRefusal("Operators of the platform belong to no clinic.")
    invitation.accepted_at, invitation.token_hash = now, None
    member = _member(session, invitation, person_id, now)
    session.flush()
    details = {"role": member.role}
    subject = ("membership", member.id)
    record(session, "team.joined", subject=subject, details=details, org_id=invitation.org_id)
    announce(session, org_id=invitation.org_id, topic="team")
    follow_in_token(session, person_id)
    return invitation.org_id


def _member(session: Session, invitation: Invitation, person_id: UUID, now: datetime) -> Membership:
    """A new member, or one who comes back. Whoever is one already keeps their role."""
    where = Membership.org_id == invitation.org_id, Membership.person_id == person_id
    member = session.exec(select(Membership).where(*where).with_for_update()).one_or_none()
    if member is None:
        member = Membership(org_id=invitation.org_id, person_id=person_id, role=invitation.role)
        session.add(member)
    elif member.removed_at:
        member.role, member.removed_at = invitation.role, None
    member.chosen_at = now
    return member


def _find(session: Session, token: str, *, now: datetime, for_update: bool = False) -> Invitation:
    query = select(Invitation).where(col(Invitation.token_hash) == hashed(token))
    found = session.exec(query.with_for_update() if for_update else query).one_or_none()
    if found is None:
        raise ClinicRefusal(_UNKNOWN)
    standing = _standing(session, found, now)
    if standing != "open":
        raise ClinicRefusal(_SENTENCES[standing])
    return found


def _standing(session: Session, invitation: Invitation, now: datetime) -> Standing:
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at or not _still_holds(session, invitation):
        return "withdrawn"
    return "expired" if now >= invitation.expires_at else "open"


def _still_holds(session: Session, invitation: Invitation) -> bool:
    """Whether whoever gave the role may still give it: nobody comes in by the word of somebody who is out."""
    if session.get_one(Person, invitation.invited_by).is_operator:
        return True
    where = Membership.org_id == invitation.org_id, Membership.person_id == invitation.invited_by
    inviter = session.exec(select(Membership).where(*where)).one_or_none()
    return bool(inviter and not inviter.removed_at and team.may_give(inviter.role, invitation.role))
