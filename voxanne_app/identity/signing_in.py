"""A password, tried: with limits of our own in front of the provider's.

Supabase counts by client address, and behind this server all clinics have the same one. Without limits here,
one guesser would use up everybody's.
"""

import hashlib
from dataclasses import dataclass

from voxanne_app.foundation.cache import Cache
from voxanne_app.identity.ports import (
    IssuedTokens,
    SignInError,
    SignInProvider,
    TooManyAttempts,
    WrongCredentials,
)

WINDOW_SECONDS = 15 * 60
# Whoever mistypes is at one address; whoever guesses comes from many, or tries many accounts from one.
PER_ACCOUNT_AND_ADDRESS = 8
PER_ACCOUNT = 40
PER_ADDRESS = 80


def sign_in(
    provider: SignInProvider, cache: Cache, *, email: str, password: str, address: str
) -> IssuedTokens:
    """Blocking. Only wrong passwords count. Raises SignInError."""
    attempts = _Attempts(cache, account=_named(email), address=_named(address))
    attempts.count()
    try:
        tokens = provider.sign_in(email=email, password=password)
    except WrongCredentials:
        raise
    except SignInError:
        attempts.take_back()
        raise
    attempts.take_back()
    attempts.forget()
    return tokens


@dataclass(frozen=True)
class _Attempts:
    """Counted before the password is tried, so that many at once do not all pass."""

    cache: Cache
    account: str
    address: str

    def count(self) -> None:
        for key, limit in self._limits():
            if self._add(key, 1) > limit:
                raise TooManyAttempts

    def take_back(self) -> None:
        for key, _ in self._limits():
            self._add(key, -1)

    def forget(self) -> None:
        """The right password: what was mistyped on the way no longer matters."""
        self.cache.delete("platform", self._limits()[0][0])

    def _limits(self) -> tuple[tuple[str, int], ...]:
        # The narrowest first: what it stops is not counted against the others.
        return (
            (f"sign-in:{self.account}:{self.address}", PER_ACCOUNT_AND_ADDRESS),
            (f"sign-in:account:{self.account}", PER_ACCOUNT),
            (f"sign-in:address:{self.address}", PER_ADDRESS),
        )

    def _add(self, key: str, by: int) -> int:
        return self.cache.count("platform", key, WINDOW_SECONDS, by)


def _named(value: str) -> str:
    """Neither addresses of people nor of machines lie readable in a shared cache."""
    return hashlib.sha256(value.encode()).hexdigest()[:32]
