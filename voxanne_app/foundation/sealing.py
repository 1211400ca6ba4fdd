"""Secrets at rest: AES-256-GCM under the data key of their organization, bound to the place they lie in.

The place (organization, table, column, row, version) is authenticated with the secret: a ciphertext moved
elsewhere, or an earlier one put back, is refused.

Stored as: format 2 (1 byte), id of the data key (16), nonce (12), ciphertext with its tag. What was stored
before there were data keys is read too (foundation/encryption.py), until `voxanne keys rotate` replaces it.
"""

import json
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voxanne_app.foundation.data_keys import keys_of
from voxanne_app.foundation.encryption import NONCE_BYTES, OLD_FORMAT, Place, keyring

FORMAT = 2
_NONCE_AT = 17
_SEALED_AT = _NONCE_AT + NONCE_BYTES


@dataclass(frozen=True)
class SealedTable:
    """A table with secrets in `columns`; `version` is the column that counts their replacements.

    What is sealed anywhere is listed in voxanne_app/keys.py, which re-encrypts it when keys are rotated.
    """

    name: str
    columns: tuple[str, ...]
    version: str

    def place(self, column: str, *, org_id: UUID | None, row: UUID, version: int) -> Place:
        assert column in self.columns
        return Place(org_id, self.name, column, row, version)


def seal(secret: str, place: Place) -> bytes:
    """`secret` as it may be stored in `place`, and nowhere else."""
    keys = keys_of(place.org_id)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(keys.by_id[keys.current]).encrypt(nonce, secret.encode(), _bound_to(place, keys.current))
    return bytes([FORMAT]) + keys.current.bytes + nonce + sealed


def unseal(stored: bytes, place: Place) -> str:
    """The secret in `place`. Raises CannotDecrypt."""
    if stored[:1] == bytes([OLD_FORMAT]):
        return keyring().decrypt_old(stored, place)
    try:
        if stored[0] != FORMAT:
            raise ValueError
        key_id = UUID(bytes=stored[1:_NONCE_AT])
        cipher = AESGCM(keys_of(place.org_id, holding=key_id).by_id[key_id])
        nonce, sealed = stored[_NONCE_AT:_SEALED_AT], stored[_SEALED_AT:]
        return cipher.decrypt(nonce, sealed, _bound_to(place, key_id)).decode()
    except (InvalidTag, LookupError, ValueError):
        raise place.refused() from None


def _bound_to(place: Place, key_id: UUID) -> bytes:
    where = (place.org_id or "platform", place.table, place.column, place.row, place.version)
    return json.dumps([FORMAT, str(key_id), *map(str, where)]).encode()
