"""From a browser's cookie to the person behind it: how that begins, is checked, and ends.

An edge of this domain: it opens transactions and asks the sign-in provider. The browser holds an opaque
value and no token; what it means stands in `sessions`. Each check verifies the person's access token;
what the database says about them is at most two seconds old, in each process.
"""

import asyncio
import logging
import re
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeGuard
from uuid import UUID

from anyio import to_thread

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.encryption import CannotDecrypt
from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.foundation.settings import get_settings
from voxanne_app.foundation.ttl_cache import TtlCache
from voxanne_app.identity import refreshing, stored_sessions, visits
from voxanne_app.identity.admission import Admitted, NotAdmitted, Operator, SignedIn, WithoutClinic, admit
from voxanne_app.identity.models import BrowserSession
from voxanne_app.identity.ports import SignInUnavailable
from voxanne_app.identity.session_start import give_back, needs_factor
from voxanne_app.identity.sign_in_steps import HalfwayIn, halfway, next_step
from voxanne_app.identity.tokens import TokenRefused, VerifiedToken

log = logging.getLogger(__name__)

RECENT_SECONDS = 2.0
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class _Found:
    """A session as it was read: `token` is None when its access token proves nothing any more."""

    who: Admitted
    access_token: str = field(repr=False)
    last_seen_at: datetime
    token: VerifiedToken | None
    halfway: HalfwayIn | None


_recent: TtlCache[bytes, _Found] = TtlCache(max_entries=10_000)
_lookups: dict[bytes, asyncio.Task[_Found | None]] = {}


def cookie_name() -> str:
    """`__Host-` pins a cookie to this host and to https; browsers refuse it over plain http."""
    return "__Host-voxanne" if get_settings().public_url.startswith("https://") else "voxanne_session"


async def who_for_cookie(cookie_value: str | None, *, is_activity: bool = True) -> SignedIn | Operator | None:
    """Who has this cookie: somebody at work in a clinic, an operator of the platform, or nobody.

    `is_activity` is False for looks at an open page that nobody touched: they do not keep a session alive.
    Raises sqlalchemy.exc.OperationalError when the database does not answer.
    """
    who = await _who(cookie_value, is_activity=is_activity)
    return None if isinstance(who, WithoutClinic) else who


async def person_for_cookie(cookie_value: str | None, *, is_activity: bool = True) -> SignedIn | None:
    """Who is at work in a clinic with this cookie; None for anybody else, operators included."""
    who = await _who(cookie_value, is_activity=is_activity)
    return who if isinstance(who, SignedIn) else None


async def admitted_for_cookie(cookie_value: str | None) -> Admitted | None:
    """Who has this cookie, wherever they are: for addresses that lead people from one place to another."""
    return await _who(cookie_value, is_activity=True)


def look_again(cookie_value: str | None) -> None:
    """Forget what this process remembers of a session that has just changed."""
    if _is_plausible(cookie_value):
        _recent.delete(stored_sessions.hashed(cookie_value))


async def newcomer_for_cookie(cookie_value: str | None) -> WithoutClinic | None:
    """Who has this cookie and is in no clinic: they are led to one."""
    who = await _who(cookie_value, is_activity=True)
    return who if isinstance(who, WithoutClinic) else None


async def halfway_for_cookie(cookie_value: str | None) -> HalfwayIn | None:
    """Who has shown a password, and must do something more before this cookie opens anything."""
    found = await _find(cookie_value, is_activity=True)
    return found.halfway if found else None


async def end_session(cookie_value: str | None, *, origin: Origin = NOWHERE) -> None:
    """Over here at once, and at the provider if it answers."""
    if not _is_plausible(cookie_value):
        return
    token_hash = stored_sessions.hashed(cookie_value)
    access_token = await to_thread.run_sync(_end, token_hash, origin)
    _recent.delete(token_hash)
    if access_token:
        await give_back(access_token)


def _is_plausible(cookie_value: str | None) -> TypeGuard[str]:
    return cookie_value is not None and _COOKIE_VALUE.fullmatch(cookie_value) is not None


