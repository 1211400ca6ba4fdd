"""How often one may ask, in front of the provider's own limits.

Supabase counts by client address, and behind this server all clinics have the same one. Without limits here,
one guesser would use up everybody's.
"""

import hashlib
from dataclasses import dataclass

from voxanne_app.foundation.cache import Cache
from voxanne_app.identity.ports import AskedTooOften, TooManyAttempts

WINDOW_SECONDS = 15 * 60


@dataclass(frozen=True)
class Limits:
    """Per window. Whoever mistypes is at one address; who guesses comes from many, or tries many accounts."""

    name: str
    per_account_and_address: int
    per_account: int
    per_address: int
    error: type[TooManyAttempts] = AskedTooOften


SIGN_IN = Limits("sign-in", 8, 40, 80, TooManyAttempts)
SIGN_UP = Limits("sign-up", 5, 10, 30)
RECOVER = Limits("recover", 5, 10, 30)
RESEND = Limits("resend", 5, 10, 30)
VERIFY = Limits("verify", 10, 20, 60)
SECOND_FACTOR = Limits("second-factor", 8, 16, 80, TooManyAttempts)
OUTSIDE = Limits("outside", 30, 10_000, 30)
# Of a domain: a clinic's people begin the day at once, from one address, and nobody may lock them out.
ORGANIZATION = Limits("organization", 60, 10_000, 60)
CHANGE = Limits("change", 8, 16, 80)


@dataclass(frozen=True)
class Attempts:
    """Of one account from one address. Counted before anything is tried: many at once do not all pass."""

    cache: Cache
    limits: Limits
    account: str
    address: str

    def count(self) -> None:
        """Raises what the limits say."""
        for key, limit in self._keys():
            if self._add(key, 1) > limit:
                raise self.limits.error

    def take_back(self) -> None:
        for key, _ in self._keys():
            self._add(key, -1)

    def forget(self) -> None:
        """It was right: what was mistyped on the way no longer matters."""
        self.cache.delete("platform", self._keys()[0][0])

    def _keys(self) -> tuple[tuple[str, int], ...]:
        limits, account, address = self.limits, _named(self.account), _named(self.address)
        # The narrowest first: what it stops is not counted against the others.
        return (
            (f"{limits.name}:{account}:{address}", limits.per_account_and_address),
            (f"{limits.name}:account:{account}", limits.per_account),
            (f"{limits.name}:address:{address}", limits.per_address),
        )

    def _add(self, key: str, by: int) -> int:
        return self.cache.count("platform", key, WINDOW_SECONDS, by)


def _named(value: str) -> str:
    """Neither addresses of people nor of machines lie readable in a shared cache."""
    return hashlib.sha256(value.encode()).hexdigest()[:32]
