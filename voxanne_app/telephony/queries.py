"""The numbers of a clinic."""

from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.telephony.models import PhoneNumber


def first_number(session: Session, *, org_id: UUID) -> str | None:
    """The oldest number (E.164) that somebody answers; None when the clinic has none."""
    answered = select(PhoneNumber.number).where(
        PhoneNumber.org_id == org_id, col(PhoneNumber.agent_id).is_not(None)
    )
    return session.exec(answered.order_by(col(PhoneNumber.created_at))).first()


def own_numbers(session: Session, *, org_id: UUID) -> frozenset[str]:
    """Every number (E.164) that rings at the clinic."""
    return frozenset(session.exec(select(PhoneNumber.number).where(PhoneNumber.org_id == org_id)))
