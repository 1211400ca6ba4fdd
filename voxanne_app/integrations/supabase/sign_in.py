"""Supabase Auth plays identity's `SignInProvider`."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import httpx

from voxanne_app.foundation.http_client import http_client
from voxanne_app.identity.ports import IssuedTokens, SessionRevoked, SignInUnavailable, WrongCredentials
from voxanne_app.integrations.supabase import answers
from voxanne_app.integrations.supabase.client import TIMEOUT_SECONDS, auth_client
from voxanne_app.integrations.supabase.errors import our_errors

if TYPE_CHECKING:
    from supabase_auth import SyncGoTrueClient


class SupabaseSignIn:
    def __init__(self, *, url: str, publishable_key: str) -> None:
        """`url` is the project's, without `/auth/v1`."""
        self.issuer = f"{url.rstrip('/')}/auth/v1"
        self._headers = {"apikey": publishable_key}

    def sign_in(self, *, email: str, password: str) -> IssuedTokens:
        with self._client() as client, our_errors():
            return answers.tokens(client.sign_in_with_password({"email": email, "password": password}))

    def refresh(self, refresh_token: str) -> IssuedTokens:
        try:
            with self._client() as client, our_errors():
                return answers.tokens(client.refresh_session(refresh_token))
        except WrongCredentials:
            raise SessionRevoked from None

    def sign_out(self, access_token: str) -> None:
        with self._client() as client, our_errors():
            client.admin.sign_out(access_token, "local")

    def signing_keys(self) -> list[dict[str, Any]]:
        try:
            with http_client(timeout_seconds=TIMEOUT_SECONDS, headers=self._headers) as client:
                answer = client.get(f"{self.issuer}/.well-known/jwks.json").raise_for_status()
                return [key for key in answer.json()["keys"] if isinstance(key, dict)]
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            raise SignInUnavailable from None

    def _client(self) -> "AbstractContextManager[SyncGoTrueClient]":
        return auth_client(self.issuer, self._headers["apikey"])
