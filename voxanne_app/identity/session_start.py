"""How a session begins: the provider's tokens, proven, become a row and a cookie.

An edge of this domain, like sessions.py: it opens transactions and asks the sign-in provider.
"""

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from sqlmodel import select

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.encryption import CannotDecrypt
from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import admission, stored_sessions, vendor_calls
from voxanne_app.identity.admission import Admitted, NotAdmitted, Operator, SignedIn
from voxanne_app.identity.models import Person
from voxanne_app.identity.ports import Account, IssuedTokens, SignInError, SignInUnavailable
from voxanne_app.identity.sign_in_steps import Step, next_step
from voxanne_app.identity.tokens import TokenRefused, VerifiedToken

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Started:
    """A new session: what the browser gets, who it is, and what they must do before they are in."""

    cookie_value: str = field(repr=False)
    who: Admitted
    step: Step | None = None


async def start_session(
    tokens: IssuedTokens, *, origin: Origin = NOWHERE, awaits_password: bool = False
) -> Started:
    """A session for somebody whom the provider has just let in.

    `awaits_password`: they came by a link in a mail, and choose a password before anything else.
    Raises NotAdmitted, having given the tokens back, and SignInUnavailable.
    """
    try:
        return await vendor_calls.call(lambda: _start(tokens, origin, awaits_password))
    except NotAdmitted:
        await give_back(tokens.access_token)
        raise


async def give_back(access_token: str) -> None:
    """End the session of these tokens at the provider."""
    provider = vendors.sign_in_provider()
    with suppress(SignInError):  # its tokens are forgotten here, and run out there
        await vendor_calls.call(lambda: provider.sign_out(access_token), patience_seconds=3)


def _start(tokens: IssuedTokens, origin: Origin, awaits_password: bool) -> Started:
    now = clock.now()
    try:
        token = vendors.token_verifier().verify(tokens.access_token, now=now)
    except TokenRefused as refusal:
        log.error("The provider's own token is refused (%s): check SUPABASE_URL and the clock.", refusal)
        raise SignInUnavailable from None
    account = _proven(tokens, token)
    cookie_value = secrets.token_urlsafe(32)
    with transaction(Claims.system(person_id=token.person_id, origin=origin)) as session:
        has_another_address = admission.get_to_know(session, account)
        who = admission.admit_anew(session, token.person_id, token.org_id)
        row = stored_sessions.new(
            who, token_hash=stored_sessions.hashed(cookie_value), now=now, origin=origin
        )
        row.awaits_password = awaits_password
        stored_sessions.note_factor(session, row, bool(account.factors))
        try:
            stored_sessions.keep_tokens(row, tokens)
        except CannotDecrypt as error:
            log.error("%s Nobody can sign in: put the key back.", error)
            raise SignInUnavailable from None
        session.add(row)
        if has_another_address:
            record(session, "account.email_changed", subject=("person", who.person_id), org_id=row.org_id)
        step = next_step(row, is_aal2=token.is_aal2, needs_factor=needs_factor(who))
        record(
            session,
            "account.signed_in",
            subject=("session", row.id),
            details={"still_needed": step} if step else {},
            org_id=row.org_id,
        )
    return Started(cookie_value, who, step)


def needs_factor(who: Admitted) -> bool:
    """Whether their role asks a second factor of them. In production it is asked of every operator."""
    if isinstance(who, Operator):
        return get_settings().voxanne_env == "production"
    return isinstance(who, SignedIn) and who.needs_second_factor


def note_failure(email: str, origin: Origin) -> None:
    """Somebody has tried a wrong password of a person we know: in the trail of that person's clinic."""
    with transaction(Claims.system(origin=origin)) as session:
        person = session.exec(select(Person).where(Person.email == email)).one_or_none()
        if person is None:
            return
        org_id = stored_sessions.last_org_id(session, person.id)
        subject = ("person", person.id)
        record(session, "account.sign_in_failed", subject=subject, org_id=org_id, outcome="refused")


def _proven(tokens: IssuedTokens, token: VerifiedToken) -> Account:
    """Whom the provider spoke of, if that is whose token it signed."""
    if tokens.account is None or tokens.account.person_id != token.person_id:
        log.error("The provider's answer does not say whose the token is.")
        raise SignInUnavailable
    return tokens.account
