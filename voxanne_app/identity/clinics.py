"""A clinic as a whole: made, described, suspended, and turned to by those who belong to several."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import UnknownTimeZone, zone_of
from voxanne_app.identity import stored_sessions
from voxanne_app.identity.models import Membership, Organization
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.team import ROLES

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_ANNOUNCEMENT = 120, 200, 300


@dataclass(frozen=True)
class Profile:
    """What a clinic says about itself, as typed. `phone` may be empty; `keep_days` is of recordings;
    `factor_for` are the roles that must show a second factor."""

    name: str
    time_zone: str
    phone: str = ""
    address: str = ""
    announcement: str = "This call is recorded."
    keep_days: int = 90
    factor_for: tuple[str, ...] = ()


def create(session: Session, profile: Profile, *, org_id: UUID | None = None) -> Organization:
    """A new clinic, with nobody in it yet. Raises ClinicRefusal."""
    clinic = Organization(id=org_id or uuid4(), **_checked(profile))
    session.add(clinic)
    session.flush()
    record(session, "clinic.created", subject=("organization", clinic.id), org_id=clinic.id)
    return clinic


def add_owner(session: Session, *, org_id: UUID, person_id: UUID, now: datetime) -> Membership:
    """Its first member, who has made it."""
    owner = Membership(org_id=org_id, person_id=person_id, role="owner", created_at=now, chosen_at=now)
    session.add(owner)
    session.flush()
    return owner


def profile_of(session: Session, org_id: UUID) -> Profile:
    """What the clinic says about itself now."""
    return _profile(session.get_one(Organization, org_id))


def describe(session: Session, profile: Profile, *, org_id: UUID, seen: Profile) -> Organization:
    """Change what a clinic says about itself, if it still says what was `seen`. Raises ClinicRefusal."""
    clinic = _locked(session, org_id)
    if _profile(clinic) != seen:
        raise ClinicRefusal(
            "Somebody else has changed the settings meanwhile. Load the page again, then make your change."
        )
    values = _checked(profile)
    changed = sorted(name for name, value in values.items() if getattr(clinic, name) != value)
    if not changed:
        return clinic
    details: dict[str, Any] = {"changed": changed}
    if "time_zone" in changed:
        details |= {"from": [clinic.time_zone], "to": [str(values["time_zone"])]}
    if "recording_retention_days" in changed:
        now, before = profile.keep_days, clinic.recording_retention_days
        details |= {"recordings": f"kept for {now} days, not {before}"}
    if "requires_mfa_for" in changed:
        details |= {"second_factor_for": values["requires_mfa_for"]}
    for name in changed:
        setattr(clinic, name, values[name])
    record(session, "clinic.changed", subject=("organization", org_id), details=details)
    announce(session, org_id=org_id, topic="clinic")
    return clinic


def suspend(session: Session, *, org_id: UUID, reason: str, now: datetime) -> None:
    """Nobody of the clinic gets in until it is resumed; what vendors send is stored. Raises ClinicRefusal."""
    reason = " ".join(reason.split())
    if not 10 <= len(reason) <= 500:
        raise ClinicRefusal("Say why, in 10 to 500 characters: the clinic's people read it.")
    clinic = _locked(session, org_id)
    if clinic.suspended_at:
        raise ClinicRefusal("This clinic is suspended already.")
    clinic.suspended_at, clinic.suspended_reason = now, reason
    _note_standing(session, org_id, "clinic.suspended", reason=reason)


def resume(session: Session, *, org_id: UUID) -> None:
    """Raises ClinicRefusal."""
    clinic = _locked(session, org_id)
    if clinic.suspended_at is None:
        raise ClinicRefusal("This clinic is not suspended.")
    clinic.suspended_at, clinic.suspended_reason = None, ""
    _note_standing(session, org_id, "clinic.resumed")


def turn_to(
    session: Session,
    *,
    session_id: UUID,
    person_id: UUID,
    org_id: UUID,
    now: datetime,
    recorded: bool = True,
) -> None:
    """From now on this browser session is in another clinic of its person's. Joining it is `recorded` itself.

    Raises ClinicRefusal.
    """
    query = select(Membership).where(
        Membership.org_id == org_id, Membership.person_id == person_id, col(Membership.removed_at).is_(None)
    )
    member = session.exec(query).one_or_none()
    row = stored_sessions.lock(session, session_id)
    if member is None or row is None or row.person_id != person_id:
        raise ClinicRefusal("You do not belong to this clinic.")
    if session.get_one(Organization, org_id).suspended_at:
        raise ClinicRefusal("This clinic's access is suspended. Our support can lift it.")
    member.chosen_at = now
    stored_sessions.move(row, org_id=org_id)
    if recorded:
        record(session, "account.clinic_chosen", subject=("organization", org_id), org_id=org_id)
    follow_in_token(session, person_id)


def follow_in_token(session: Session, person_id: UUID) -> None:
    """Let the sign-in provider name the clinic that somebody is in now, which the next token then says."""
    arguments = {"person_id": str(person_id)}
    enqueue(session, "identity.follow_in_token", arguments, org_id=None, unique_key=str(person_id))


def last_chosen(session: Session, person_id: UUID) -> UUID | None:
    """The clinic that somebody turned to last."""
    query = (
        select(Membership.org_id)
        .where(Membership.person_id == person_id, col(Membership.removed_at).is_(None))
        .order_by(col(Membership.chosen_at).desc(), col(Membership.id))
        .limit(1)
    )
    return session.exec(query).first()


def _profile(clinic: Organization) -> Profile:
    return Profile(
        name=clinic.name,
        time_zone=clinic.time_zone,
        phone=clinic.phone or "",
        address=clinic.address,
        announcement=clinic.recording_announcement,
        keep_days=clinic.recording_retention_days,
        factor_for=tuple(sorted(clinic.requires_mfa_for)),
    )


def _checked(profile: Profile) -> dict[str, Any]:
    name = " ".join(profile.name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise ClinicRefusal(f"A clinic's name has from 2 to {LONGEST_NAME} characters.")
    try:
        zone = zone_of(profile.time_zone).key
    except UnknownTimeZone:
        raise ClinicRefusal("Choose a time zone from the list, like America/New_York.") from None
    phone = as_e164(profile.phone.strip()) if profile.phone.strip() else None
    if profile.phone.strip() and phone is None:
        raise ClinicRefusal("That is no phone number. Write it with its country code, like +1 503 555 0100.")
    if not 0 <= profile.keep_days <= 3650:
        raise ClinicRefusal("Recordings are kept from 0 to 3,650 days.")
    if not set(profile.factor_for) <= set(ROLES):
        raise ClinicRefusal("There is no such role.")
    return {
        "name": name,
        "time_zone": zone,
        "phone": phone,
        "address": " ".join(profile.address.split())[:LONGEST_ADDRESS],
        "recording_announcement": " ".join(profile.announcement.split())[:LONGEST_ANNOUNCEMENT],
        "recording_retention_days": profile.keep_days,
        "requires_mfa_for": sorted(set(profile.factor_for)),
    }


def _locked(session: Session, org_id: UUID) -> Organization:
    query = select(Organization).where(Organization.id == org_id).with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        raise ClinicRefusal("There is no such clinic.")
    return found


def _note_standing(session: Session, org_id: UUID, action: str, **details: object) -> None:
    session.flush()
    record(session, action, subject=("organization", org_id), details=details, org_id=org_id)
    announce(session, org_id=org_id, topic="clinic")
