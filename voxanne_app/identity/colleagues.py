"""Who works in a clinic, by name: for choosing somebody."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.identity.models import Membership, Person
from voxanne_app.identity.people import display_name


@dataclass(frozen=True)
class Colleague:
    person_id: UUID
    name: str


def colleagues(session: Session, *, org_id: UUID) -> tuple[Colleague, ...]:
    """Everybody with a place in the clinic now, by name."""
    found = session.exec(
        select(Person.id, Person.full_name, Person.email)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.org_id == org_id, col(Membership.removed_at).is_(None))
    )
    named = (Colleague(person_id, display_name(full_name, email)) for person_id, full_name, email in found)
    return tuple(sorted(named, key=lambda colleague: colleague.name.lower()))
