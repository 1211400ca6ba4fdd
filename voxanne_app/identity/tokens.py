"""Is this access token (JWT) genuine, ours and still good? Each answer is kept for five minutes.

Supabase Auth signs ES256 or RS256 with a key of its JWKS; legacy projects sign HS256 with a secret that is in
no JWKS. The organization stands in `app_metadata`, which only an administrator can write; `user_metadata` is
written by the person and says nothing here.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from prometheus_client import Counter

from voxanne_app.foundation.ttl_cache import TtlCache
from voxanne_app.identity.ports import SSO
from voxanne_app.identity.signing_keys import SigningKeys

LEEWAY = timedelta(seconds=30)
REMEMBERED_SECONDS = 300
AUDIENCE = ROLE = "authenticated"
_KEY_TYPES = {"ES256": "EC", "RS256": "RSA"}
_LONGEST_TOKEN = 8192

CHECKS = Counter("voxanne_token_checks", "Checks of access tokens, by how they went", ["outcome"])
_HITS, _MISSES, _REFUSALS = (CHECKS.labels(outcome) for outcome in ("hit", "miss", "refused"))


class TokenRefused(Exception):
    """The token proves nothing. The message is for our logs and holds nothing of the token."""


class TokenExpired(TokenRefused):
    pass


@dataclass(frozen=True)
class VerifiedToken:
    """What a genuine token says. `org_id` is None for somebody who was put into no organization; `email` is
    their confirmed address at the provider; `is_aal2` says that a second factor was shown; `is_sso` that they
    came by their organization's own sign-in."""

    person_id: UUID
    org_id: UUID | None
    issued_at: datetime
    expires_at: datetime
    email: str = ""
    is_aal2: bool = False
    is_sso: bool = False


class TokenVerifier:
    def __init__(
        self,
        *,
        keys: SigningKeys,
        issuer: str,
        legacy_secret: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys, self._issuer, self._legacy_secret = keys, issuer, legacy_secret
        self._remembered: TtlCache[bytes, VerifiedToken] = TtlCache(max_entries=10_000, clock=clock)

    def remembered(self, token: str, *, now: datetime) -> VerifiedToken | None:
        """The answer given less than five minutes ago, if the token has not expired since. Never blocks."""
        found = self._remembered.get(_digest(token))
        if found is None or found.expires_at + LEEWAY <= now:
            return None
        _HITS.inc()
        return found

    def verify(self, token: str, *, now: datetime) -> VerifiedToken:
        """What the token says. May block while signing keys are fetched.

        Raises TokenExpired, TokenRefused, and SignInUnavailable when the signing keys cannot be had.
        """
        if found := self.remembered(token, now=now):
            return found
        try:
            verified = _read(self._claims(token), now)
        except TokenRefused:
            _REFUSALS.inc()
            raise
        _MISSES.inc()
        left = (verified.expires_at + LEEWAY - now).total_seconds()
        self._remembered.set(_digest(token), verified, min(left, REMEMBERED_SECONDS))
        return verified

    def _claims(self, token: str) -> Mapping[str, Any]:
        """The claims under a good signature, for us, from our issuer; times not yet looked at."""
        if len(token) > _LONGEST_TOKEN:
            raise TokenRefused("too long")
        try:
            header = jwt.get_unverified_header(token)
            algorithm = str(header.get("alg"))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                self._key(algorithm, header.get("kid")),
                algorithms=[algorithm],
                audience=AUDIENCE,
                issuer=self._issuer,
                # Times are looked at in _read, against the caller's clock.
                options={
                    "require": ["exp", "iat", "sub", "aud", "iss"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.PyJWTError as error:
            raise TokenRefused(type(error).__name__) from None
        return claims

    def _key(self, algorithm: str, key_id: object) -> Any:
        """The one key for this algorithm. The token names the key, but never decides what kind it is."""
        if algorithm == "HS256" and self._legacy_secret:
            return self._legacy_secret
        if algorithm not in _KEY_TYPES or not isinstance(key_id, str):
            raise TokenRefused("algorithm")
        key = self._keys.find(key_id)
        if key is None or key.key_type != _KEY_TYPES[algorithm]:
            raise TokenRefused("unknown key")
        return key.key


def _read(claims: Mapping[str, Any], now: datetime) -> VerifiedToken:
    try:
        issued_at, expires_at = _instant(claims["iat"]), _instant(claims["exp"])
        begins_at = _instant(claims.get("nbf", claims["iat"]))
        told = claims.get("app_metadata") or {}
        org_id = told.get("org_id")
        verified = VerifiedToken(
            person_id=UUID(claims["sub"]),
            org_id=UUID(org_id) if org_id is not None else None,
            issued_at=issued_at,
            expires_at=expires_at,
            email=str(claims.get("email") or "").lower(),
            is_aal2=claims.get("aal") == "aal2",
            is_sso=str(told.get("provider")).startswith(SSO),
        )
    except (AttributeError, TypeError, ValueError, OverflowError, OSError):
        raise TokenRefused("unreadable claims") from None
    if claims.get("role") != ROLE or claims.get("is_anonymous"):
        raise TokenRefused("not a person's token")
    if max(issued_at, begins_at) > now + LEEWAY:
        raise TokenRefused("not valid yet")
    if expires_at + LEEWAY <= now:
        raise TokenExpired("expired")
    return verified


def _instant(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError
    return datetime.fromtimestamp(seconds, UTC)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
