"""Who calls: one contact per phone number."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.contacts.models import Contact

# Looks before it writes, in one round trip: most callers are known, and a row that is read holds nobody up.
_FIND_OR_MAKE = text(
    """with found as (
      select id, org_id, phone, name, created_at from contacts where org_id = :org_id and phone = :phone
    ), made as (
      insert into contacts (org_id, phone, name)
      select :org_id, :phone, :name where not exists (select from found)
      on conflict do nothing returning id, org_id, phone, name, created_at
    )
    select * from found union all select * from made"""
)
_NAME = text("update contacts set name = :name where org_id = :org_id and id = :id and name = ''")


def remember(session: Session, *, org_id: UUID, phone: str, name: str = "") -> Contact:
    """The contact with this number (E.164), made if it is new. A name that is known already stays."""
    values = {"org_id": org_id, "phone": phone, "name": name}
    database = session.connection()
    found = database.execute(_FIND_OR_MAKE, values).one_or_none()
    if found is None:  # made by somebody else in this very moment: now it can be seen
        found = database.execute(_FIND_OR_MAKE, values).one()
    contact = Contact(**found._mapping)
    if name and not contact.name:
        database.execute(_NAME, {"org_id": org_id, "id": contact.id, "name": name})
        contact.name = name
    return contact
