"""Where somebody is signed in, and ending it: one session, all others, or every one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anyio import to_thread
from sqlmodel import Session, col, select

from voxanne_app import vendors
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.encryption import CannotDecrypt
from voxanne_app.identity import stored_sessions, vendor_calls
from voxanne_app.identity.account.acting import Acting
from voxanne_app.identity.models import BrowserSession
from voxanne_app.identity.ports import SignInError

MOST_SHOWN = 50


@dataclass(frozen=True)
class DeviceView:
    """A browser that is signed in. `device` as in "Firefox on Windows", `network` as in "203.0.113.x"."""

    session_id: UUID
    device: str
    network: str
    began_at: datetime
    last_seen_at: datetime
    is_this: bool


def signed_in_devices(session: Session, *, person_id: UUID, this: UUID, now: datetime) -> list[DeviceView]:
    """This one first, then by when they were last used."""
    query = (
        select(BrowserSession)
        .where(BrowserSession.person_id == person_id, col(BrowserSession.ended_at).is_(None))
        .where(col(BrowserSession.expires_at) > now)
        .where(col(BrowserSession.last_seen_at) > now - stored_sessions.IDLE_LIMIT)
        .order_by(col(BrowserSession.id) != this, col(BrowserSession.last_seen_at).desc())
        .limit(MOST_SHOWN)
    )
    return [
        DeviceView(row.id, row.device, row.network, row.created_at, row.last_seen_at, row.id == this)
        for row in session.exec(query)
    ]


async def end_one(acting: Acting, session_id: UUID) -> bool:
    """End a session of one's own: at once here, at the provider if it answers. False: there is none such."""
    ended = await to_thread.run_sync(lambda: _end(acting, only=session_id))
    await _give_back(ended)
    return bool(ended)


async def end_others(acting: Acting) -> int:
    """End all sessions but this one; how many."""
    ended = await to_thread.run_sync(lambda: _end(acting))
    await _give_back(ended)
    return len(ended)


def end_others_within(session: Session, acting: Acting, *, now: datetime) -> int:
    """The same in the transaction of what makes it necessary; the provider has ended them by itself."""
    rows = stored_sessions.others_of(session, acting.person_id, but=acting.session_id)
    for row in rows:
        stored_sessions.end(row, now=now)
    return len(rows)


def _end(acting: Acting, only: UUID | None = None) -> list[str]:
    """The access tokens to give back, one per session that was ended ("" if it cannot be read)."""
    with transaction(acting.claims) as session:
        rows = stored_sessions.others_of(session, acting.person_id, but=acting.session_id)
        rows = [row for row in rows if only in (None, row.id)]
        tokens = [_token(row) for row in rows]
        for row in rows:
            stored_sessions.end(row, now=clock.now())
            record(session, "account.session_revoked", subject=("session", row.id), org_id=acting.org_id)
    return tokens


def _token(row: BrowserSession) -> str:
    try:
        return stored_sessions.tokens_of(row).access_token
    except CannotDecrypt:
        return ""


async def _give_back(tokens: list[str]) -> None:
    provider = vendors.sign_in_provider()

    def give_back() -> None:
        for token in filter(None, tokens):
            provider.sign_out(token)

    try:
        await vendor_calls.call(give_back)
    except SignInError:
        return  # over here; there, nobody has their tokens any more
