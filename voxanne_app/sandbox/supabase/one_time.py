"""Codes and links that are sent by mail and work once, for an hour."""

import hashlib
import secrets
from urllib.parse import urlencode
from uuid import uuid4

from starlette.requests import Request

from voxanne_app.sandbox.clock import iso_microseconds
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.pkce import Challenge
from voxanne_app.sandbox.supabase.project import Project, issuer
from voxanne_app.sandbox.supabase.redirects import allowed_redirect

EXPIRES_SECONDS = 3600
SECONDS_BETWEEN_MAILS = 60
PKCE_PREFIX = "pkce_"
# What a person was sent it for, by the `type` that they come back with.
PURPOSES: dict[str, tuple[str, ...]] = {
    "signup": ("confirmation",),
    "invite": ("confirmation",),
    "magiclink": ("recovery",),
    "recovery": ("recovery",),
    "email": ("confirmation", "recovery"),
    "email_change": ("email_change_new", "email_change_current"),
}
SUBJECTS = {
    "signup": "Confirm your signup",
    "invite": "You have been invited",
    "magiclink": "Your sign-in link",
    "recovery": "Reset your password",
    "email_change": "Confirm the change of your e-mail address",
    "reauthentication": "Confirm that it is you",
}
SENT_AT = {
    "confirmation": "confirmation_sent_at",
    "recovery": "recovery_sent_at",
    "email_change_new": "email_change_sent_at",
    "email_change_current": "email_change_sent_at",
    "reauthentication": "reauthentication_sent_at",
}


class OneTimeTokens:
    """Kept in `user["one_time"][purpose]` as `{hash, issued_at, flow_id}`; the code is only in the mail."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def send(
        self,
        request: Request,
        user: JsonObject,
        kind: str,
        purpose: str,
        *,
        to: str | None = None,
        challenge: Challenge | None = None,
    ) -> None:
        """Mail a code and a link; the user is stored with it."""
        self._require_patience(user, purpose)
        code, token, link = self.issue(request, user, kind, purpose, to=to, challenge=challenge)
        address = to or user["email"]
        self._project.outbox.send(address, kind, SUBJECTS[kind], link=link, code=code, token_hash=token)

    def issue(
        self,
        request: Request,
        user: JsonObject,
        kind: str,
        purpose: str,
        *,
        to: str | None = None,
        challenge: Challenge | None = None,
    ) -> tuple[str, str, str]:
        """A new code, its hash and the link; what was sent before for the same purpose no longer works."""
        code = f"{secrets.randbelow(1_000_000):06}"
        token = (PKCE_PREFIX if challenge else "") + code_hash(to or user["email"], code)
        now = self._project.world.clock.now()
        flow_id = challenge.start(self._project, user["id"], kind) if challenge else None
        user.setdefault("one_time", {})[purpose] = {"hash": token, "issued_at": now, "flow_id": flow_id}
        user[SENT_AT[purpose]] = iso_microseconds(now)
        self._project.users.put(user)
        redirect_to = allowed_redirect(self._project, request.query_params.get("redirect_to"))
        query = urlencode({"token": token, "type": kind, "redirect_to": redirect_to})
        if template := self._project.settings.mail_links.get(kind):
            site = self._project.settings.site_url.rstrip("/")
            return code, token, template.format(site_url=site, token_hash=token, redirect_to=redirect_to)
        return code, token, f"{issuer(request)}/verify?{query}"

    def redeem(self, kind: str, token: str) -> tuple[JsonObject, str, str | None]:
        """The user, what it was for and its PKCE flow. It works once; AuthError when it does not."""
        if kind not in PURPOSES:
            raise validation_failed("Unsupported verification type")
        for user in self._project.users.all():
            for purpose in PURPOSES[kind]:
                kept = user.get("one_time", {}).get(purpose)
                if kept and secrets.compare_digest(kept["hash"], token):
                    del user["one_time"][purpose]
                    self._project.users.put(user)
                    if self._project.world.clock.now() - kept["issued_at"] > EXPIRES_SECONDS:
                        raise expired()
                    return user, purpose, kept["flow_id"]
        raise expired()

    def redeem_nonce(self, user: JsonObject, nonce: str) -> None:
        kept = user.get("one_time", {}).pop("reauthentication", None)
        if not kept or kept["hash"] != code_hash(user["email"], nonce):
            raise AuthError(422, "reauthentication_not_valid", "Nonce has expired or is invalid")

    def _require_patience(self, user: JsonObject, purpose: str) -> None:
        kept = user.get("one_time", {}).get(purpose)
        waited = self._project.world.clock.now() - kept["issued_at"] if kept else SECONDS_BETWEEN_MAILS
        if self._project.settings.rate_limits and waited < SECONDS_BETWEEN_MAILS:
            left = round(SECONDS_BETWEEN_MAILS - waited)
            message = f"For security purposes, you can only request this after {left} seconds."
            raise AuthError(429, "over_email_send_rate_limit", message)


def code_hash(email: str, code: str) -> str:
    return hashlib.sha224((email + code).encode()).hexdigest()


def expired() -> AuthError:
    return AuthError(403, "otp_expired", "Token has expired or is invalid")


def fake_user(email: str, now: str) -> JsonObject:
    """What a stranger sees who signs up with somebody else's address: nothing tells that it is taken."""
    return {
        "id": str(uuid4()), "aud": "authenticated", "role": "", "email": email, "phone": "",
        "confirmation_sent_at": now, "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {}, "identities": [], "created_at": now, "updated_at": now, "is_anonymous": False,
    }  # fmt: skip