async def _who(cookie_value: str | None, *, is_activity: bool) -> Admitted | None:
    found = await _find(cookie_value, is_activity=is_activity)
    # Whoever is halfway in is nobody yet.
    return found.who if found and not found.halfway else None


async def _find(cookie_value: str | None, *, is_activity: bool) -> _Found | None:
    if not _is_plausible(cookie_value):
        return None
    token_hash = stored_sessions.hashed(cookie_value)
    found = _recent.get(token_hash)
    if not found or not vendors.token_verifier().remembered(found.access_token, now=clock.now()):
        found = await _look_up_once(token_hash)
    if found is None:
        return None
    if is_activity and clock.now() >= found.last_seen_at + stored_sessions.SEEN_EVERY:
        _recent.delete(token_hash)
        await to_thread.run_sync(_note_seen, found.who.session_id)
    return found


async def _look_up_once(token_hash: bytes) -> _Found | None:
    """Whoever asks for the same session meanwhile gets the same answer."""
    task = _lookups.get(token_hash)
    if task is None:
        task = _lookups[token_hash] = asyncio.create_task(_look_up(token_hash))
        task.add_done_callback(lambda _: _lookups.pop(token_hash, None))
    return await asyncio.shield(task)


async def _look_up(token_hash: bytes) -> _Found | None:
    began = time.monotonic()
    found = await to_thread.run_sync(_read, token_hash)
    if found and found.token is None:
        await refreshing.refresh(found.who.session_id, seen=found.access_token)
        began = time.monotonic()
        found = await to_thread.run_sync(_read, token_hash)
    if found is None or found.token is None:
        _recent.delete(token_hash)
        return None
    if refreshing.is_due(found.token, now=clock.now()):
        refreshing.refresh_in_background(found.who.session_id, seen=found.access_token)
    _recent.set(token_hash, found, began + RECENT_SECONDS - time.monotonic())
    return found


def _read(token_hash: bytes) -> _Found | None:
    now = clock.now()
    try:
        with transaction(Claims.system()) as session:
            row = stored_sessions.find(session, token_hash, now=now)
            if row is None:
                return None
            who = admit(session, session_id=row.id, person_id=row.person_id, org_id=row.org_id)
            if isinstance(who, Operator):
                who = visits.with_visit(session, who, now=now)
        access_token = stored_sessions.tokens_of(row).access_token
        token = _verified(access_token, now)
    except (NotAdmitted, SignInUnavailable):
        return None
    except CannotDecrypt as error:
        log.error("%s Its person has to sign in again.", error)
        return None
    if not _is_for(token, row):
        return None
    step = next_step(row, is_aal2=bool(token and token.is_aal2), needs_factor=needs_factor(who))
    return _Found(who, access_token, row.last_seen_at, token, halfway(row, who, step) if step else None)


def _verified(access_token: str, now: datetime) -> VerifiedToken | None:
    try:
        return vendors.token_verifier().verify(access_token, now=now)
    except TokenRefused:
        return None


def _note_seen(session_id: UUID) -> None:
    with transaction(Claims.system()) as session:
        stored_sessions.note_seen(session, session_id, now=clock.now())


def _is_for(token: VerifiedToken | None, row: BrowserSession) -> bool:
    """Which of their clinics somebody is in, the row says: the token follows it at its next renewal."""
    return token is None or token.person_id == row.person_id


def _end(token_hash: bytes, origin: Origin) -> str | None:
    """The access token to give back, if the session was still on."""
    now = clock.now()
    with transaction(Claims.system()) as session:
        row = stored_sessions.find(session, token_hash, now=now)
    if row is None:
        return None
    try:
        access_token = stored_sessions.tokens_of(row).access_token
    except CannotDecrypt:
        access_token = None
    origin = replace(origin, session_id=row.id)
    with transaction(Claims.system(person_id=row.person_id, origin=origin)) as session:
        ended = stored_sessions.lock(session, row.id)
        if ended:
            stored_sessions.end(ended, now=now)
            record(session, "account.signed_out", subject=("session", row.id), org_id=row.org_id)
    return access_token
