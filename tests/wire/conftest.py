"""Tests in this folder meet vendors over HTTP, as the sandbox plays them."""

from collections.abc import Iterator

import pytest

from tests import audited
from tests.clinic_sign_in import AuthSandbox, auth_sandbox
from tests.shared_postgres import Database


@pytest.fixture(scope="module")
def _auth_sandbox() -> Iterator[AuthSandbox]:
    with auth_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def supabase(_auth_sandbox: AuthSandbox, database: Database) -> Iterator[AuthSandbox]:
    """Supabase Auth in order, beside a database: what identity stands on."""
    yield _auth_sandbox
    _auth_sandbox.mend()
    _auth_sandbox.set(access_token_seconds=3600)


@pytest.fixture(autouse=True)
def _whoever_acts_leaves_a_row() -> Iterator[None]:
    with audited.watched():
        yield
