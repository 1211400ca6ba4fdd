"""Tokens are renewed before they expire, by one process at a time, never twice with the same one.

Supabase ends a whole session when a spent refresh token comes back. Therefore the row stays locked while the
vendor is asked, and the new tokens are stored before anybody uses them. No other vendor call is made inside a
transaction.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

from voxanne_app import vendors
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.ttl_cache import TtlCache
from voxanne_app.identity import stored_sessions, vendor_calls
from voxanne_app.identity.ports import SessionRevoked, SignInProvider, SignInUnavailable, TooManyAttempts
from voxanne_app.identity.tokens import VerifiedToken

log = logging.getLogger(__name__)

# Early enough that ten minutes without the provider sign nobody out.
EARLY = timedelta(minutes=10)
# All clinics share one allowance of the provider's, so nothing makes us ask in a loop.
PAUSE_SECONDS = 30

_just_tried: TtlCache[UUID, bool] = TtlCache(max_entries=10_000)
_in_background: set[asyncio.Task[None]] = set()


def is_due(token: VerifiedToken, *, now: datetime) -> bool:
    """Whether the last ten minutes of the token have begun, or the last third of a short one."""
    lifetime = token.expires_at - token.issued_at
    return now >= token.expires_at - min(EARLY, lifetime / 3)


async def refresh(session_id: UUID, *, seen: str) -> None:
    """Renew the tokens, unless the stored access token is no longer the one `seen`. Trouble is logged."""
    if _just_tried.get(session_id):
        return
    _just_tried.set(session_id, True, PAUSE_SECONDS)
    provider = vendors.sign_in_provider()
    try:
        await vendor_calls.call(lambda: refresh_once(session_id, seen=seen, provider=provider))
    except (SignInUnavailable, TooManyAttempts) as error:
        log.warning("A session could not be renewed (%s); it is tried again.", type(error).__name__)


def refresh_in_background(session_id: UUID, *, seen: str) -> None:
    """The same, while the token at hand is still good: nobody waits."""
    task = asyncio.create_task(refresh(session_id, seen=seen))
    _in_background.add(task)
    task.add_done_callback(_in_background.discard)


def refresh_once(session_id: UUID, *, seen: str, provider: SignInProvider) -> None:
    with transaction(Claims.system()) as session:
        row = stored_sessions.lock(session, session_id)
        if row is None:
            return
        tokens = stored_sessions.tokens_of(row)
        if tokens.access_token != seen:
            return  # another process was faster
        try:
            stored_sessions.keep_tokens(row, provider.refresh(tokens.refresh_token))
        except SessionRevoked:
            stored_sessions.end(row, now=clock.now())
