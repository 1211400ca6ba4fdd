"""How people and what they are appear on screen."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.identity.models import Person

_ROLES = {
    "owner": "Owner",
    "admin": "Administrator",
    "staff": "Front desk",
    "viewer": "Read only",
    "visitor": "Visiting operator",
    "platform": "Operator",
}


def role_in_words(role: str) -> str:
    return _ROLES[role]


def display_name(full_name: str, email: str) -> str:
    """The name, or the address of somebody who has not given one."""
    return full_name.strip() or email


def initials(full_name: str, email: str) -> str:
    """One or two capitals for the round mark beside a name: of the first name and the last."""
    words = display_name(full_name, email).split()
    return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()


def names_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Those of them whom the session's claims let it see."""
    people = select(Person.id, Person.full_name, Person.email).where(col(Person.id).in_(person_ids))
    return {person_id: display_name(name, email) for person_id, name, email in session.exec(people)}
