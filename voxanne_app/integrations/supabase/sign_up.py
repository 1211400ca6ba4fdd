"""Supabase Auth plays identity's `SignUpProvider`: what a mail or another company's sign-in is part of."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from voxanne_app.foundation.http_client import http_client
from voxanne_app.identity.ports import (
    IssuedTokens,
    LinkExpired,
    NoOrganization,
    SessionRevoked,
    SignInUnavailable,
    WrongCredentials,
)
from voxanne_app.integrations.supabase import answers
from voxanne_app.integrations.supabase.client import TIMEOUT_SECONDS, auth_client
from voxanne_app.integrations.supabase.errors import our_error, our_errors

# The `type` of a link in a mail, as the mail templates name it.
LINKS = frozenset({"signup", "invite", "recovery", "email_change", "magiclink", "email"})

# What browsers still take; a signed SAML request has two thousand characters or so.
_LONGEST_ADDRESS = 8_000


class SupabaseSignUp:
    def __init__(self, *, url: str, publishable_key: str) -> None:
        """`url` is the project's, without `/auth/v1`."""
        self._url = f"{url.rstrip('/')}/auth/v1"
        self._key = publishable_key

    def sign_up(self, *, email: str, password: str, full_name: str) -> None:
        options = {"data": {"full_name": full_name}}
        with auth_client(self._url, self._key) as client, our_errors():
            client.sign_up({"email": email, "password": password, "options": options})  # type: ignore[typeddict-item]

    def confirm_again(self, *, email: str) -> None:
        with auth_client(self._url, self._key) as client, our_errors():
            client.resend({"type": "signup", "email": email})

    def recover(self, *, email: str) -> None:
        with auth_client(self._url, self._key) as client, our_errors():
            client.reset_password_for_email(email)

    def redeem(self, *, kind: str, token_hash: str) -> IssuedTokens | None:
        if kind not in LINKS:
            raise LinkExpired
        try:
            with auth_client(self._url, self._key) as client, our_errors():
                # An answer without a session and without a user is the first half of a change of address.
                answer = client.verify_otp({"type": kind, "token_hash": token_hash})  # type: ignore[typeddict-item]
                return answers.tokens(answer) if answer.session or answer.user else None
        except (WrongCredentials, SessionRevoked):
            raise LinkExpired from None

    def outside_address(self, *, provider: str, verifier: str, back_to: str) -> str:
        query = {"provider": provider, "redirect_to": back_to, **_challenge(verifier)}
        return f"{self._url}/authorize?{urlencode(query)}"

    def sso_address(self, *, domain: str, verifier: str, back_to: str) -> str:
        wanted = {"domain": domain, "redirect_to": back_to, "skip_http_redirect": True}
        answer = self._ask("/sso", wanted | _challenge(verifier))
        if answer.is_error:
            error = our_error(answer.headers.get("x-sb-error-code"))
            # WrongCredentials: its word for a domain that it cannot even read.
            raise NoOrganization if isinstance(error, WrongCredentials) else error
        try:
            address = str(answer.json()["url"])
        except (ValueError, LookupError, TypeError):
            raise SignInUnavailable from None
        if not self._may_lead_to(address):
            raise SignInUnavailable
        return address

    def exchange(self, *, code: str, verifier: str) -> IssuedTokens:
        try:
            with auth_client(self._url, self._key) as client, our_errors():
                given = {"auth_code": code, "code_verifier": verifier, "redirect_to": ""}
                return answers.tokens(client.exchange_code_for_session(given))  # type: ignore[arg-type]
        except (WrongCredentials, SessionRevoked):
            raise LinkExpired from None

    def _ask(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Not by the SDK: that makes a verifier of its own, and forgets it with the client."""
        try:
            with http_client(timeout_seconds=TIMEOUT_SECONDS, headers={"apikey": self._key}) as client:
                return client.post(f"{self._url}{path}", json=body)
        except httpx.HTTPError:
            raise SignInUnavailable from None

    def _may_lead_to(self, address: str) -> bool:
        """A page of an organization's own, whichever that is; in clear only where all of it is in clear."""
        if len(address) > _LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
            return False
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return False
        if parts.scheme == "http":
            ours = urlsplit(self._url)
            return ours.scheme == "http" and (parts.hostname, port) == (ours.hostname, ours.port)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def _challenge(verifier: str) -> dict[str, str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    value = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"code_challenge": value, "code_challenge_method": "s256"}
