"""Who calls: one contact per phone number."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.contacts.models import Contact
from voxanne_app.foundation.direct import ask

_FIND_OR_MAKE = b"select * from find_or_make_contact($1, $2, $3)"
_NAME = text("update contacts set name = :name where org_id = :org_id and id = :id and name = ''")


def remember(session: Session, *, org_id: UUID, phone: str, name: str = "") -> Contact:
    """The contact with this number (E.164), made if it is new. A name that is known already stays."""
    ((contact_id, known_name, created_at),) = ask(session, _FIND_OR_MAKE, org_id, phone, name)
    contact = Contact(id=contact_id, org_id=org_id, phone=phone, name=known_name, created_at=created_at)
    if name and not contact.name:
        session.connection().execute(_NAME, {"org_id": org_id, "id": contact.id, "name": name})
        contact.name = name
    return contact
