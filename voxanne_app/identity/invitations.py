"""Bringing people in: a link, mailed to one address, good for a week and for one person.

The link's token is made when it is mailed and known to nobody else; here is only its hash.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.identity import team
from voxanne_app.identity.clinic_models import Invitation
from voxanne_app.identity.models import Membership, Organization, Person
from voxanne_app.identity.refusals import ClinicRefusal

GOOD_FOR = timedelta(days=7)
_BETWEEN_MAILS = timedelta(minutes=1)
_MOST_OPEN = 50
_ADDRESS = re.compile(r"[^@\s,;<>\"()]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.[a-z]{2,}")


def plain_address(typed: str) -> str:
    """An e-mail address as it is compared: Raises ClinicRefusal when it cannot be one."""
    address = typed.strip().lower()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise ClinicRefusal("That is no e-mail address. Check it: name@example.com.")
    return address


def invite(
    session: Session,
    *,
    org_id: UUID,
    actor_id: UUID,
    own_role: str,
    email: str,
    role: str,
    now: datetime,
    recorded: bool = True,
) -> Invitation:
    """Ask somebody to join; the mail goes out by a job. `own_role` is the actor's. A larger act that this
    is part of is `recorded` instead. Raises ClinicRefusal.
    """
    address = plain_address(email)
    if role not in team.ROLES or not team.may_give(own_role, role):
        raise ClinicRefusal("You cannot give a role above your own.")
    _require_new(session, org_id, address)
    _require_room(session, org_id, address, now)
    invitation = Invitation(
        org_id=org_id,
        email=address,
        role=role,
        invited_by=actor_id,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(invitation)
    session.flush()
    _ask_for_mail(session, invitation)
    if recorded:
        _note(session, invitation, "team.invited", role=role)
    return invitation


def resend(session: Session, *, org_id: UUID, invitation_id: UUID, now: datetime) -> Invitation:
    """Mail a new link, good for a week; the one before no longer works. Raises ClinicRefusal."""
    invitation = _open(session, org_id, invitation_id)
    if invitation.sent_at and now < invitation.sent_at + _BETWEEN_MAILS:
        raise ClinicRefusal("It was sent just now. Give the mail a minute to arrive, then try again.")
    invitation.expires_at, invitation.problem = now + GOOD_FOR, ""
    _ask_for_mail(session, invitation)
    _note(session, invitation, "team.invitation_resent")
    return invitation


def withdraw(session: Session, *, org_id: UUID, invitation_id: UUID, now: datetime) -> Invitation:
    """Raises ClinicRefusal when it was accepted meanwhile."""
    invitation = _open(session, org_id, invitation_id)
    invitation.withdrawn_at, invitation.token_hash = now, None
    _note(session, invitation, "team.invitation_withdrawn")
    return invitation


@dataclass(frozen=True)
class Letter:
    """What is mailed. `token` goes into the link and nowhere else."""

    email: str
    token: str


def write_letter(session: Session, *, org_id: UUID, invitation_id: UUID) -> Letter | None:
    """A new token for an invitation that is still open; the one before no longer works."""
    try:
        invitation = _open(session, org_id, invitation_id)
    except ClinicRefusal:
        return None
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hashed(token)
    return Letter(invitation.email, token)


def note_mailed(
    session: Session, *, org_id: UUID, invitation_id: UUID, account_id: UUID | None, now: datetime
) -> None:
    """`account_id`: of an account that was made for it at the sign-in provider."""
    _write_down(session, org_id, invitation_id, problem="", sent_at=now, account_id=account_id)


def note_trouble(session: Session, *, org_id: UUID, invitation_id: UUID, problem: str) -> None:
    _write_down(session, org_id, invitation_id, problem=problem)


def _write_down(session: Session, org_id: UUID, invitation_id: UUID, **values: object) -> None:
    where = col(Invitation.org_id) == org_id, col(Invitation.id) == invitation_id
    session.connection().execute(update(Invitation).where(*where).values(**values))
    announce(session, org_id=org_id, topic="team")


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _require_new(session: Session, org_id: UUID, address: str) -> None:
    query = (
        select(Membership.id)
        .join(Person, col(Person.id) == Membership.person_id)
        .where(Membership.org_id == org_id, Person.email == address, col(Membership.removed_at).is_(None))
    )
    if session.exec(query).first():
        raise ClinicRefusal("This person belongs to the clinic already.")


def _require_room(session: Session, org_id: UUID, address: str, now: datetime) -> None:
    """One open invitation per address, and not more of them than a clinic can mean; expired ones give way."""
    # Invitations of a clinic are written one after another: two for one address at once are one too many.
    session.exec(select(Organization.id).where(Organization.id == org_id).with_for_update(key_share=True))
    is_open = col(Invitation.accepted_at).is_(None) & col(Invitation.withdrawn_at).is_(None)
    found = session.exec(select(Invitation).where(Invitation.org_id == org_id, is_open)).all()
    for one in found:
        if one.email == address and one.expires_at > now:
            raise ClinicRefusal("This person is invited already. Send the invitation again instead.")
        if one.email == address:
            one.withdrawn_at, one.token_hash = now, None
    if len(found) >= _MOST_OPEN:
        raise ClinicRefusal(f"{_MOST_OPEN} invitations are open already. Withdraw some of them first.")
    session.flush()


def _open(session: Session, org_id: UUID, invitation_id: UUID) -> Invitation:
    query = select(Invitation).where(Invitation.org_id == org_id, Invitation.id == invitation_id)
    found = session.exec(query.with_for_update()).one_or_none()
    if found is None or found.withdrawn_at:
        raise ClinicRefusal("This invitation was withdrawn.")
    if found.accepted_at:
        raise ClinicRefusal("This invitation was accepted meanwhile.")
    return found


def _ask_for_mail(session: Session, invitation: Invitation) -> None:
    arguments = {"invitation_id": str(invitation.id)}
    org_id, key = invitation.org_id, str(invitation.id)
    enqueue(session, "identity.mail_invitation", arguments, org_id=org_id, unique_key=key)


def _note(session: Session, invitation: Invitation, action: str, **details: object) -> None:
    subject = ("invitation", invitation.id)
    record(session, action, subject=subject, details=details, org_id=invitation.org_id)
    announce(session, org_id=invitation.org_id, topic="team")
