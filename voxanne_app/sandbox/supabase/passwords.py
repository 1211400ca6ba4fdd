"""Passwords are kept as salted hashes here too: somebody may type a real one into a demo."""

import hashlib
import hmac
import secrets

from voxanne_app.sandbox.supabase.errors import AuthError

COST = {"n": 2**12, "r": 8, "p": 1}
SHORTEST = 6


def hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, **COST).hex()}"


def matches(password: str, stored: str | None) -> bool:
    if not stored:
        return False
    salt, digest = stored.split(":")
    given = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **COST)
    return hmac.compare_digest(given.hex(), digest)


def require_strong(password: str) -> None:
    if len(password) < SHORTEST:
        message = f"Password should be at least {SHORTEST} characters."
        raise AuthError(422, "weak_password", message, {"weak_password": {"reasons": ["length"]}})
