"""What identity needs from outside: somebody who knows the passwords and signs the tokens."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID

# How an account's `provider` begins that came by its organization's own sign-in. It is linked with no other.
SSO = "sso:"


@dataclass(frozen=True)
class Factor:
    """An authenticator app that somebody has set up: its id at the provider, and what they call it."""

    id: str
    name: str


@dataclass(frozen=True)
class Account:
    """What the provider knows of a person: `full_name` as they typed it, the `factors` that work already.

    `is_sso`: they come by their organization's own sign-in, which has the password and says the address.
    """

    person_id: UUID
    email: str
    email_is_confirmed: bool
    full_name: str = ""
    factors: tuple[Factor, ...] = ()
    is_sso: bool = False


@dataclass(frozen=True)
class IssuedTokens:
    """A short-lived access token (JWT), and the token that buys the next pair, once.

    `account` comes with them from the provider, and is not kept.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    account: Account | None = field(default=None, compare=False)


@dataclass(frozen=True)
class FactorOffer:
    """What an authenticator app is set up with: a picture (data URI), or typed by hand."""

    factor_id: str
    picture: str = field(repr=False)
    secret: str = field(repr=False)


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


class SignUpProvider(Protocol):
    """What somebody asks for who is not signed in. None of it tells whether an address is known.

    Blocking. Each method may raise SignInUnavailable, TooManyAttempts.
    """

    def sign_up(self, *, email: str, password: str, full_name: str) -> None:
        """Mails a link to confirm the address. Raises PasswordRefused, SignUpClosed."""
        ...

    def confirm_again(self, *, email: str) -> None:
        """Mails that link again, if it is still needed."""
        ...

    def recover(self, *, email: str) -> None:
        """Mails a link that leads to a new password."""
        ...

    def redeem(self, *, kind: str, token_hash: str) -> IssuedTokens | None:
        """Sign in whoever brings what was mailed to them; it works once.

        None when it was the first of two that are needed (a change of address). Raises LinkExpired.
        """
        ...

    def outside_address(self, *, provider: str, verifier: str, back_to: str) -> str:
        """Where a browser is sent to sign in with `provider`; it comes back to `back_to` with a `code`."""
        ...

    def sso_address(self, *, domain: str, verifier: str, back_to: str) -> str:
        """Where a browser is sent whose address ends with `domain`, to sign in with its organization.

        https, unless the provider itself is not. It comes back as above. Raises NoOrganization.
        """
        ...

    def exchange(self, *, code: str, verifier: str) -> IssuedTokens:
        """What `code` is good for, once, together with the verifier of its beginning. Raises LinkExpired."""
        ...


class OwnAccountProvider(Protocol):
    """What somebody changes by their access token. Blocking.

    Each method may raise SignInUnavailable, SessionRevoked, TooManyAttempts.
    """

    def account(self, access_token: str) -> Account: ...

    def change_password(self, access_token: str, *, password: str) -> None:
        """Ends the person's other sessions there. Raises PasswordRefused, SecondFactorNeeded."""
        ...

    def set_password(self, person_id: UUID, *, password: str) -> None:
        """The same by the platform's own right, for somebody who has shown one of our recovery codes."""
        ...

    def ask_for_address(self, access_token: str, *, email: str) -> None:
        """Mails a link to the old and the new address; both are needed. Silent when the address is taken."""
        ...

    def begin_factor(self, access_token: str) -> FactorOffer:
        """A new authenticator app, which counts once it has shown a code. Raises SecondFactorNeeded."""
        ...

    def show_code(self, access_token: str, *, factor_id: str, code: str) -> IssuedTokens:
        """Tokens that say a second factor was shown; sessions without one end there. Raises WrongCode."""
        ...

    def remove_factor(self, access_token: str, *, factor_id: str) -> None:
        """Raises SecondFactorNeeded."""
        ...

    def remove_lost_factor(self, person_id: UUID, *, factor_id: str) -> None:
        """The same without a second factor, by the platform's own right."""
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
    sentence = "Choose a stronger password: a longer one, and none that is known from a leak."


class LinkExpired(SignInError):
    sentence = "That link has expired, or was used already. Ask for a new one."


class NoOrganization(SignInError):
    """The same for every domain that leads nowhere, whatever the reason."""

    sentence = (
        "No organization's sign-in is set up for that address. Check it, or sign in with your password."
    )


class KeptElsewhere(SignInError):
    sentence = "Your organization keeps your password and your address: they are changed there."


class PasswordRefused(SignInError):
    """In a sentence of its own."""

    sentence = "That password cannot be used. Choose another one."

    def __init__(self, sentence: str = sentence) -> None:
        self.sentence = sentence  # type: ignore[misc]
        super().__init__()


class SignUpClosed(SignInError):
    sentence = "New accounts are by invitation only. Ask the owner of your clinic to invite you."


class WrongCode(SignInError):
    sentence = "That code is not right. It changes every half minute: type the one your app shows now."


class SecondFactorNeeded(SignInError):
    sentence = "This needs a code of your authenticator app. Sign out, sign in with a code, and try again."


class AskedTooOften(TooManyAttempts):
    sentence = "That was asked for too often. Wait a quarter of an hour, then try again."
