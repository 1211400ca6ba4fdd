"""Rules need no database: whatever ran before in this process, there is none here."""

from collections.abc import Iterator

import pytest

from voxanne_app.foundation.settings import get_settings


@pytest.fixture(autouse=True)
def _without_a_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
