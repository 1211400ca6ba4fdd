"""Keys for tests, and secrets as they lay before there were data keys."""

import base64
import hashlib
import json
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voxanne_app.foundation import data_keys
from voxanne_app.foundation.encryption import Place
from voxanne_app.foundation.settings import get_settings


def key(key_id: str) -> bytes:
    return hashlib.sha256(key_id.encode()).digest()


def as_setting(*key_ids: str) -> str:
    """ENCRYPTION_KEYS with these ids, the newest first."""
    return ",".join(f"{key_id}:{base64.b64encode(key(key_id)).decode()}" for key_id in key_ids)


def use_keys(set_: pytest.MonkeyPatch, *key_ids: str) -> None:
    """Let this process have these keys, as after a restart."""
    set_.setenv("ENCRYPTION_KEYS", as_setting(*key_ids))
    get_settings.cache_clear()
    data_keys.forget()


def sealed_in_the_old_format(secret: str, place: Place, key_id: str) -> bytes:
    where = (place.org_id or "platform", place.table, place.column, place.row)
    bound = json.dumps([1, key_id, *map(str, where)]).encode()
    nonce = os.urandom(12)
    beginning = bytes([1, len(key_id)]) + key_id.encode()
    return beginning + nonce + AESGCM(key(key_id)).encrypt(nonce, secret.encode(), bound)
