"""One Supabase project: its keys, people, sessions, mails and settings."""

from dataclasses import dataclass, field
from typing import Any

import jwt
from starlette.requests import Request

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase.errors import AuthError
from voxanne_app.sandbox.supabase.keys import Keys
from voxanne_app.sandbox.supabase.mails import Outbox
from voxanne_app.sandbox.supabase.rate_limits import RateLimits
from voxanne_app.sandbox.supabase.sessions import Sessions
from voxanne_app.sandbox.supabase.users import Users, is_banned, shown
from voxanne_app.sandbox.world import World

ACCESS_TOKEN_SECONDS = 3600
KEPT_SESSIONS = 5_000


@dataclass
class Settings:
    """What a project's owner sets in the dashboard."""

    site_url: str = "http://localhost:8000"
    autoconfirm: bool = False
    signup_disabled: bool = False
    password_needs_reauthentication: bool = False
    redirect_urls: tuple[str, ...] = ()
    # Type of mail to the link in it, as templates write it: `{site_url}`, `{token_hash}`, `{redirect_to}`.
    mail_links: dict[str, Any] = field(default_factory=dict)
    # Organizations with a sign-in of their own: `{"id": a UUID, "domains": [...]}`.
    sso: tuple[dict[str, Any], ...] = ()
    rate_limits: bool = False
    forwarded_for_enabled: bool = True
    access_token_seconds: int = ACCESS_TOKEN_SECONDS


@dataclass
class Project:
    world: World
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        store, clock = self.world.store, self.world.clock
        self.keys = Keys(store.shelf("supabase.keys"))
        self.users = Users(store.shelf("supabase.users"), clock)
        self.sessions = Sessions(store.shelf("supabase.sessions", keep=KEPT_SESSIONS), clock)
        self.flows = store.shelf("supabase.flows", keep=1_000)
        self.outbox = Outbox(clock)
        self.rate_limits = RateLimits(clock)

    def session_answer(self, request: Request, user: JsonObject, session: JsonObject) -> dict[str, Any]:
        """What every way of signing in answers."""
        issued_at = int(self.world.clock.now())
        lifetime = self.settings.access_token_seconds
        claims = {
            "iss": issuer(request),
            "sub": user["id"],
            "aud": "authenticated",
            "exp": issued_at + lifetime,
            "iat": issued_at,
            "email": user["email"],
            "phone": user["phone"],
            "app_metadata": user["app_metadata"],
            "user_metadata": user["user_metadata"],
            "role": "authenticated",
            "aal": session["aal"],
            "amr": session["amr"],
            "session_id": session["id"],
            "is_anonymous": False,
        }
        return {
            "access_token": self.keys.sign(claims),
            "token_type": "bearer",
            "expires_in": lifetime,
            "expires_at": issued_at + lifetime,
            "refresh_token": session["tokens"][-1]["token"],
            "user": shown(user),
        }

    def sign_in(self, request: Request, user: JsonObject, method: str) -> dict[str, Any]:
        """Start a session for somebody who has shown who they are."""
        if is_banned(user, self.users.now()):
            raise AuthError(400, "user_banned", "User is banned")
        user["last_sign_in_at"] = self.users.now()
        self.users.put(user)
        return self.session_answer(request, user, self.sessions.start(user["id"], method))

    def person(self, request: Request) -> tuple[JsonObject, JsonObject]:
        """The user and session behind the request's access token."""
        claims = self._claims(request)
        user = self.users.get(str(claims.get("sub", "")))
        if user is None:
            raise AuthError(403, "user_not_found", "User from sub claim in JWT does not exist")
        session = self.sessions.get(str(claims.get("session_id", "")))
        if session is None:
            raise AuthError(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return user, session

    def require_secret_key(self, request: Request) -> None:
        """Only the project's own servers may do this."""
        if bearer(request) != self.keys.secret and request.headers.get("apikey") != self.keys.secret:
            self._claims(request)
            raise AuthError(403, "not_admin", "User not allowed")

    def _claims(self, request: Request) -> dict[str, Any]:
        token = bearer(request)
        if token is None:
            raise AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token")
        if token in (self.keys.publishable, self.keys.secret):
            raise AuthError(403, "bad_jwt", "invalid claim: missing sub claim")
        try:
            claims = self.keys.read(token)
        except jwt.PyJWTError as error:
            message = f"invalid JWT: unable to parse or verify signature, {error}"
            raise AuthError(403, "bad_jwt", message) from None
        if claims["exp"] < self.world.clock.now():
            message = (
                "invalid JWT: unable to parse or verify signature, token has invalid claims: token is expired"
            )
            raise AuthError(403, "bad_jwt", message)
        return claims


def bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def issuer(request: Request) -> str:
    """The address under which the client reaches us, as a project's own URL."""
    return f"{request.url.scheme}://{request.url.netloc}/supabase/auth/v1"
