"""Supabase Auth plays identity's `SignInProvider`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from voxanne_app.foundation.http_client import http_client
from voxanne_app.identity.ports import (
    Account,
    EmailNotConfirmed,
    Factor,
    IssuedTokens,
    SessionRevoked,
    SignInError,
    SignInUnavailable,
    TooManyAttempts,
    WrongCredentials,
)

if TYPE_CHECKING:
    from supabase_auth import SyncGoTrueClient
    from supabase_auth.errors import AuthError
    from supabase_auth.types import AuthResponse

TIMEOUT_SECONDS = 5.0
# What its error codes mean to us; any other one means that the vendor, or our set-up of it, is not in order.
_MEANINGS: dict[str | None, type[SignInError]] = {
    "invalid_credentials": WrongCredentials,
    "validation_failed": WrongCredentials,
    "user_banned": WrongCredentials,
    "email_not_confirmed": EmailNotConfirmed,
    "over_request_rate_limit": TooManyAttempts,
    "refresh_token_not_found": SessionRevoked,
    "refresh_token_already_used": SessionRevoked,
    "session_not_found": SessionRevoked,
    "session_expired": SessionRevoked,
    "user_not_found": SessionRevoked,
}


class SupabaseSignIn:
    def __init__(self, *, url: str, publishable_key: str) -> None:
        """`url` is the project's, without `/auth/v1`."""
        self.issuer = f"{url.rstrip('/')}/auth/v1"
        self._headers = {"apikey": publishable_key}

    def sign_in(self, *, email: str, password: str) -> IssuedTokens:
        with self._client() as client, _our_errors():
            return _tokens(client.sign_in_with_password({"email": email, "password": password}))

    def refresh(self, refresh_token: str) -> IssuedTokens:
        try:
            with self._client() as client, _our_errors():
                return _tokens(client.refresh_session(refresh_token))
        except WrongCredentials:
            raise SessionRevoked from None

    def sign_out(self, access_token: str) -> None:
        with self._client() as client, _our_errors():
            client.admin.sign_out(access_token, "local")

    def signing_keys(self) -> list[dict[str, Any]]:
        try:
            with http_client(timeout_seconds=TIMEOUT_SECONDS, headers=self._headers) as client:
                answer = client.get(f"{self.issuer}/.well-known/jwks.json").raise_for_status()
                return [key for key in answer.json()["keys"] if isinstance(key, dict)]
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            raise SignInUnavailable from None

    @contextmanager
    def _client(self) -> "Iterator[SyncGoTrueClient]":
        """One per request: the client remembers whoever signed in with it last."""
        from supabase_auth import SyncGoTrueClient

        client = SyncGoTrueClient(
            url=self.issuer,
            headers=self._headers,
            auto_refresh_token=False,
            persist_session=False,
            http_client=http_client(timeout_seconds=TIMEOUT_SECONDS),
        )
        with client:
            yield client


def _tokens(answer: "AuthResponse") -> IssuedTokens:
    if answer.session is None:
        raise SignInUnavailable
    account = account_of(answer.session.user.model_dump())
    return IssuedTokens(answer.session.access_token, answer.session.refresh_token, account)


def account_of(user: dict[str, Any]) -> Account:
    """From a user as `/user` and every session show it. Raises ValueError, LookupError, TypeError."""
    named = (user.get("user_metadata") or {}).get("full_name")
    return Account(
        person_id=UUID(user["id"]),
        email=str(user["email"]).lower(),
        email_is_confirmed=bool(user.get("email_confirmed_at")),
        full_name=named.strip()[:200] if isinstance(named, str) else "",
        factors=tuple(
            Factor(factor["id"], factor.get("friendly_name") or "")
            for factor in user.get("factors") or ()
            if factor["status"] == "verified" and factor["factor_type"] == "totp"
        ),
    )


def error_code(error: "AuthError") -> str | None:
    """The error code, which the client reads only if the answer names an API version; many do not."""
    cause = error.__cause__
    header = (
        cause.response.headers.get("x-sb-error-code") if isinstance(cause, httpx.HTTPStatusError) else None
    )
    return header or error.code


@contextmanager
def _our_errors() -> Iterator[None]:
    from supabase_auth.errors import AuthError

    try:
        yield
    except AuthError as error:
        raise _MEANINGS.get(error_code(error), SignInUnavailable) from None
    except (httpx.HTTPError, ValueError):
        # An answer that is no JSON, or not the JSON that was agreed.
        raise SignInUnavailable from None
