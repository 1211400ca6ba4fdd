"""Users and sessions as Supabase Auth answers them, in identity's words."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from voxanne_app.identity.ports import SSO, Account, Factor, IssuedTokens, SignInUnavailable

if TYPE_CHECKING:
    from supabase_auth.types import AuthResponse


def tokens(answer: "AuthResponse") -> IssuedTokens:
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
        is_sso=str((user.get("app_metadata") or {}).get("provider")).startswith(SSO),
        factors=tuple(
            Factor(factor["id"], factor.get("friendly_name") or "")
            for factor in user.get("factors") or ()
            if factor["status"] == "verified" and factor["factor_type"] == "totp"
        ),
    )
