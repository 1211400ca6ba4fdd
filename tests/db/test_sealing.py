"""Secrets at rest: each under its organization's data key, each good in its own place only."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text

from tests.architecture.source import called, product
from tests.encryption_keys import sealed_in_the_old_format, use_keys
from tests.factories import make_organization
from voxanne_app.foundation import data_keys
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.encryption import CannotDecrypt, Place
from voxanne_app.foundation.sealing import seal, unseal
from voxanne_app.keys import SEALED


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The platform's data key is shared with other tests of this process, and so is what it lies under."""
    use_keys(monkeypatch, "test-1")
    yield
    data_keys.forget()


@pytest.fixture
def place(organization: Row[Any]) -> Place:
    return Place(organization.id, "sessions", "access_token", uuid4(), version=3)


def keys_in_the_database(org_id: UUID) -> list[Any]:
    statement = text("select * from data_keys where org_id = :org_id")
    with transaction(Claims.system()) as session:
        return list(session.connection().execute(statement, {"org_id": org_id}).all())


def test_a_secret_comes_back_as_it_was(place: Place) -> None:
    for secret in ("", "a token", "naïve ✓ 🦷", "x" * 100_000):
        assert unseal(seal(secret, place), place) == secret


def test_the_same_secret_never_looks_the_same(place: Place) -> None:
    assert len({seal("a token", place) for _ in range(1000)}) == 1000


def test_a_secret_moved_elsewhere_is_refused(place: Place, other_organization: Row[Any]) -> None:
    stored = seal("a token", place)
    seal("hers", replace(place, org_id=other_organization.id))
    for elsewhere in (
        replace(place, org_id=other_organization.id),
        replace(place, org_id=None),
        replace(place, table="connections"),
        replace(place, column="refresh_token"),
        replace(place, row=uuid4()),
        replace(place, version=4),
        replace(place, version=2),
    ):
        with pytest.raises(CannotDecrypt):
            unseal(stored, elsewhere)


def test_any_flipped_bit_and_any_cut_is_refused(place: Place) -> None:
    stored = seal("a token", place)
    for bit in range(len(stored) * 8):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotDecrypt):
            unseal(bytes(changed), place)
    for length in range(len(stored)):
        with pytest.raises(CannotDecrypt):
            unseal(stored[:length], place)


def test_a_refusal_shows_nothing_of_the_secret(place: Place) -> None:
    with pytest.raises(CannotDecrypt) as refusal:
        unseal(seal("a token", place), replace(place, version=9))
    assert str(refusal.value) == f"sessions.access_token of row {place.row} cannot be decrypted."
    assert refusal.value.__suppress_context__


def test_what_was_stored_before_there_were_data_keys_is_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = sealed_in_the_old_format("a token", place, "2025")
    use_keys(monkeypatch, "test-1", "2025")
    assert unseal(stored, place) == "a token"
    with pytest.raises(CannotDecrypt):
        unseal(stored, replace(place, row=uuid4()))
    use_keys(monkeypatch, "test-1")
    with pytest.raises(CannotDecrypt):
        unseal(stored, place)


def test_each_organization_has_one_data_key_however_many_ask_at_once(place: Place) -> None:
    assert place.org_id
    with ThreadPoolExecutor(8) as threads:
        for _ in range(3):
            data_keys.forget()
            assert len(set(threads.map(lambda _: data_keys.keys_of(place.org_id).current, range(40)))) == 1
    assert len(keys_in_the_database(place.org_id)) == 1


def test_twenty_transactions_that_seal_at_once_do_not_wait_for_each_other(organization: Row[Any]) -> None:
    """As many as there are connections: reading the key takes none of theirs."""

    def sign_in(_: int) -> bytes:
        with transaction(Claims.system()) as session:
            session.connection().execute(text("select pg_sleep(0.2)"))
            return seal("a token", Place(organization.id, "sessions", "access_token", uuid4()))

    with ThreadPoolExecutor(20) as threads:
        assert len(list(threads.map(sign_in, range(20)))) == 20


def test_a_data_key_stays_when_the_transaction_that_needed_it_is_undone() -> None:
    organization = make_organization()
    place = Place(organization.id, "sessions", "access_token", uuid4())
    with pytest.raises(ZeroDivisionError), transaction(Claims.organization(organization.id)):
        stored = seal("a token", place)
        raise ZeroDivisionError
    data_keys.forget()
    assert unseal(stored, place) == "a token"


def test_no_organization_can_read_even_its_own_data_key(place: Place) -> None:
    seal("a token", place)
    assert place.org_id
    with transaction(Claims.organization(place.org_id)) as session:
        assert session.connection().execute(text("select count(*) from data_keys")).scalar_one() == 0


def test_without_its_wrapping_key_nothing_is_read_and_nothing_new_is_made(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = seal("a token", place)
    use_keys(monkeypatch, "another")
    for attempt in (lambda: unseal(stored, place), lambda: seal("new", place)):
        with pytest.raises(CannotDecrypt):
            attempt()
    assert place.org_id
    assert len(keys_in_the_database(place.org_id)) == 1


def test_every_table_with_sealed_columns_is_rotated() -> None:
    made = [m.place for m in product() for call in m.calls() if called(call) == "SealedTable"]
    assert len(made) == len(SEALED), f"List each SealedTable in voxanne_app/keys.py: {made}"
