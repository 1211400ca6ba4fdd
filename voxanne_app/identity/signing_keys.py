"""The public keys that tokens are verified with, and when they are fetched again."""

import threading
import time
from collections.abc import Callable
from typing import Any

from jwt import PyJWK, PyJWTError

from voxanne_app.identity.ports import SignInUnavailable

# Supabase's edge keeps the list for ten minutes and asks for twenty between rotation and revocation.
MAX_AGE_SECONDS = 600
# Whoever sends made-up key ids makes us ask this often, and no more.
MIN_SECONDS_BETWEEN_FETCHES = 10


class SigningKeys:
    """Keys by their id, fetched on first use, when they are old, and when a token names an unknown one."""

    def __init__(
        self, fetch: Callable[[], list[dict[str, Any]]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._one_in_flight = threading.Lock()
        self._keys: dict[str, PyJWK] | None = None
        self._fetched_at = self._tried_at = -float("inf")

    def find(self, key_id: str) -> PyJWK | None:
        """The key, or None when the provider does not have it. May block for one fetch.

        Raises SignInUnavailable when that cannot be known, because the provider does not answer.
        """
        if self._must_fetch(key_id):
            with self._one_in_flight:
                if self._must_fetch(key_id):
                    self._refetch()
        key = (self._keys or {}).get(key_id)
        if key is None and self._fetched_at < self._tried_at:
            raise SignInUnavailable
        return key

    def _must_fetch(self, key_id: str) -> bool:
        now = self._clock()
        is_old = now - self._fetched_at > MAX_AGE_SECONDS
        is_unknown = key_id not in (self._keys or {})
        return (is_old or is_unknown) and now - self._tried_at >= MIN_SECONDS_BETWEEN_FETCHES

    def _refetch(self) -> None:
        self._tried_at = self._clock()
        try:
            fetched = self._fetch()
        except SignInUnavailable:
            return  # the keys at hand go on being good
        self._keys = {key.key_id: key for key in map(_readable, fetched) if key and key.key_id}
        self._fetched_at = self._tried_at


def _readable(jwk: dict[str, Any]) -> PyJWK | None:
    """A key of a kind we do not know is no reason to stop reading the others."""
    try:
        return PyJWK.from_dict(jwk)
    except (PyJWTError, ValueError, TypeError):
        return None
