import base64
import os
from dataclasses import replace
from uuid import uuid4

import pytest

from voxanne_app.foundation.encryption import CannotDecrypt, Keyring, Place, parse_keys
from voxanne_app.foundation.settings import SettingMissing

PLACE = Place(org_id=uuid4(), table="sessions", column="access_token", row=uuid4())


def keyring(*key_ids: str) -> Keyring:
    return Keyring({key_id: key_id.encode().ljust(32, b"-") for key_id in key_ids})


def test_a_secret_comes_back_as_it_was() -> None:
    keys = keyring("2026")
    for secret in ("", "a token", "naïve ✓ 🦷", "x" * 100_000):
        assert keys.decrypt(keys.encrypt(secret, PLACE), PLACE) == secret


def test_the_same_secret_never_looks_the_same() -> None:
    keys = keyring("2026")
    assert len({keys.encrypt("a token", PLACE) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, org_id=uuid4()),
        replace(PLACE, org_id=None),
        replace(PLACE, table="connections"),
        replace(PLACE, column="refresh_token"),
        replace(PLACE, row=uuid4()),
    ],
    ids=["another organization", "the platform", "another table", "another column", "another row"],
)
def test_a_ciphertext_moved_elsewhere_is_refused(elsewhere: Place) -> None:
    stored = keyring("2026").encrypt("a token", PLACE)
    with pytest.raises(CannotDecrypt):
        keyring("2026").decrypt(stored, elsewhere)


def test_any_flipped_bit_is_refused() -> None:
    keys = keyring("2026", "2025")
    stored = keys.encrypt("a token", PLACE)
    for bit in range(len(stored) * 8):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotDecrypt):
            keys.decrypt(bytes(changed), PLACE)


def test_any_shortened_ciphertext_is_refused() -> None:
    stored = keyring("2026").encrypt("a token", PLACE)
    for length in range(len(stored)):
        with pytest.raises(CannotDecrypt):
            keyring("2026").decrypt(stored[:length], PLACE)


def test_a_new_key_encrypts_and_the_old_one_still_decrypts() -> None:
    old = keyring("2025").encrypt("a token", PLACE)
    both = keyring("2026", "2025")
    assert both.decrypt(old, PLACE) == "a token"
    with pytest.raises(CannotDecrypt):
        keyring("2025").decrypt(both.encrypt("a token", PLACE), PLACE)


def test_what_cannot_be_decrypted_shows_nothing_of_itself() -> None:
    stored = keyring("2026").encrypt("a token", PLACE)
    with pytest.raises(CannotDecrypt) as refusal:
        keyring("2025").decrypt(stored, PLACE)
    assert str(refusal.value) == f"sessions.access_token of row {PLACE.row} cannot be decrypted."
    assert refusal.value.__suppress_context__


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
