"""What somebody sees of their own account, and the name they go by."""

from dataclasses import dataclass, replace

from anyio import to_thread

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.encryption import CannotDecrypt
from voxanne_app.identity import recovery_codes, stored_sessions
from voxanne_app.identity.account.acting import Acting
from voxanne_app.identity.account.devices import DeviceView, signed_in_devices
from voxanne_app.identity.models import BrowserSession, Organization, Person
from voxanne_app.identity.ports import SessionRevoked, SignInError, SignInUnavailable
from voxanne_app.identity.tokens import TokenRefused

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
    # Their organization's own sign-in has their password and says their address.
    is_sso: bool = False


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
            view = AccountView(
                full_name=person.full_name,
                email=person.email,
                has_factor=row.has_factor,
                codes_left=recovery_codes.left(session, person_id=acting.person_id),
                came_by_code=row.recovered_at is not None,
                devices=devices,
                time_zone=clinic.time_zone if clinic else "UTC",
            )
        return replace(view, is_sso=_is_sso(row))

    return await to_thread.run_sync(read)


def _is_sso(row: BrowserSession) -> bool:
    try:
        token = stored_sessions.tokens_of(row).access_token
        return vendors.token_verifier().verify(token, now=clock.now()).is_sso
    except (CannotDecrypt, SignInUnavailable, TokenRefused):
        return False


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
