import base64
import os
from uuid import uuid4

import pytest

from voxanne_app.foundation.encryption import CannotDecrypt, Keyring, parse_keys
from voxanne_app.foundation.settings import SettingMissing

KEY_ID, ORG_ID = uuid4(), uuid4()
DATA_KEY = os.urandom(32)


def keyring(*key_ids: str) -> Keyring:
    return Keyring({key_id: key_id.encode().ljust(32, b"-") for key_id in key_ids})


def test_a_wrapped_key_comes_back_as_it_was() -> None:
    keys = keyring("2026")
    wrapped = keys.wrap(DATA_KEY, key_id=KEY_ID, org_id=ORG_ID)
    assert keys.unwrap(wrapped, key_id=KEY_ID, org_id=ORG_ID, wrapped_by="2026") == DATA_KEY
    assert DATA_KEY not in wrapped


def test_a_wrapped_key_serves_its_own_organization_only() -> None:
    keys = keyring("2026", "2025")
    wrapped = keys.wrap(DATA_KEY, key_id=KEY_ID, org_id=ORG_ID)
    for elsewhere in (
        {"org_id": uuid4()},
        {"org_id": None},
        {"key_id": uuid4()},
        {"wrapped_by": "2025"},
        {"wrapped_by": "2024"},
    ):
        with pytest.raises(CannotDecrypt):
            keys.unwrap(wrapped, **{"key_id": KEY_ID, "org_id": ORG_ID, "wrapped_by": "2026"} | elsewhere)


def test_any_flipped_bit_of_a_wrapped_key_is_refused() -> None:
    keys = keyring("2026")
    wrapped = keys.wrap(DATA_KEY, key_id=KEY_ID, org_id=None)
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotDecrypt):
            keys.unwrap(bytes(changed), key_id=KEY_ID, org_id=None, wrapped_by="2026")


def test_the_newest_key_wraps_and_the_old_one_still_unwraps() -> None:
    old = keyring("2025").wrap(DATA_KEY, key_id=KEY_ID, org_id=None)
    both = keyring("2026", "2025")
    assert both.unwrap(old, key_id=KEY_ID, org_id=None, wrapped_by="2025") == DATA_KEY
    new = both.wrap(DATA_KEY, key_id=KEY_ID, org_id=None)
    with pytest.raises(CannotDecrypt):
        keyring("2025").unwrap(new, key_id=KEY_ID, org_id=None, wrapped_by="2026")


def test_keys_are_read_in_their_order() -> None:
    first, second = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    assert list(parse_keys([f"2026:{first}", f"2025:{second}"])) == ["2026", "2025"]


@pytest.mark.parametrize(
    "entries",
    [["no-colon"], ["id:c2hvcnQ="], [f":{'A' * 43}="], ["id:not base64!"], [f"id:{'A' * 43}="] * 2],
    ids=["no id", "a short key", "an empty id", "no base64", "an id twice"],
)
def test_an_unusable_key_is_refused_without_being_shown(entries: list[str]) -> None:
    with pytest.raises(SettingMissing) as refusal:
        parse_keys(entries)
    assert "ENCRYPTION_KEYS needs entries like" in str(refusal.value)
    assert entries[0] not in str(refusal.value)
