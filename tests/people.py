"""Alice owns a clinic, Bob is on her team, Charlie owns another clinic and must see nothing of theirs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from tests.factories import make_membership, make_person
from voxanne_app.foundation.database import Claims


@dataclass(frozen=True)
class Person:
    person_id: UUID
    org_id: UUID
    email: str
    full_name: str
    role: str

    @property
    def claims(self) -> Claims:
        """What this person's transactions carry."""
        return Claims.person(org_id=self.org_id, person_id=self.person_id)


def join(organization: Row[Any], *, full_name: str, role: str) -> Person:
    """A new person with a membership in `organization`."""
    person = make_person(full_name=full_name)
    make_membership(org_id=organization.id, person_id=person.id, role=role)
    return Person(person.id, organization.id, person.email, full_name, role)
