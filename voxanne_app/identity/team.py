"""Who is in a clinic, and as what. Nobody gives or takes a role above their own; a clinic keeps an owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.identity.models import Membership
from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.refusals import ClinicRefusal

# From the least to the most that one may.
ROLES = ("viewer", "staff", "admin", "owner")


def may_give(own_role: str, role: str) -> bool:
    """Whether somebody may give `role` to others, or take it from them. Operators appoint owners, too."""
    return own_role == "platform" or ROLES.index(role) <= ROLES.index(own_role)


def change_role(
    session: Session, *, org_id: UUID, actor_id: UUID, membership_id: UUID, role: str
) -> Membership:
    """Raises ClinicRefusal."""
    member = _member(session, org_id, membership_id)
    actor = role_of(session, org_id=org_id, person_id=actor_id)
    _require_above(actor, member.role)
    _require_above(actor, role)
    before = member.role
    if role == before:
        return member
    with _keeping_an_owner():
        member.role = role
        session.flush()
    record(
        session, "team.role_changed", subject=("membership", member.id), details={"from": before, "to": role}
    )
    announce(session, org_id=org_id, topic="team")
    return member


def remove(session: Session, *, org_id: UUID, actor_id: UUID, membership_id: UUID, now: datetime) -> None:
    """Take somebody out of the clinic; who they were stays known. Raises ClinicRefusal."""
    member = _member(session, org_id, membership_id)
    _require_above(role_of(session, org_id=org_id, person_id=actor_id), member.role)
    _take_out(session, member, now=now)
    is_self = member.person_id == actor_id
    action = "team.member_left" if is_self else "team.member_removed"
    record(session, action, subject=("membership", member.id), details={"role": member.role})


def leave(session: Session, *, org_id: UUID, person_id: UUID, now: datetime) -> None:
    """Raises ClinicRefusal for the last owner."""
    query = select(Membership.id).where(Membership.org_id == org_id, Membership.person_id == person_id)
    remove(session, org_id=org_id, actor_id=person_id, membership_id=session.exec(query).one(), now=now)


def role_of(session: Session, *, org_id: UUID, person_id: UUID) -> str:
    """What somebody is in the clinic now, held until the transaction ends. Raises ClinicRefusal."""
    query = select(Membership.role).where(
        Membership.org_id == org_id, Membership.person_id == person_id, col(Membership.removed_at).is_(None)
    )
    role = session.exec(query.with_for_update(read=True)).one_or_none()
    if role is None:
        raise ClinicRefusal("You do not belong to this clinic any more.")
    return role


def _take_out(session: Session, member: Membership, *, now: datetime) -> None:
    with _keeping_an_owner():
        member.removed_at = now
        session.flush()
    enqueue(session, "identity.member_removed", {"person_id": str(member.person_id)}, org_id=member.org_id)
    announce(session, org_id=member.org_id, topic="team")


def _member(session: Session, org_id: UUID, membership_id: UUID) -> Membership:
    query = select(Membership).where(
        Membership.org_id == org_id, Membership.id == membership_id, col(Membership.removed_at).is_(None)
    )
    found = session.exec(query.with_for_update()).one_or_none()
    if found is None:
        raise ClinicRefusal("This person does not belong to the clinic any more.")
    return found


def _require_above(own_role: str, role: str) -> None:
    if not may_give(own_role, role):
        raise ClinicRefusal(f"Only somebody with that role decides who is {role_in_words(role)}.")


@contextmanager
def _keeping_an_owner() -> Iterator[None]:
    """The database holds this, also when two owners leave at once: migration 0007."""
    try:
        yield
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", "") != "memberships_keep_an_owner":
            raise
        raise ClinicRefusal(
            "A clinic needs an owner. Make somebody else an owner first, then try again."
        ) from None
