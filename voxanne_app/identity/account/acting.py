"""Who does something with their own account, and by which session: the start of each act in this folder.

The acts are edges of this domain, like sessions.py: they open transactions and ask the provider.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from voxanne_app import vendors
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.encryption import CannotDecrypt
from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.identity import refreshing, stored_sessions, vendor_calls
from voxanne_app.identity.models import BrowserSession
from voxanne_app.identity.ports import IssuedTokens, OwnAccountProvider, SessionRevoked
from voxanne_app.identity.tokens import TokenRefused

T = TypeVar("T")


@dataclass(frozen=True)
class Acting:
    """A person, their session, and the clinic they are in, if any; `origin` is where they act from."""

    session_id: UUID
    person_id: UUID
    org_id: UUID | None
    email: str
    full_name: str = ""
    origin: Origin = NOWHERE

    @property
    def claims(self) -> Claims:
        """Sessions and recovery codes are the platform's tables; whose they are stands in each query."""
        origin = Origin(self.session_id, self.origin.address, self.origin.device)
        return Claims.system(person_id=self.person_id, origin=origin)


async def with_token(acting: Acting, work: Callable[[OwnAccountProvider, str], T]) -> T:
    """What `work` returns, given the provider and the person's access token. Raises SignInError."""
    provider = vendors.own_account_provider()
    return await vendor_calls.call(lambda: work(provider, _access_token(acting.session_id)))


def _access_token(session_id: UUID) -> str:
    """One that is still good. Raises SessionRevoked."""
    token = _stored(session_id)
    try:
        verified = vendors.token_verifier().verify(token, now=clock.now())
        if not refreshing.is_due(verified, now=clock.now()):
            return token
    except TokenRefused:
        pass
    refreshing.refresh_once(session_id, seen=token, provider=vendors.sign_in_provider())
    return _stored(session_id)


def _stored(session_id: UUID) -> str:
    with transaction(Claims.system()) as session:
        row = session.get(BrowserSession, session_id)
    if row is None or row.ended_at:
        raise SessionRevoked
    try:
        return stored_sessions.tokens_of(row).access_token
    except CannotDecrypt:
        raise SessionRevoked from None


def has_recovered(acting: Acting) -> bool:
    """Whether this session has shown a recovery code, of which the provider knows nothing."""
    with transaction(Claims.system()) as session:
        row = session.get(BrowserSession, acting.session_id)
        return row is not None and row.recovered_at is not None


def keep(row: BrowserSession, tokens: IssuedTokens) -> str:
    """Go on with other tokens and another cookie, whose value this is: the session is worth more now."""
    stored_sessions.keep_tokens(row, tokens)
    return stored_sessions.new_cookie(row)
