"""Who somebody with a genuine token is here, and whether they may come in."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session, select

from voxanne_app.identity.models import Membership, Organization, Person


@dataclass(frozen=True)
class SignedIn:
    """A person at work in a clinic: `role` is owner, admin, staff or viewer; `time_zone` is an IANA name."""

    session_id: UUID
    person_id: UUID
    org_id: UUID
    org_name: str
    time_zone: str
    full_name: str
    email: str
    role: str

    @property
    def place(self) -> str:
        """As what and where they are in. When it changes, what their open pages hold is no longer theirs."""
        return f"{self.session_id}:{self.org_id}:{self.role}"


@dataclass(frozen=True)
class Operator:
    """One of those who run the platform: in no clinic."""

    session_id: UUID
    person_id: UUID
    full_name: str
    email: str
    role: ClassVar[str] = "platform"

    @property
    def place(self) -> str:
        return f"{self.session_id}:platform"


class NotAdmitted(Exception):
    """The password was right, and yet; in a sentence for that person."""

    sentence: ClassVar[str]


class NoClinic(NotAdmitted):
    sentence = "Your account belongs to no clinic here. Ask the owner of your clinic to add you to its team."


class ClinicSuspended(NotAdmitted):
    sentence = "Your clinic's access is suspended. Its owner can tell you why, and our support can lift it."


def admit(session: Session, *, session_id: UUID, person_id: UUID, org_id: UUID | None) -> SignedIn | Operator:
    """The person, as they stand now. Whatever is not known is not admitted: nobody is created here.

    Raises NoClinic, ClinicSuspended.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NoClinic
    if person.is_operator:
        return Operator(session_id, person.id, person.full_name, person.email)
    organization, role = _place(session, person_id, org_id)
    if organization.suspended_at is not None:
        raise ClinicSuspended
    return SignedIn(
        session_id=session_id,
        person_id=person.id,
        org_id=organization.id,
        org_name=organization.name,
        time_zone=organization.time_zone,
        full_name=person.full_name,
        email=person.email,
        role=role,
    )


def _place(session: Session, person_id: UUID, org_id: UUID | None) -> tuple[Organization, str]:
    query = (
        select(Organization, Membership.role)
        .join(Membership, Membership.org_id == Organization.id)  # type: ignore[arg-type]
        .where(Membership.org_id == org_id, Membership.person_id == person_id)
        .where(Membership.removed_at == None)  # noqa: E711 (SQL's "is null")
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NoClinic
    return found
