"""Who somebody with a genuine token is here, and whether they may come in."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from voxanne_app.identity.models import Membership, Organization, Person
from voxanne_app.identity.ports import Account

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clinic:
    """One of the clinics that somebody belongs to."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Visiting:
    """For which reason and how long an operator is in a clinic."""

    id: UUID
    reason: str
    ends_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """A person at work in a clinic: `role` is owner, admin, staff or viewer; `time_zone` is an IANA name.

    `others` are more clinics that they belong to. With `visit` it is an operator, with the role visitor.
    """

    session_id: UUID
    person_id: UUID
    org_id: UUID
    org_name: str
    time_zone: str
    full_name: str
    email: str
    role: str
    others: tuple[Clinic, ...] = ()
    visit: Visiting | None = None
    # Whether the clinic asks a second factor of this role.
    needs_second_factor: bool = False

    @property
    def place(self) -> str:
        """As what and where they are in. When it changes, what their open pages hold is no longer theirs."""
        return f"{self.session_id}:{self.org_id}:{self.role}:{self.visit.id if self.visit else ''}"


@dataclass(frozen=True)
class Operator:
    """One of those who run the platform: in no clinic, unless with a reason as a visitor."""

    session_id: UUID
    person_id: UUID
    full_name: str
    email: str
    visit: SignedIn | None = None
    role: ClassVar[str] = "platform"

    @property
    def place(self) -> str:
        return f"{self.session_id}:platform:{self.visit.place if self.visit else ''}"


@dataclass(frozen=True)
class WithoutClinic:
    """Somebody with a confirmed address who is in no clinic yet, or in none any more."""

    session_id: UUID
    person_id: UUID
    full_name: str
    email: str
    role: ClassVar[str] = "nobody"

    @property
    def place(self) -> str:
        return f"{self.session_id}:nowhere"


Admitted = SignedIn | Operator | WithoutClinic


class NotAdmitted(Exception):
    """The password was right, and yet; in a sentence for that person."""

    sentence: str


class NoClinic(NotAdmitted):
    sentence = "Your account belongs to no clinic here. Ask the owner of your clinic to add you to its team."


class AddressTaken(NotAdmitted):
    sentence = (
        "Your address is known here with another sign-in, so this one opens nothing. Our support can tell "
        "which of the two is yours."
    )


class ClinicSuspended(NotAdmitted):
    sentence = "Your clinic's access is suspended. Our support can lift it."

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        if reason:
            because = reason.rstrip(".")
            self.sentence = f"Your clinic's access is suspended: {because}. Our support can lift it."


def admit(session: Session, *, session_id: UUID, person_id: UUID, org_id: UUID | None) -> Admitted:
    """The person, as they stand now. Whoever is not known is not admitted: nobody is created here.

    `org_id` None is a person in no clinic; a clinic that is not theirs is NoClinic, and so is an unknown
    person. Raises NoClinic, ClinicSuspended.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NoClinic
    if person.is_operator:
        return Operator(session_id, person.id, person.full_name, person.email)
    if org_id is None:
        return WithoutClinic(session_id, person.id, person.full_name, person.email)
    organization, role, others = _place(session, person_id, org_id)
    if organization.suspended_at is not None:
        raise ClinicSuspended(organization.suspended_reason)
    return SignedIn(
        session_id=session_id,
        person_id=person.id,
        org_id=organization.id,
        org_name=organization.name,
        time_zone=organization.time_zone,
        full_name=person.full_name,
        email=person.email,
        role=role,
        others=others,
        needs_second_factor=role in organization.requires_mfa_for,
    )


def admit_anew(session: Session, person_id: UUID, org_id: UUID | None) -> Admitted:
    """For a new session: in the clinic the token names; somebody who is not in it, or no more, is in the one
    of theirs that they turned to last, or in none.

    Raises NoClinic for unknown people, ClinicSuspended.
    """
    session_id = uuid4()
    chosen = _own_clinics(session, person_id)
    mine = [organization.id for organization, _ in chosen]
    place = org_id if org_id in mine else next(iter(mine), None)
    return admit(session, session_id=session_id, person_id=person_id, org_id=place)


def get_to_know(session: Session, account: Account) -> bool:
    """Make a row for somebody who is here for the first time: by the id their token proves, never by address.

    True when it has become known that somebody's address is another one by now.
    Raises NoClinic for an address that is not confirmed, AddressTaken for one that another person has.
    """
    if known := session.get(Person, account.person_id):
        return keep_address(session, known, account)
    if not account.email_is_confirmed:
        raise NoClinic
    session.connection().execute(
        insert(Person)
        .values(id=account.person_id, email=account.email, full_name=account.full_name)
        .on_conflict_do_nothing()  # two browsers at once, or an address that is taken
    )
    if session.get(Person, account.person_id) is None:
        raise AddressTaken
    return False


def keep_address(session: Session, person: Person, account: Account) -> bool:
    """Follow the provider in what somebody's confirmed address is. True when it was another one here."""
    if not account.email_is_confirmed or person.email == account.email:
        return False
    held = session.exec(select(Person).where(Person.email == account.email)).one_or_none()
    if held is not None:
        log.error("The new address of person %s is known here as another person's.", person.id)
        return False
    person.email = account.email
    return True


def _place(session: Session, person_id: UUID, org_id: UUID) -> tuple[Organization, str, tuple[Clinic, ...]]:
    clinics = _own_clinics(session, person_id)
    here = next((one for one in clinics if one[0].id == org_id), None)
    if here is None:
        raise NoClinic
    others = (Clinic(organization.id, organization.name) for organization, _ in clinics)
    return *here, tuple(sorted((one for one in others if one.id != org_id), key=lambda one: one.name))


def _own_clinics(session: Session, person_id: UUID) -> list[tuple[Organization, str]]:
    """Somebody's clinics and roles, the one they turned to last first."""
    query = (
        select(Organization, Membership.role)
        .join(Membership, Membership.org_id == Organization.id)  # type: ignore[arg-type]
        .where(Membership.person_id == person_id)
        .where(Membership.removed_at == None)  # noqa: E711 (SQL's "is null")
        .order_by(Membership.chosen_at.desc(), Membership.id)  # type: ignore[attr-defined,arg-type]
    )
    return [(organization, role) for organization, role in session.exec(query)]
