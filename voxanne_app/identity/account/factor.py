"""The second factor: an authenticator app, and codes on paper for when it is lost."""

from contextlib import suppress
from uuid import UUID

from anyio import to_thread

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.database import transaction
from voxanne_app.identity import recovery_codes, stored_sessions
from voxanne_app.identity.account.acting import Acting, has_recovered, keep, with_token
from voxanne_app.identity.account.devices import end_others_within
from voxanne_app.identity.limits import SECOND_FACTOR, Attempts
from voxanne_app.identity.ports import (
    Account,
    FactorOffer,
    IssuedTokens,
    OwnAccountProvider,
    SecondFactorNeeded,
    SessionRevoked,
    SignInError,
    WrongCode,
)

# As long as the provider takes a code: the step before and after count as well.
_CODE_GOOD_SECONDS = 90


class CodeUsed(WrongCode):
    sentence = "That code was used already. Wait until your app shows the next one."


class WrongRecoveryCode(WrongCode):
    sentence = "That is not one of your recovery codes, or it was used already."


async def factors_of(acting: Acting) -> Account:
    """What the provider knows now. Raises SignInError."""
    return await with_token(acting, lambda provider, token: provider.account(token))


async def begin(acting: Acting) -> FactorOffer:
    return await with_token(acting, lambda provider, token: provider.begin_factor(token))


async def finish(acting: Acting, *, factor_id: UUID, code: str) -> tuple[str, list[str]]:
    """The app shows its first right code: the new cookie's value, and recovery codes to be shown once.

    Every other session ends: none of them has shown a second factor. Raises WrongCode, TooManyAttempts.
    """
    tokens = await _shown(acting, [str(factor_id)], code)

    def write() -> tuple[str, list[str]]:
        now = clock.now()
        with transaction(acting.claims) as session:
            row = stored_sessions.lock(session, acting.session_id)
            if row is None:
                raise SessionRevoked
            stored_sessions.note_factor(session, row, True)
            cookie = keep(row, tokens)
            ended = end_others_within(session, acting, now=now)
            codes = recovery_codes.make(session, person_id=acting.person_id, now=now)
            subject, details = ("person", acting.person_id), {"sessions_ended": ended}
            record(session, "account.factor_added", subject=subject, details=details, org_id=acting.org_id)
            return cookie, codes

    return await to_thread.run_sync(write)


async def show_code(acting: Acting, *, code: str) -> str:
    """At sign-in: the new cookie's value. Raises WrongCode, TooManyAttempts."""
    factors = (await factors_of(acting)).factors
    tokens = await _shown(acting, [factor.id for factor in factors], code) if factors else None

    def write() -> str:
        with transaction(acting.claims) as session:
            row = stored_sessions.lock(session, acting.session_id)
            if row is None:
                raise SessionRevoked
            # An operator of the provider may have taken it away.
            stored_sessions.note_factor(session, row, tokens is not None)
            return keep(row, tokens) if tokens else stored_sessions.new_cookie(row)

    return await to_thread.run_sync(write)


async def use_recovery_code(acting: Acting, *, code: str) -> str:
    """At sign-in without the app: the new cookie's value. Raises WrongRecoveryCode, TooManyAttempts."""

    def redeem() -> str:
        attempts = Attempts(cache(), SECOND_FACTOR, str(acting.person_id), acting.origin.address)
        attempts.count()
        now, subject = clock.now(), ("person", acting.person_id)
        with transaction(acting.claims) as session:
            row = stored_sessions.lock(session, acting.session_id)
            if row is None:
                raise SessionRevoked
            if not recovery_codes.redeem(session, person_id=acting.person_id, typed=code, now=now):
                raise WrongRecoveryCode
            row.recovered_at = now
            record(session, "account.recovery_code_used", subject=subject, org_id=acting.org_id)
            cookie = stored_sessions.new_cookie(row)
        attempts.take_back()
        return cookie

    return await to_thread.run_sync(redeem)


async def remove(acting: Acting) -> None:
    """Whoever has shown a factor in this session takes it away; after a recovery code, by our own right."""
    recovered = await to_thread.run_sync(lambda: has_recovered(acting))
    admin = vendors.own_account_provider()

    def take_away(provider: OwnAccountProvider, token: str) -> None:
        is_aal2 = vendors.token_verifier().verify(token, now=clock.now()).is_aal2
        if not is_aal2 and not recovered:
            raise SecondFactorNeeded
        for factor in provider.account(token).factors:
            if is_aal2:
                provider.remove_factor(token, factor_id=factor.id)
            else:
                admin.remove_lost_factor(acting.person_id, factor_id=factor.id)

    await with_token(acting, take_away)
    await to_thread.run_sync(lambda: _forget(acting))


async def new_recovery_codes(acting: Acting) -> list[str]:
    """In place of those before, for whoever has shown a factor in this session. Raises SecondFactorNeeded."""
    token = await with_token(acting, lambda _, token: token)
    if not vendors.token_verifier().verify(token, now=clock.now()).is_aal2:
        raise SecondFactorNeeded

    def write() -> list[str]:
        with transaction(acting.claims) as session:
            codes = recovery_codes.make(session, person_id=acting.person_id, now=clock.now())
            subject = ("person", acting.person_id)
            record(session, "account.recovery_codes_made", subject=subject, org_id=acting.org_id)
            return codes

    return await to_thread.run_sync(write)


async def codes_left(acting: Acting) -> int:
    def read() -> int:
        with transaction(acting.claims) as session:
            return recovery_codes.left(session, person_id=acting.person_id)

    return await to_thread.run_sync(read)


async def _shown(acting: Acting, factor_ids: list[str], code: str) -> IssuedTokens:
    plain = "".join(code.split())
    attempts = Attempts(cache(), SECOND_FACTOR, str(acting.person_id), acting.origin.address)

    def show(provider: OwnAccountProvider, token: str) -> IssuedTokens:
        attempts.count()
        if len(plain) != 6 or not plain.isascii() or not plain.isdigit():
            raise WrongCode
        used = f"totp:{acting.person_id}:{plain}"
        if cache().count("platform", used, _CODE_GOOD_SECONDS) > 1:
            raise CodeUsed
        try:
            tokens = _first_right(provider, token, factor_ids, plain)
        except SignInError:
            cache().delete("platform", used)
            raise
        attempts.take_back()
        return tokens

    return await with_token(acting, show)


def _first_right(provider: OwnAccountProvider, token: str, factor_ids: list[str], code: str) -> IssuedTokens:
    for factor_id in factor_ids:
        with suppress(WrongCode):
            return provider.show_code(token, factor_id=factor_id, code=code)
    raise WrongCode


def _forget(acting: Acting) -> None:
    with transaction(acting.claims) as session:
        row = stored_sessions.lock(session, acting.session_id)
        if row is None:
            raise SessionRevoked
        stored_sessions.note_factor(session, row, False)
        ended = end_others_within(session, acting, now=clock.now())
        recovery_codes.forget(session, person_id=acting.person_id)
        subject, details = ("person", acting.person_id), {"sessions_ended": ended}
        record(session, "account.factor_removed", subject=subject, details=details, org_id=acting.org_id)
