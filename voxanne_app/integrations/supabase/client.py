"""The SDK's client, made for one request and thrown away: it remembers whoever signed in with it last."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from voxanne_app.foundation.http_client import http_client

if TYPE_CHECKING:
    from supabase_auth import SyncGoTrueClient

TIMEOUT_SECONDS = 5.0


@contextmanager
def auth_client(url: str, key: str, *, bearer: str | None = None) -> "Iterator[SyncGoTrueClient]":
    """`url` ends with `/auth/v1`; a secret key goes into both headers."""
    from supabase_auth import SyncGoTrueClient

    client = SyncGoTrueClient(
        url=url,
        headers={"apikey": key} | ({"Authorization": f"Bearer {bearer}"} if bearer else {}),
        auto_refresh_token=False,
        persist_session=False,
        http_client=http_client(timeout_seconds=TIMEOUT_SECONDS),
    )
    with client:
        yield client
