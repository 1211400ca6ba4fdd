"""A password, tried: with limits of our own in front of the provider's."""

from voxanne_app.foundation.cache import Cache
from voxanne_app.identity.limits import SIGN_IN, Attempts
from voxanne_app.identity.ports import IssuedTokens, SignInError, SignInProvider, WrongCredentials


def sign_in(
    provider: SignInProvider, cache: Cache, *, email: str, password: str, address: str
) -> IssuedTokens:
    """Blocking. Only wrong passwords count. Raises SignInError."""
    attempts = Attempts(cache, SIGN_IN, account=email, address=address)
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
