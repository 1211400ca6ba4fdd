"""Who calls: one contact per phone number."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from voxanne_app.contacts.models import Contact


def remember(session: Session, *, org_id: UUID, phone: str, name: str = "") -> Contact:
    """The contact with this number (E.164), made if it is new. A name that is known already stays.

    Looks before it writes: most callers are known, and a row that is only read holds nobody else up.
    """
    found = _find(session, org_id, phone)
    if found is None:
        new = insert(Contact).values(org_id=org_id, phone=phone, name=name).on_conflict_do_nothing()
        session.exec(new)
        found = _find(session, org_id, phone)
    if found is None:  # deleted between the two looks: only erasure does that
        raise LookupError("The contact disappeared while it was being written.")
    if name and not found.name:
        found.name = name
        session.add(found)
    return found


def _find(session: Session, org_id: UUID, phone: str) -> Contact | None:
    statement = select(Contact).where(Contact.org_id == org_id, Contact.phone == phone)
    return session.exec(statement).one_or_none()
