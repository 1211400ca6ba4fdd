"""Another password: every other session ends with the one before."""

from anyio import to_thread

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.database import transaction
from voxanne_app.identity import passwords, stored_sessions, vendor_calls
from voxanne_app.identity.account.acting import Acting, has_recovered, with_token
from voxanne_app.identity.account.devices import end_others_within
from voxanne_app.identity.ports import PasswordRefused, SecondFactorNeeded, SessionRevoked, WrongCredentials
from voxanne_app.identity.session_start import give_back
from voxanne_app.identity.signing_in import sign_in


class WrongPassword(WrongCredentials):
    sentence = "That is not your current password."


async def change_password(acting: Acting, *, current: str, new: str) -> int:
    """Whoever sits at an open screen must know the current one. How many other sessions were ended.

    Raises WrongPassword, PasswordRefused, TooManyAttempts, SecondFactorNeeded, SignInUnavailable.
    """
    _require_good(acting, new)
    provider, address = vendors.sign_in_provider(), acting.origin.address
    try:
        tokens = await vendor_calls.call(
            lambda: sign_in(provider, cache(), email=acting.email, password=current, address=address)
        )
    except WrongCredentials:
        raise WrongPassword from None
    await give_back(tokens.access_token)
    return await _set(acting, new)


async def choose_password(acting: Acting, *, new: str) -> str:
    """For somebody who came by a link in a mail, and has none, or has forgotten it. The new cookie's value.

    Raises PasswordRefused, SecondFactorNeeded, SignInUnavailable.
    """
    _require_good(acting, new)
    await _set(acting, new)
    return await to_thread.run_sync(lambda: _go_on(acting))


def _require_good(acting: Acting, new: str) -> None:
    if sentence := passwords.objection(new, about=(acting.email, acting.full_name)):
        raise PasswordRefused(sentence)


async def _set(acting: Acting, new: str) -> int:
    try:
        await with_token(acting, lambda provider, token: provider.change_password(token, password=new))
    except SecondFactorNeeded:
        if not await to_thread.run_sync(lambda: has_recovered(acting)):
            raise
        await with_token(acting, lambda provider, _: provider.set_password(acting.person_id, password=new))

    def write() -> int:
        with transaction(acting.claims) as session:
            ended = end_others_within(session, acting, now=clock.now())
            record(
                session,
                "account.password_changed",
                subject=("person", acting.person_id),
                details={"sessions_ended": ended},
                org_id=acting.org_id,
            )
            return ended

    return await to_thread.run_sync(write)


def _go_on(acting: Acting) -> str:
    with transaction(acting.claims) as session:
        row = stored_sessions.lock(session, acting.session_id)
        if row is None:
            raise SessionRevoked
        row.awaits_password = False
        return stored_sessions.new_cookie(row)
