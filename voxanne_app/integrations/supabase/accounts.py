"""Supabase Auth plays identity's `Accounts`, by the project's secret key, which is used nowhere else."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

import httpx

from voxanne_app.identity.ports import SignInUnavailable, TooManyAttempts, WeakPassword
from voxanne_app.integrations.supabase.client import auth_client
from voxanne_app.integrations.supabase.errors import error_code

if TYPE_CHECKING:
    from supabase_auth import SyncGoTrueClient

_MEANINGS: dict[str | None, type[Exception]] = {
    "weak_password": WeakPassword,
    "over_email_send_rate_limit": TooManyAttempts,
    "over_request_rate_limit": TooManyAttempts,
}


class _AddressTaken(Exception):
    """Somebody has a confirmed account with this address."""


class _NoAccount(SignInUnavailable):
    """There is none, or none any more: an administrator of the project may have deleted it."""


class SupabaseAccounts:
    def __init__(self, *, url: str, secret_key: str) -> None:
        """`url` is the project's, without `/auth/v1`."""
        self._url = f"{url.rstrip('/')}/auth/v1"
        self._secret_key = secret_key

    def invite(self, *, email: str, link: str) -> UUID | None:
        with self._client() as client:
            try:
                with _our_errors():
                    answer = client.admin.invite_user_by_email(email, {"redirect_to": link})
                    return UUID(answer.user.id)
            except _AddressTaken:
                # It invites nobody twice, so to those it knows goes a mail that signs in.
                with _our_errors():
                    options = {"email_redirect_to": link, "should_create_user": False}
                    client.sign_in_with_otp({"email": email, "options": options})  # type: ignore[typeddict-item]
                return None

    def set_first_password(self, person_id: UUID, *, password: str, full_name: str) -> None:
        with self._client() as client, _our_errors():
            client.admin.update_user_by_id(
                str(person_id),
                {"password": password, "email_confirm": True, "user_metadata": {"full_name": full_name}},
            )

    def name_clinic(self, person_id: UUID, org_id: UUID | None) -> None:
        with self._client() as client, suppress(_NoAccount), _our_errors():
            named = str(org_id) if org_id else None
            client.admin.update_user_by_id(str(person_id), {"app_metadata": {"org_id": named}})

    def _client(self) -> "AbstractContextManager[SyncGoTrueClient]":
        return auth_client(self._url, self._secret_key, bearer=self._secret_key)


@contextmanager
def _our_errors() -> Iterator[None]:
    from supabase_auth.errors import AuthError

    try:
        yield
    except AuthError as error:
        code = error_code(error)
        if code == "email_exists":
            raise _AddressTaken from None
        if code == "user_not_found":
            raise _NoAccount from None
        raise _MEANINGS.get(code, SignInUnavailable) from None
    except (httpx.HTTPError, ValueError):
        raise SignInUnavailable from None
