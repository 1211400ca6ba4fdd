"""Rows of `sessions`: a browser's sign-in, how long it lasts, and the vendor's tokens in it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.foundation.encryption import Place
from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.foundation.sealing import SealedTable, seal, unseal
from voxanne_app.identity.admission import Admitted, SignedIn
from voxanne_app.identity.models import BrowserSession, Membership, Person
from voxanne_app.identity.ports import IssuedTokens

# A desk left in the evening asks again in the morning; everybody shows their password once a week.
IDLE_LIMIT = timedelta(hours=8)
ABSOLUTE_LIMIT = timedelta(days=7)
# How exactly `last_seen_at` is kept: one write in five minutes, not one per click.
SEEN_EVERY = timedelta(minutes=5)

SECRETS = SealedTable("sessions", columns=("access_token", "refresh_token"), version="tokens_version")


def hashed(cookie_value: str) -> bytes:
    """What is known here of a cookie. Its 256 random bits need no salt."""
    return hashlib.sha256(cookie_value.encode()).digest()


def new(who: Admitted, *, token_hash: bytes, now: datetime, origin: Origin = NOWHERE) -> BrowserSession:
    """A row that is complete but for its tokens."""
    return BrowserSession(
        id=who.session_id,
        token_hash=token_hash,
        person_id=who.person_id,
        org_id=who.org_id if isinstance(who, SignedIn) else None,
        access_token=b"",
        refresh_token=b"",
        created_at=now,
        last_seen_at=now,
        expires_at=now + ABSOLUTE_LIMIT,
        device=origin.device,
        network=network_of(origin.address),
    )


def network_of(address: str) -> str:
    """`203.0.113.x`: enough to tell the clinic from home, too little to find a home."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + ":…"
    return address.rpartition(".")[0] + ".x" if address.count(".") == 3 else ""


def find(session: Session, token_hash: bytes, *, now: datetime) -> BrowserSession | None:
    """The session of a cookie, if it was not ended and is within its limits."""
    row = session.exec(select(BrowserSession).where(BrowserSession.token_hash == token_hash)).one_or_none()
    if row is None or row.ended_at or now >= row.expires_at or now >= row.last_seen_at + IDLE_LIMIT:
        return None
    return row


def note_seen(session: Session, session_id: UUID, *, now: datetime) -> None:
    row = lock(session, session_id)
    if row is not None:
        row.last_seen_at = now


def lock(session: Session, session_id: UUID) -> BrowserSession | None:
    """The session, unless it was ended, for this transaction alone: whoever else asks waits."""
    query = select(BrowserSession).where(BrowserSession.id == session_id).with_for_update()
    row = session.exec(query).one_or_none()
    return None if row is None or row.ended_at else row


def others_of(session: Session, person_id: UUID, *, but: UUID | None = None) -> list[BrowserSession]:
    """Locked: the sessions of a person that were not ended, but for one."""
    query = select(BrowserSession).where(BrowserSession.person_id == person_id)
    query = query.where(BrowserSession.ended_at == None).with_for_update()  # noqa: E711 (SQL's "is null")
    return [row for row in session.exec(query) if row.id != but]


def last_org_id(session: Session, person_id: UUID) -> UUID | None:
    """The clinic in which somebody was last signed in."""
    query = select(BrowserSession.org_id).where(BrowserSession.person_id == person_id)
    return session.exec(query.order_by(col(BrowserSession.created_at).desc()).limit(1)).one_or_none()


def note_factor(session: Session, row: BrowserSession, has_factor: bool) -> None:
    """What the provider says of a second factor: for the next step of this session, and for the team."""
    row.has_factor = has_factor
    session.get_one(Person, row.person_id).has_factor = has_factor


def new_cookie(row: BrowserSession) -> str:
    """Another cookie value in place of the one before, when a session comes to be worth more."""
    value = secrets.token_urlsafe(32)
    row.token_hash = hashed(value)
    return value


def keep_tokens(row: BrowserSession, tokens: IssuedTokens) -> None:
    """In place of those before. Raises CannotDecrypt when the key they would lie under cannot be had."""
    row.tokens_version += 1
    row.access_token = seal(tokens.access_token, _place(row, "access_token"))
    row.refresh_token = seal(tokens.refresh_token, _place(row, "refresh_token"))


def tokens_of(row: BrowserSession) -> IssuedTokens:
    """Raises CannotDecrypt."""
    return IssuedTokens(
        access_token=unseal(row.access_token, _place(row, "access_token")),
        refresh_token=unseal(row.refresh_token, _place(row, "refresh_token")),
    )


def move(row: BrowserSession, *, org_id: UUID) -> None:
    """To another clinic of the same person's; its secrets then lie under that clinic's key."""
    tokens = tokens_of(row)
    row.org_id = org_id
    keep_tokens(row, tokens)


def end(row: BrowserSession, *, now: datetime) -> None:
    """Over for good; what could be stolen from the row is gone with it."""
    row.ended_at = now
    row.access_token = row.refresh_token = b""


def end_where_removed(session: Session, *, org_id: UUID, person_id: UUID, now: datetime) -> None:
    """The sessions in a clinic of somebody who was taken out of it, and is not back."""
    query = (
        select(BrowserSession)
        .join(Membership, col(Membership.person_id) == BrowserSession.person_id)
        .where(BrowserSession.person_id == person_id, BrowserSession.org_id == org_id)
        .where(Membership.org_id == org_id, col(Membership.removed_at).is_not(None))
        .where(col(BrowserSession.ended_at).is_(None))
    )
    for row in session.exec(query.with_for_update(of=BrowserSession)):
        end(row, now=now)


def _place(row: BrowserSession, column: str) -> Place:
    return SECRETS.place(column, org_id=row.org_id, row=row.id, version=row.tokens_version)
