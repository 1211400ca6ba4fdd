"""Supabase Auth plays identity's `OwnAccountProvider`.

Over plain HTTP: the SDK takes a person's token only with its refresh token, and spends that one by itself
when it thinks it is time, behind the back of identity/refreshing.py.
"""

import base64
from typing import Any
from uuid import UUID

import httpx

from voxanne_app.foundation.http_client import http_client
from voxanne_app.identity.ports import (
    Account,
    FactorOffer,
    IssuedTokens,
    PasswordRefused,
    SignInUnavailable,
    WrongCredentials,
)
from voxanne_app.integrations.supabase.answers import account_of
from voxanne_app.integrations.supabase.client import TIMEOUT_SECONDS
from voxanne_app.integrations.supabase.errors import our_error

_ISSUER = "Voxanne"
_TAKEN = ("email_exists", "user_already_exists")


class SupabaseOwnAccount:
    def __init__(self, *, url: str, publishable_key: str, secret_key: str | None) -> None:
        """`url` is the project's, without `/auth/v1`."""
        self._url = f"{url.rstrip('/')}/auth/v1"
        self._publishable_key, self._secret_key = publishable_key, secret_key

    def account(self, access_token: str) -> Account:
        return self._account(self._ask("GET", "/user", access_token))

    def change_password(self, access_token: str, *, password: str) -> None:
        try:
            self._ask("PUT", "/user", access_token, {"password": password})
        except WrongCredentials:  # its word for a body it cannot use: too long for its hash
            raise PasswordRefused("That password is too long. Choose a shorter one.") from None

    def set_password(self, person_id: UUID, *, password: str) -> None:
        self._ask("PUT", f"/admin/users/{person_id}", self._own_right(), {"password": password})

    def ask_for_address(self, access_token: str, *, email: str) -> None:
        self._ask("PUT", "/user", access_token, {"email": email}, silent_about=_TAKEN)

    def begin_factor(self, access_token: str) -> FactorOffer:
        self._forget_unfinished(access_token)
        wanted = {"factor_type": "totp", "friendly_name": _ISSUER, "issuer": _ISSUER}
        made = self._ask("POST", "/factors", access_token, wanted)
        try:
            totp = made["totp"]
            return FactorOffer(str(made["id"]), _picture(str(totp["qr_code"])), str(totp["secret"]))
        except (LookupError, TypeError):
            raise SignInUnavailable from None

    def show_code(self, access_token: str, *, factor_id: str, code: str) -> IssuedTokens:
        place = f"/factors/{UUID(factor_id)}"
        challenge = self._ask("POST", f"{place}/challenge", access_token)
        shown = {"challenge_id": challenge.get("id"), "code": code}
        answer = self._ask("POST", f"{place}/verify", access_token, shown)
        try:
            user = self._account(answer["user"])
            return IssuedTokens(str(answer["access_token"]), str(answer["refresh_token"]), user)
        except (LookupError, TypeError):
            raise SignInUnavailable from None

    def remove_factor(self, access_token: str, *, factor_id: str) -> None:
        self._ask("DELETE", f"/factors/{UUID(factor_id)}", access_token)

    def remove_lost_factor(self, person_id: UUID, *, factor_id: str) -> None:
        self._ask("DELETE", f"/admin/users/{person_id}/factors/{UUID(factor_id)}", self._own_right())

    def _own_right(self) -> str:
        if self._secret_key is None:
            raise SignInUnavailable
        return self._secret_key

    def _forget_unfinished(self, access_token: str) -> None:
        """Factors that were begun and never shown a code are in the way of another of the same name."""
        for factor in self._ask("GET", "/user", access_token).get("factors") or ():
            if factor.get("status") == "unverified":
                self.remove_factor(access_token, factor_id=str(factor["id"]))

    def _account(self, user: dict[str, Any]) -> Account:
        try:
            return account_of(user)
        except (LookupError, TypeError, ValueError):
            raise SignInUnavailable from None

    def _ask(
        self,
        method: str,
        path: str,
        bearer: str,
        body: dict[str, Any] | None = None,
        *,
        silent_about: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """The answer. The gateway wants a secret key in both headers."""
        apikey = bearer if bearer == self._secret_key else self._publishable_key
        headers = {"apikey": apikey, "authorization": f"Bearer {bearer}"}
        try:
            with http_client(timeout_seconds=TIMEOUT_SECONDS, headers=headers) as client:
                answer = client.request(method, f"{self._url}{path}", json=body)
                told = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError):
            raise SignInUnavailable from None
        if not isinstance(told, dict):
            raise SignInUnavailable
        code = answer.headers.get("x-sb-error-code")
        if answer.is_error and code not in silent_about:
            raise our_error(code, (told.get("weak_password") or {}).get("reasons"))
        return told


def _picture(svg: str) -> str:
    """An image that a page may show under our policy, which allows no foreign one."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
