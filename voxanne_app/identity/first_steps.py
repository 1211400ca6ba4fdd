"""What identity knows of how far a new clinic has come."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.identity.clinic_models import Invitation
from voxanne_app.identity.models import Membership, Organization


def are_put_away(session: Session, *, org_id: UUID) -> bool:
    """Whether somebody of the clinic wants to hear no more of its first steps."""
    return session.get_one(Organization, org_id).first_steps_ended_at is not None


def put_away(session: Session, *, org_id: UUID, now: datetime) -> None:
    clinic = session.get_one(Organization, org_id)
    if clinic.first_steps_ended_at is None:
        clinic.first_steps_ended_at = now
        record(session, "clinic.first_steps_put_away", subject=("organization", org_id))


def has_company(session: Session, *, org_id: UUID) -> bool:
    """Whether there is more than one in the team, or somebody was asked to join."""
    team = select(Membership.id).where(Membership.org_id == org_id, col(Membership.removed_at).is_(None))
    asked = select(Invitation.id).where(Invitation.org_id == org_id, col(Invitation.withdrawn_at).is_(None))
    return len(session.exec(team.limit(2)).all()) > 1 or session.exec(asked.limit(1)).first() is not None
