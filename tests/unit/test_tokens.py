"""Every way in which a token can be false, and that only the true one passes."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from voxanne_app.identity.ports import SignInUnavailable
from voxanne_app.identity.signing_keys import SigningKeys
from voxanne_app.identity.tokens import CHECKS, TokenExpired, TokenRefused, TokenVerifier

ISSUER = "https://project.supabase.co/auth/v1"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PERSON, ORG = uuid4(), uuid4()
SECRET = "a legacy secret of the project, long enough"

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PEM = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
JWKS = [
    {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec-1", "alg": "ES256", "use": "sig"},
    {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa-1", "alg": "RS256", "use": "sig"},
    {"kty": "a kind of the future", "kid": "odd"},
]


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token; a change to None leaves one out."""
    good = {
        "iss": ISSUER, "sub": str(PERSON), "aud": "authenticated", "role": "authenticated",
        "iat": int(NOW.timestamp()), "exp": int((NOW + timedelta(hours=1)).timestamp()),
        "app_metadata": {"org_id": str(ORG)}, "user_metadata": {},
    }  # fmt: skip
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(payload: dict[str, Any], key: Any = EC_KEY, algorithm: str = "ES256", kid: Any = "ec-1") -> str:
    return jwt.encode(payload, key, algorithm, headers={"kid": kid} if kid is not None else None)


