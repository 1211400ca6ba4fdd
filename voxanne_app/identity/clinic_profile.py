"""What a clinic says about itself, as other domains ask for it."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from voxanne_app.identity.models import Organization


@dataclass(frozen=True)
class ClinicProfile:
    """`phone` (E.164) is the clinic's own line. Empty as long as nobody has written it: `address`; when calls
    are not recorded: `recording_announcement`."""

    name: str
    time_zone: str
    phone: str | None
    address: str
    recording_announcement: str


def clinic_profile(session: Session, *, org_id: UUID) -> ClinicProfile:
    clinic = session.exec(select(Organization).where(Organization.id == org_id)).one()
    return ClinicProfile(
        clinic.name, clinic.time_zone, clinic.phone, clinic.address, clinic.recording_announcement
    )
