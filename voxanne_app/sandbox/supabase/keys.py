"""The project's API keys and its signing keys."""

from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm

from voxanne_app.sandbox.store import Shelf

DEFAULT_PUBLISHABLE_KEY = "sb_publishable_sandbox"
DEFAULT_SECRET_KEY = "sb_secret_sandbox"  # noqa: S105 (the sandbox's own, worth nothing elsewhere)
DEFAULT_LEGACY_SECRET = "sandbox-jwt-secret-with-at-least-32-characters"  # noqa: S105
ALGORITHMS = ("ES256", "HS256")


class Keys:
    """Signs ES256 with the newest key of the JWKS, or HS256 as projects from before October 2025 do."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.publishable, self.secret = DEFAULT_PUBLISHABLE_KEY, DEFAULT_SECRET_KEY
        self.algorithm = "ES256"
        self.legacy_secret = DEFAULT_LEGACY_SECRET
        if not len(shelf):
            self.rotate()

    def rotate(self) -> None:
        """A new signing key; the one before stays in the JWKS, so that its tokens remain valid."""
        key_id = str(uuid4())
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        self._shelf.put(key_id, {"pem": pem.decode()})

    def sign(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "HS256":
            return jwt.encode(claims, self.legacy_secret, "HS256")
        key_id, key = list(self._private_keys().items())[-1]
        return jwt.encode(claims, key, "ES256", headers={"kid": key_id})

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token we signed, its times not yet checked; jwt.PyJWTError when it is not ours."""
        header = jwt.get_unverified_header(token)
        key: Any = self.legacy_secret
        if header.get("alg") != "HS256":
            private = self._private_keys().get(str(header.get("kid")))
            if private is None:
                raise jwt.InvalidKeyError("unrecognized JWT kid for algorithm ES256")
            key = private.public_key()
        unchecked = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
        return jwt.decode(token, key, algorithms=list(ALGORITHMS), options=unchecked)  # type: ignore[arg-type]

    def jwks(self) -> dict[str, Any]:
        """Public keys, the one in use first; a legacy secret is never shown."""
        if self.algorithm == "HS256":
            return {"keys": []}
        return {
            "keys": [
                {
                    **ECAlgorithm.to_jwk(key.public_key(), as_dict=True),
                    "alg": "ES256", "kid": key_id, "use": "sig", "key_ops": ["verify"], "ext": True,
                }
                for key_id, key in reversed(self._private_keys().items())
            ]
        }  # fmt: skip

    def _private_keys(self) -> dict[str, ec.EllipticCurvePrivateKey]:
        keys = {}
        for key_id in self._shelf:
            stored = self._shelf.get(key_id) or {}
            key = load_pem_private_key(stored["pem"].encode(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            keys[key_id] = key
        return keys
