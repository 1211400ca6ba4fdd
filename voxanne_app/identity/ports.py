"""What identity needs from outside: somebody who knows the passwords and signs the tokens."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID


@dataclass(frozen=True)
class Factor:
    """An authenticator app that somebody has set up: its id at the provider, and what they call it."""

    id: str
    name: str


@dataclass(frozen=True)
class Account:
    """What the provider knows of a person: `full_name` as they typed it, the `factors` that work already."""

    person_id: UUID
    email: str
    email_is_confirmed: bool
    full_name: str = ""
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class IssuedTokens:
    """A short-lived access token (JWT), and the token that buys the next pair, once.

    `account` comes with them from the provider, and is not kept.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    account: Account | None = field(default=None, compare=False)


class SignInProvider(Protocol):
    """Blocking calls with time-outs of their own. Every method may raise SignInUnavailable."""

    @property
    def issuer(self) -> str:
        """What its tokens name as `iss`."""
        ...

    def sign_in(self, *, email: str, password: str) -> IssuedTokens:
        """Raises WrongCredentials, EmailNotConfirmed, TooManyAttempts."""
        ...

    def refresh(self, refresh_token: str) -> IssuedTokens:
        """A new pair; the one before is spent. Raises SessionRevoked, TooManyAttempts."""
        ...

    def sign_out(self, access_token: str) -> None:
        """End the session this token belongs to, and no other of the same person."""
        ...

    def signing_keys(self) -> list[dict[str, Any]]:
        """The public keys (JWK) that tokens are signed with now."""
        ...


class Accounts(Protocol):
    """What the platform may do with other people's accounts. Every method may raise SignInUnavailable."""

    def invite(self, *, email: str, link: str) -> UUID | None:
        """Mail `link`; the id of the account that was made for it, None where there was one already.

        Raises TooManyAttempts.
        """
        ...

    def set_first_password(self, person_id: UUID, *, password: str, full_name: str) -> None:
        """For an account that was made by `invite`: its address is confirmed with it. Raises WeakPassword."""
        ...

    def name_clinic(self, person_id: UUID, org_id: UUID | None) -> None:
        """What the person's next tokens say in `app_metadata.org_id`."""
        ...


class SignInError(Exception):
    """Why somebody is not signed in, in a sentence for that person."""

    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class WrongCredentials(SignInError):
    sentence = "That e-mail address and password do not belong together. Check both and try again."


class EmailNotConfirmed(SignInError):
    sentence = "Your e-mail address is not confirmed yet. Open the link we sent to it, then sign in."


class TooManyAttempts(SignInError):
    sentence = "Too many attempts to sign in. Wait a few minutes, then try again."


class SignInUnavailable(SignInError):
    sentence = "Sign-in does not answer right now. Nothing is lost: try again in a minute."


class SessionRevoked(SignInError):
    sentence = "You were signed out. Sign in again."


class WeakPassword(SignInError):
    sentence = "Choose a stronger password: 12 characters or more, and none that is known from a leak."
