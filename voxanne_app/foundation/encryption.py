"""The keys of `ENCRYPTION_KEYS`: they wrap the data keys under which secrets lie (foundation/sealing.py).

Listed as `id:base64 of 32 bytes`, the newest first: it wraps, all of them unwrap.

Wrapped keys are a nonce (12 bytes) and the ciphertext with its tag. Before there were data keys, secrets lay
under these keys themselves, and still can be read: format 1 (1 byte), length of the key id (1), key id,
nonce (12), ciphertext with its tag.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voxanne_app.foundation.settings import SettingMissing, get_settings

OLD_FORMAT = 1
NONCE_BYTES = 12
KEY_BYTES = 32


class CannotDecrypt(Exception):
    """The key is not listed, or the ciphertext was changed or lies in another place than it was made for."""


@dataclass(frozen=True)
class Place:
    """Where a secret lies; `org_id` is None for what belongs to the platform.

    `version` counts how often the secret there was replaced: an earlier one put back is refused.
    """

    org_id: UUID | None
    table: str
    column: str
    row: UUID
    version: int = 0

    def refused(self) -> CannotDecrypt:
        return CannotDecrypt(f"{self.table}.{self.column} of row {self.row} cannot be decrypted.")


class Keyring:
    def __init__(self, keys: dict[str, bytes]) -> None:
        """Keys by id, the newest first."""
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.newest = next(iter(keys))

    @property
    def key_ids(self) -> list[str]:
        """The newest first."""
        return list(self._ciphers)

    def wrap(self, data_key: bytes, *, key_id: UUID, org_id: UUID | None) -> bytes:
        """A data key as it may be stored: under the newest key, for this row and organization only."""
        nonce = os.urandom(NONCE_BYTES)
        bound = _wrapped_for(key_id, org_id, self.newest)
        return nonce + self._ciphers[self.newest].encrypt(nonce, data_key, bound)

    def unwrap(self, wrapped: bytes, *, key_id: UUID, org_id: UUID | None, wrapped_by: str) -> bytes:
        """The data key again. Raises CannotDecrypt."""
        try:
            nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
            return self._ciphers[wrapped_by].decrypt(nonce, sealed, _wrapped_for(key_id, org_id, wrapped_by))
        except (InvalidTag, LookupError, ValueError):
            raise CannotDecrypt(
                f"Data key {key_id} cannot be unwrapped with key {wrapped_by!r} of ENCRYPTION_KEYS."
            ) from None

    def decrypt_old(self, stored: bytes, place: Place) -> str:
        """A secret of format 1. Raises CannotDecrypt."""
        try:
            key_id, nonce, sealed = _parts(stored)
            return self._ciphers[key_id].decrypt(nonce, sealed, _old_bound_to(place, key_id)).decode()
        except (InvalidTag, LookupError, ValueError):
            raise place.refused() from None


def _wrapped_for(key_id: UUID, org_id: UUID | None, wrapped_by: str) -> bytes:
    return json.dumps(["data key", str(key_id), str(org_id or "platform"), wrapped_by]).encode()


def _old_bound_to(place: Place, key_id: str) -> bytes:
    where = (place.org_id or "platform", place.table, place.column, place.row)
    return json.dumps([OLD_FORMAT, key_id, *map(str, where)]).encode()


def _parts(stored: bytes) -> tuple[str, bytes, bytes]:
    if stored[0] != OLD_FORMAT:
        raise ValueError
    nonce_at = 2 + stored[1]
    sealed_at = nonce_at + NONCE_BYTES
    return stored[2:nonce_at].decode(), stored[nonce_at:sealed_at], stored[sealed_at:]


def parse_keys(entries: list[str]) -> dict[str, bytes]:
    """`id:base64` entries as keys by id; SettingMissing, without the key in it, when one is unusable."""
    keys = {}
    for entry in entries:
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES or not 0 < len(key_id.encode()) < 256 or key_id in keys:
            raise SettingMissing(
                "ENCRYPTION_KEYS needs entries like `2026-01:<base64 of 32 random bytes>`, comma-separated, "
                "each id once."
            )
        keys[key_id] = key
    return keys


@lru_cache(maxsize=1)
def _keyring(entries: tuple[str, ...]) -> Keyring:
    return Keyring(parse_keys(list(entries)))


def keyring() -> Keyring:
    """The keys of this process's settings."""
    return _keyring(tuple(get_settings().require_list("encryption_keys")))
