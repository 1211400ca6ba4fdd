"""Supabase Auth plays identity's `SignUpProvider`: what a mail or another company's sign-in is part of."""

import base64
import hashlib
from urllib.parse import urlencode

from voxanne_app.identity.ports import IssuedTokens, LinkExpired, SessionRevoked, WrongCredentials
from voxanne_app.integrations.supabase import answers
from voxanne_app.integrations.supabase.client import auth_client
from voxanne_app.integrations.supabase.errors import our_errors

# The `type` of a link in a mail, as the mail templates name it.
LINKS = frozenset({"signup", "invite", "recovery", "email_change", "magiclink", "email"})


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
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "provider": provider,
            "redirect_to": back_to,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "s256",
        }
        return f"{self._url}/authorize?{urlencode(query)}"

    def exchange(self, *, code: str, verifier: str) -> IssuedTokens:
        try:
            with auth_client(self._url, self._key) as client, our_errors():
                given = {"auth_code": code, "code_verifier": verifier, "redirect_to": ""}
                return answers.tokens(client.exchange_code_for_session(given))  # type: ignore[arg-type]
        except (WrongCredentials, SessionRevoked):
            raise LinkExpired from None
