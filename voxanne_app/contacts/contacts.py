"""Who calls: one contact per phone number."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from voxanne_app.contacts.models import Contact
from voxanne_app.foundation.direct import ask

_FIND_OR_MAKE = b"select * from find_or_make_contact($1, $2, $3)"
_NAME = b"update contacts set name = $1 where org_id = $2 and id = $3 and name = ''"


@dataclass(frozen=True, slots=True)
class KnownContact:
    id: UUID
    name: str


def known_by(session: Session, *, org_id: UUID, phone: str) -> KnownContact | None:
    """The contact with this number (E.164), if there is one."""
    wanted = select(Contact).where(Contact.org_id == org_id, Contact.phone == phone)
    contact = session.exec(wanted).one_or_none()
    return KnownContact(contact.id, contact.name) if contact else None


def remember(session: Session, *, org_id: UUID, phone: str, name: str = "") -> KnownContact:
    """The contact with this number (E.164), made if it is new. A name that is known already stays."""
    ((contact_id, known_name),) = ask(session, _FIND_OR_MAKE, org_id, phone, name)
    if name and not known_name:
        ask(session, _NAME, name, org_id, contact_id)
    return KnownContact(contact_id, known_name or name)
