"""Codes on paper for whoever has lost their authenticator app. Each is good once, and known here only."""

import hashlib
import re
import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, func, select, update

from voxanne_app.identity.models import RecoveryCode

HOW_MANY = 10
# Without 0, 1, I, L, O, U: nothing on paper is taken for something else, or makes a word.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP_LENGTH = 4, 4


def make(session: Session, *, person_id: UUID, now: datetime) -> list[str]:
    """New codes, to be shown once; those before are void."""
    forget(session, person_id=person_id)
    codes = [_new() for _ in range(HOW_MANY)]
    for code in codes:
        session.add(RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code), made_at=now))
    return codes


def redeem(session: Session, *, person_id: UUID, typed: str, now: datetime) -> bool:
    """Whether it was a code of theirs that nobody had used; now it is used. Two at once: one of them wins."""
    used = session.connection().execute(
        update(RecoveryCode)
        .where(col(RecoveryCode.person_id) == person_id, col(RecoveryCode.used_at).is_(None))
        .where(col(RecoveryCode.code_hash) == _hash(person_id, typed))
        .values(used_at=now)
    )
    return used.rowcount == 1


def left(session: Session, *, person_id: UUID) -> int:
    """How many they have not used yet."""
    query = select(func.count()).select_from(RecoveryCode)
    query = query.where(col(RecoveryCode.person_id) == person_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(query).one()


def forget(session: Session, *, person_id: UUID) -> None:
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))


def _new() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _hash(person_id: UUID, code: str) -> bytes:
    """78 random bits need no slow hash; with the person's id, equal codes of two people look different."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    return hashlib.sha256(person_id.bytes + plain.encode()).digest()
