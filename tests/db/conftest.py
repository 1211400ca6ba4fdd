"""Tests in this folder work on the real Postgres, as the app's own role."""

import pytest

from tests.shared_postgres import Database


@pytest.fixture(autouse=True)
def _on_the_database(database: Database) -> None:
    """Every test here has the database, asked for or not."""
