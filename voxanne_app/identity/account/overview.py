"""What somebody sees of their own account, and the name they go by."""

from dataclasses import dataclass

from anyio import to_thread

from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import transaction
from voxanne_app.identity import recovery_codes
from voxanne_app.identity.account.acting import Acting
from voxanne_app.identity.account.devices import DeviceView, signed_in_devices
from voxanne_app.identity.models import BrowserSession, Organization, Person
from voxanne_app.identity.ports import SessionRevoked, SignInError

LONGEST_NAME = 120


class NoName(SignInError):
    sentence = "Say what you are called: your colleagues see it beside what you do."


@dataclass(frozen=True)
class AccountView:
    """`codes_left`: recovery codes not used yet; `came_by_code`: this session has shown one of them."""

    full_name: str
    email: str
    has_factor: bool
    codes_left: int
    came_by_code: bool
    devices: list[DeviceView]
    # Of the clinic that this session is in; UTC for those in none.
    time_zone: str = "UTC"


async def overview(acting: Acting) -> AccountView:
    def read() -> AccountView:
        with transaction(acting.claims) as session:
            row = session.get(BrowserSession, acting.session_id)
            person = session.get(Person, acting.person_id)
            if row is None or person is None:
                raise SessionRevoked
            clinic = session.get(Organization, row.org_id) if row.org_id else None
            devices = signed_in_devices(
                session, person_id=acting.person_id, this=acting.session_id, now=clock.now()
            )
            return AccountView(
                full_name=person.full_name,
                email=person.email,
                has_factor=row.has_factor,
                codes_left=recovery_codes.left(session, person_id=acting.person_id),
                came_by_code=row.recovered_at is not None,
                devices=devices,
                time_zone=clinic.time_zone if clinic else "UTC",
            )

    return await to_thread.run_sync(read)


async def rename(acting: Acting, full_name: str) -> None:
    """Raises NoName."""
    named = " ".join(full_name.split())[:LONGEST_NAME]
    if not named:
        raise NoName

    def write() -> None:
        with transaction(acting.claims) as session:
            person = session.get(Person, acting.person_id)
            if person and person.full_name != named:
                person.full_name = named
                record(session, "account.name_changed", subject=("person", person.id), org_id=acting.org_id)

    await to_thread.run_sync(write)