def by_hand(header: dict[str, Any], payload: dict[str, Any], secret: bytes = b"") -> str:
    """A token that no library agrees to make."""
    parts = b".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, payload)
    )
    signature = hmac.digest(secret, parts, hashlib.sha256) if secret else b""
    return (parts + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


class Provider:
    """What is fetched, how often, and whether it answers; and a clock to turn."""

    def __init__(self, keys: list[dict[str, Any]]) -> None:
        self.keys, self.fetches, self.answers, self.seconds = keys, 0, True, 1000.0

    def fetch(self) -> list[dict[str, Any]]:
        self.fetches += 1
        if not self.answers:
            raise SignInUnavailable
        return self.keys


def verifier(provider: Provider | None = None, legacy_secret: str | None = None) -> TokenVerifier:
    provider = provider or Provider(JWKS)
    keys = SigningKeys(provider.fetch, clock=lambda: provider.seconds)
    return TokenVerifier(keys=keys, issuer=ISSUER, legacy_secret=legacy_secret)


def test_a_second_factor_is_what_the_provider_says_and_nothing_a_person_writes() -> None:
    said = {"email": "A@Example.Test", "user_metadata": {"aal": "aal2"}, "app_metadata": {"aal": "aal2"}}
    below = verifier().verify(signed(claims(aal="aal1", **said)), now=NOW)
    assert (below.is_aal2, below.email) == (False, "a@example.test")
    assert verifier().verify(signed(claims(aal="aal2")), now=NOW).is_aal2
    assert not verifier().verify(signed(claims()), now=NOW).is_aal2


@pytest.mark.parametrize(
    ("token", "secret"),
    [
        (signed(claims()), None),
        (signed(claims(), RSA_KEY, "RS256", "rsa-1"), None),
        (signed(claims(), SECRET, "HS256", None), SECRET),
        (signed(claims()), SECRET),
    ],
    ids=["ES256", "RS256", "HS256 of a legacy project", "ES256 of a project that also has a secret"],
)
def test_a_genuine_token_says_who_and_for_which_organization(token: str, secret: str | None) -> None:
    verified = verifier(legacy_secret=secret).verify(token, now=NOW)
    assert (verified.person_id, verified.org_id) == (PERSON, ORG)
    assert verified.expires_at == NOW + timedelta(hours=1)


STRANGER = ec.generate_private_key(ec.SECP256R1())
FALSE = {
    "signed by a stranger who names our key": signed(claims(), STRANGER),
    "signed by a stranger with a key of their own": signed(claims(), STRANGER, kid="theirs"),
    "no key named": signed(claims(), kid=None),
    "a key of another kind named": signed(claims(), kid="rsa-1"),
    "a key that we cannot read named": signed(claims(), kid="odd"),
    "RS256 with the name of our EC key": signed(claims(), RSA_KEY, "RS256", "ec-1"),
    "alg none": by_hand({"alg": "none", "typ": "JWT"}, claims()),
    "alg none, in other letters": by_hand({"alg": "nOnE", "typ": "JWT", "kid": "ec-1"}, claims()),
    "alg left out": by_hand({"typ": "JWT", "kid": "ec-1"}, claims()),
    "HS256 with our public key as the secret": by_hand({"alg": "HS256", "kid": "rsa-1"}, claims(), RSA_PEM),
    "HS256 where no secret is set": signed(claims(), SECRET, "HS256", None),
    "HS512 with the right secret": signed(claims(), SECRET * 2, "HS512", None),
    "PS256 with our RSA key": signed(claims(), RSA_KEY, "PS256", "rsa-1"),
    "a key brought along in the header": jwt.encode(
        claims(), STRANGER, "ES256",
        headers={"kid": "x", "jwk": ECAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)},
    ),
    "an extension we do not know": jwt.encode(
        claims(), EC_KEY, "ES256", headers={"kid": "ec-1", "crit": ["exp2"], "exp2": 1}
    ),
    "another project's issuer": signed(claims(iss="https://other.supabase.co/auth/v1")),
    "our issuer with a slash": signed(claims(iss=ISSUER + "/")),
    "no issuer": signed(claims(iss=None)),
    "another audience": signed(claims(aud="anon")),
    "no audience": signed(claims(aud=None)),
    "the service role": signed(claims(role="service_role")),
    "the anonymous role": signed(claims(role="anon")),
    "no role": signed(claims(role=None)),
    "an anonymous sign-in": signed(claims(is_anonymous=True)),
    "no expiry": signed(claims(exp=None)),
    "an expiry in words": signed(claims(exp="tomorrow")),
    "an expiry that is true": signed(claims(exp=True)),
    "an expiry beyond all calendars": signed(claims(exp=10**18)),
    "no time of issue": signed(claims(iat=None)),
    "issued tomorrow": signed(claims(iat=int((NOW + timedelta(days=1)).timestamp()))),
    "not valid before tomorrow": signed(claims(nbf=int((NOW + timedelta(days=1)).timestamp()))),
    "nobody": signed(claims(sub=None)),
    "somebody who is no UUID": signed(claims(sub="admin")),
    "an organization that is no UUID": signed(claims(app_metadata={"org_id": "' or true --"})),
    "an organization that is a list": signed(claims(app_metadata={"org_id": [str(ORG)]})),
    "app_metadata that is a word": signed(claims(app_metadata="org")),
    "nothing": "",
    "two parts": "a.b",
    "no base64": "§.§.§",
    "far too long": signed(claims(user_metadata={"about": "x" * 9000})),
    "a header that is a list": by_hand([], claims()),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("token", FALSE.values(), ids=FALSE.keys())
def test_a_false_token_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        verifier().verify(token, now=NOW)


def test_one_changed_character_anywhere_is_refused() -> None:
    token = signed(claims())
    checks = verifier()
    for at in range(0, len(token), 7):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(TokenRefused):
            checks.verify(changed, now=NOW)


def test_the_legacy_secret_does_not_make_other_secrets_good() -> None:
    with pytest.raises(TokenRefused):
        verifier(legacy_secret=SECRET).verify(signed(claims(), SECRET + "!", "HS256", None), now=NOW)


def test_what_people_write_about_themselves_gives_them_no_organization() -> None:
    own_words = claims(
        app_metadata={"provider": "email"}, user_metadata={"org_id": str(ORG)}, org_id=str(ORG)
    )
    assert verifier().verify(signed(own_words), now=NOW).org_id is None


def test_a_token_is_good_until_thirty_seconds_after_its_end() -> None:
    token, end = signed(claims()), NOW + timedelta(hours=1)
    assert verifier().verify(token, now=end + timedelta(seconds=29)).person_id == PERSON
    with pytest.raises(TokenExpired):
        verifier().verify(token, now=end + timedelta(seconds=30))


def test_a_remembered_token_ends_when_it_ends() -> None:
    checks = verifier()
    token, end = signed(claims()), NOW + timedelta(hours=1)
    checks.verify(token, now=end)
    assert checks.remembered(token, now=end + timedelta(seconds=29))
    assert checks.remembered(token, now=end + timedelta(seconds=30)) is None


def test_checks_are_counted_by_hit_miss_and_refusal() -> None:
    def counted() -> list[float]:
        return [CHECKS.labels(outcome)._value.get() for outcome in ("hit", "miss", "refused")]

    checks, before = verifier(), counted()
    for token in (signed(claims()), signed(claims(sub=str(UUID(int=1))))):
        for _ in range(3):
            checks.verify(token, now=NOW)
    with pytest.raises(TokenRefused):
        checks.verify("nonsense", now=NOW)
    assert [after - first for after, first in zip(counted(), before, strict=True)] == [4, 2, 1]


def test_a_new_signing_key_is_fetched_when_a_token_names_it() -> None:
    provider = Provider(JWKS[:1])
    checks = verifier(provider)
    checks.verify(signed(claims()), now=NOW)
    provider.keys, provider.seconds = JWKS, provider.seconds + 11
    assert checks.verify(signed(claims(), RSA_KEY, "RS256", "rsa-1"), now=NOW).person_id == PERSON


def test_made_up_key_ids_make_us_fetch_once_in_ten_seconds() -> None:
    provider = Provider(JWKS)
    checks = verifier(provider)
    for second in range(30):
        provider.seconds = 1000.0 + second
        for attempt in range(20):
            with pytest.raises(TokenRefused):
                checks.verify(signed(claims(), STRANGER, kid=f"made-up-{second}-{attempt}"), now=NOW)
    assert provider.fetches == 3


def test_a_key_taken_back_is_gone_within_ten_minutes() -> None:
    provider = Provider(JWKS)
    checks = verifier(provider)
    checks.verify(signed(claims()), now=NOW)
    provider.keys, provider.seconds = JWKS[1:], provider.seconds + 601
    with pytest.raises(TokenRefused):
        checks.verify(signed(claims(sub=str(uuid4()))), now=NOW)


def test_known_keys_stay_good_while_the_provider_is_away() -> None:
    provider = Provider(JWKS)
    checks = verifier(provider)
    checks.verify(signed(claims()), now=NOW)
    provider.answers, provider.seconds = False, provider.seconds + 3600
    assert checks.verify(signed(claims(sub=str(uuid4()))), now=NOW).org_id == ORG


def test_an_unknown_key_is_no_refusal_while_the_provider_is_away() -> None:
    provider = Provider(JWKS)
    provider.answers = False
    with pytest.raises(SignInUnavailable):
        verifier(provider).verify(signed(claims()), now=NOW)
