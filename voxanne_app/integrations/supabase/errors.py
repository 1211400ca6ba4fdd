"""What the error codes of Supabase Auth mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from voxanne_app.identity.ports import (
    EmailNotConfirmed,
    KeptElsewhere,
    LinkExpired,
    NoOrganization,
    PasswordRefused,
    SecondFactorNeeded,
    SessionRevoked,
    SignInError,
    SignInUnavailable,
    SignUpClosed,
    TooManyAttempts,
    WrongCode,
    WrongCredentials,
)

# Any other code means that the vendor, or our set-up of it, is not in order.
MEANINGS: dict[str | None, type[SignInError]] = {
    "invalid_credentials": WrongCredentials,
    "validation_failed": WrongCredentials,
    "user_banned": WrongCredentials,
    "email_not_confirmed": EmailNotConfirmed,
    "email_address_invalid": WrongCredentials,
    "over_request_rate_limit": TooManyAttempts,
    "over_email_send_rate_limit": TooManyAttempts,
    "refresh_token_not_found": SessionRevoked,
    "refresh_token_already_used": SessionRevoked,
    "session_not_found": SessionRevoked,
    "session_expired": SessionRevoked,
    "user_not_found": SessionRevoked,
    "bad_jwt": SessionRevoked,
    "otp_expired": LinkExpired,
    "flow_state_not_found": LinkExpired,
    "flow_state_expired": LinkExpired,
    "bad_code_verifier": LinkExpired,
    "signup_disabled": SignUpClosed,
    "sso_provider_not_found": NoOrganization,
    "sso_provider_disabled": NoOrganization,
    "saml_provider_disabled": NoOrganization,
    "user_sso_managed": KeptElsewhere,
    "mfa_verification_failed": WrongCode,
    "mfa_challenge_expired": WrongCode,
    "mfa_factor_not_found": WrongCode,
    "insufficient_aal": SecondFactorNeeded,
    "same_password": PasswordRefused,
    "weak_password": PasswordRefused,
}
_WEAKNESSES = {
    "length": "It is too short.",
    "characters": "Mix small and capital letters, digits and signs.",
    "pwned": "It is known from a leak elsewhere, so others will try it.",
}


def weakness_in_words(reasons: list[Any]) -> str:
    told = [_WEAKNESSES[reason] for reason in reasons if reason in _WEAKNESSES]
    return " ".join([*told, "Choose another password."])


def our_error(code: str | None, reasons: list[Any] | None = None) -> SignInError:
    if code == "weak_password":
        return PasswordRefused(weakness_in_words(reasons or []))
    if code == "same_password":
        return PasswordRefused("That is the password you have already. Choose another one.")
    return MEANINGS.get(code, SignInUnavailable)()


@contextmanager
def our_errors() -> Iterator[None]:
    """Around calls of the SDK."""
    from supabase_auth.errors import AuthError

    try:
        yield
    except AuthError as error:
        raise our_error(error_code(error), getattr(error, "reasons", None)) from None
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        # An answer that is no JSON, or not the JSON that was agreed.
        raise SignInUnavailable from None


def error_code(error: Any) -> str | None:
    """The error code, which the client reads only if the answer names an API version; many do not."""
    cause = error.__cause__
    header = (
        cause.response.headers.get("x-sb-error-code") if isinstance(cause, httpx.HTTPStatusError) else None
    )
    code: str | None = header or error.code
    return code
