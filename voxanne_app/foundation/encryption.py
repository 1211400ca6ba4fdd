"""Secrets at rest: AES-256-GCM, bound to the place they lie in.

`ENCRYPTION_KEYS` lists keys as `id:base64 of 32 bytes`, the newest first: it encrypts, all of them decrypt.
The place (organization, table, column, row) is authenticated with the secret: a ciphertext moved elsewhere is
refused.

Stored as: format 1 (1 byte), length of the key id (1), key id, nonce (12), ciphertext with its tag.
"""

import base64
import binascii
import json
import os
from dataclasses import astuple, dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voxanne_app.foundation.settings import SettingMissing, get_settings

_FORMAT = 1
_NONCE_BYTES = 12
_KEY_BYTES = 32


class CannotDecrypt(Exception):
    """The key is not listed, or the ciphertext was changed or lies in another place than it was made for."""


@dataclass(frozen=True)
class Place:
    """Where a secret lies; `org_id` is None for what belongs to the platform."""

    org_id: UUID | None
    table: str
    column: str
    row: UUID


class Keyring:
    def __init__(self, keys: dict[str, bytes]) -> None:
        """Keys by id, the newest first."""
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.newest = next(iter(keys))

    def encrypt(self, secret: str, place: Place) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.newest].encrypt(nonce, secret.encode(), _bound_to(place, self.newest))
        return bytes([_FORMAT, len(self.newest)]) + self.newest.encode() + nonce + sealed

    def decrypt(self, stored: bytes, place: Place) -> str:
        try:
            key_id, nonce, sealed = _parts(stored)
            return self._ciphers[key_id].decrypt(nonce, sealed, _bound_to(place, key_id)).decode()
        except (InvalidTag, LookupError, ValueError):
            raise CannotDecrypt(
                f"{place.table}.{place.column} of row {place.row} cannot be decrypted."
            ) from None


def _bound_to(place: Place, key_id: str) -> bytes:
    org_id, *rest = astuple(place)
    return json.dumps([_FORMAT, key_id, str(org_id or "platform"), *map(str, rest)]).encode()


def _parts(stored: bytes) -> tuple[str, bytes, bytes]:
    if stored[0] != _FORMAT:
        raise ValueError
    nonce_at = 2 + stored[1]
    sealed_at = nonce_at + _NONCE_BYTES
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
        if len(key) != _KEY_BYTES or not 0 < len(key_id.encode()) < 256 or key_id in keys:
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
