"""Another e-mail address: it counts when both the old and the new one have agreed."""

from uuid import UUID

from anyio import to_thread

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.origin import Origin
from voxanne_app.identity import admission
from voxanne_app.identity.account.acting import Acting, with_token
from voxanne_app.identity.limits import CHANGE, Attempts
from voxanne_app.identity.models import Person
from voxanne_app.identity.ports import Account, IssuedTokens, SignInError, SignInUnavailable
from voxanne_app.identity.session_start import give_back

LONGEST = 254


class NoAddress(SignInError):
    sentence = "That is no e-mail address. Check it and try again."


class SameAddress(SignInError):
    sentence = "That is your address already."


def plausible(email: str) -> str:
    """In lower case. Raises NoAddress."""
    address = email.strip().lower()
    name, _, domain = address.rpartition("@")
    if not name or "." not in domain or len(address) > LONGEST or any(c.isspace() for c in address):
        raise NoAddress
    return address


def domain_of(address: str) -> str:
    """Of a plausible address: as name servers write it. Raises NoAddress."""
    try:
        return address.rpartition("@")[2].encode("idna").decode()
    except UnicodeError:
        raise NoAddress from None


async def ask_for_address(acting: Acting, *, new: str) -> None:
    """Mails to both addresses. Whether the new one is somebody's is not told. Raises SignInError."""
    address = plausible(new)
    if address == acting.email:
        raise SameAddress

    def count() -> None:
        Attempts(cache(), CHANGE, str(acting.person_id), acting.origin.address).count()

    await to_thread.run_sync(count)
    await with_token(acting, lambda provider, token: provider.ask_for_address(token, email=address))


async def address_agreed(tokens: IssuedTokens, origin: Origin) -> str:
    """Both have agreed: write the new address down. It, for the page. The tokens are given back."""
    token = vendors.token_verifier().verify(tokens.access_token, now=clock.now())
    account = tokens.account
    await give_back(tokens.access_token)
    if account is None or account.person_id != token.person_id:
        raise SignInUnavailable
    claims = Claims.system(person_id=account.person_id, origin=origin)
    await to_thread.run_sync(lambda: _write(account, claims, token.org_id))
    return account.email


def _write(account: Account, claims: Claims, org_id: UUID | None) -> None:
    with transaction(claims) as session:
        person = session.get(Person, account.person_id)
        if person and admission.keep_address(session, person, account):
            record(session, "account.email_changed", subject=("person", person.id), org_id=org_id)
