"""The data keys: one of each organization and one of the platform, under which their secrets lie.

They stand in `data_keys`, wrapped by `ENCRYPTION_KEYS`, and unwrapped in the memory of a process for seconds.
An organization's first key is made when its first secret is sealed. Everything here is a transaction of the
platform's own, on a connection kept for it: a transaction that seals may be waiting meanwhile, and what it
undoes must not take a key with it.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.database import Claims, transaction_beside
from voxanne_app.foundation.encryption import KEY_BYTES, Keyring, keyring
from voxanne_app.foundation.ttl_cache import TtlCache

# How long a process may seal with a key that was replaced meanwhile.
LIFE_SECONDS = 5.0

_NEW = text(
    """insert into data_keys (id, org_id, wrapped_key, wrapped_by)
    values (:id, :org_id, :wrapped_key, :wrapped_by) on conflict do nothing"""
)
_OF = text(
    """select id, wrapped_key, wrapped_by, replaced_at is null as is_current
    from data_keys where org_id is not distinct from :org_id order by created_at"""
)


@dataclass(frozen=True)
class DataKeys:
    """An owner's keys by id; `current` seals, all of them unseal."""

    current: UUID
    by_id: dict[UUID, bytes] = field(repr=False)


_known: TtlCache[tuple[str, ...], DataKeys] = TtlCache(max_entries=10_000)
_one_at_a_time = threading.Lock()


def keys_of(org_id: UUID | None, *, holding: UUID | None = None) -> DataKeys:
    """The data keys of an organization, or of the platform; of the latest, if `holding` is not known yet.

    Raises CannotDecrypt when one lies under a key that ENCRYPTION_KEYS does not list. The organization's own
    row must have been committed before.
    """
    ring = keyring()
    name = (str(org_id or "platform"), *ring.key_ids)
    if found := _remembered(name, holding):
        return found
    with _one_at_a_time:
        if found := _remembered(name, holding):
            return found
        began = time.monotonic()
        found = _load(org_id, ring)
        _known.set(name, found, began + LIFE_SECONDS - time.monotonic())
        return found


def forget() -> None:
    """Ask the database again, after keys were replaced by this process."""
    _known.clear()


def _remembered(name: tuple[str, ...], holding: UUID | None) -> DataKeys | None:
    found = _known.get(name)
    return None if found and holding and holding not in found.by_id else found


def insert_new(session: Session, org_id: UUID | None, ring: Keyring) -> None:
    """A data key for an owner who has no current one; nothing if somebody else has just made it."""
    key_id = uuid4()
    wrapped = ring.wrap(os.urandom(KEY_BYTES), key_id=key_id, org_id=org_id)
    values = {"id": key_id, "org_id": org_id, "wrapped_key": wrapped, "wrapped_by": ring.newest}
    session.connection().execute(_NEW, values)


def _load(org_id: UUID | None, ring: Keyring) -> DataKeys:
    with transaction_beside(Claims.system()) as session:
        rows = session.connection().execute(_OF, {"org_id": org_id}).all()
        if not any(row.is_current for row in rows):
            insert_new(session, org_id, ring)
            rows = session.connection().execute(_OF, {"org_id": org_id}).all()
    by_id = {
        row.id: ring.unwrap(row.wrapped_key, key_id=row.id, org_id=org_id, wrapped_by=row.wrapped_by)
        for row in rows
        if row.is_current or row.wrapped_by in ring.key_ids
    }
    return DataKeys(next(row.id for row in rows if row.is_current), by_id)
