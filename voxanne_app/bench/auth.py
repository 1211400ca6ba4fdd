"""What it costs to know who is asking: how often a verified token is remembered, what a check takes, and the
whole way from a cookie to a person."""

import asyncio
import base64
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from sqlalchemy import text

from voxanne_app.bench import ground
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import sessions
from voxanne_app.identity.ports import Account, IssuedTokens
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.signing_keys import SigningKeys
from voxanne_app.identity.tokens import TokenVerifier

PEOPLE = 8  # as many as the demo has
SEED = 20_260_101
HIT_RATE_MARK, CACHED_MARK_MS, UNCACHED_MARK_MS = 0.95, 1.0, 200.0

_SUPABASE = "http://127.0.0.1:1/supabase"  # never asked: a secret needs no keys
_ISSUER = f"{_SUPABASE}/auth/v1"
_SECRET = "the JWT secret of a project that exists here only"  # noqa: S105
_LIFETIME, _RENEWED_AFTER = timedelta(minutes=60), timedelta(minutes=50)
_QUESTIONS = 20_000


def main() -> int:
    """Print the figures; 1 when one of them misses its mark."""
    verdicts = [*_check_tokens(), *asyncio.run(_ask_for_people())]
    return 0 if all(verdicts) else 1


def _check_tokens() -> Iterator[bool]:
    """Eight hours of the demo's people on the real verifier, whose clock runs as fast as the checks do."""
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "bench"}
    began = now = datetime.now(UTC)

    def verifiers_clock() -> float:
        return (now - began).total_seconds()

    verifier = TokenVerifier(keys=SigningKeys(lambda: [jwk]), issuer=_ISSUER, clock=verifiers_clock)
    tokens = [(began - _LIFETIME, "")] * PEOPLE
    hits: list[float] = []
    misses: list[float] = []
    for now, person in _traffic(began):
        if now >= tokens[person][0] + _RENEWED_AFTER:
            tokens[person] = now, _token(uuid4(), uuid4(), key=key, at=now)
        started = time.perf_counter()
        is_hit = verifier.remembered(tokens[person][1], now=now) is not None
        if not is_hit:
            verifier.verify(tokens[person][1], now=now)
        (hits if is_hit else misses).append(time.perf_counter() - started)
    rate = len(hits) / (len(hits) + len(misses))
    print(f"{len(hits) + len(misses)} checks of tokens, {PEOPLE} people in eight hours, seed {SEED}")
    print(f"  hit rate    {rate:9.2%}     (at least {HIT_RATE_MARK:.0%})  {_word(rate >= HIT_RATE_MARK)}")
    yield rate >= HIT_RATE_MARK
    yield _tell("remembered", hits, CACHED_MARK_MS)
    yield _tell("verified", misses, UNCACHED_MARK_MS)


def _traffic(began: datetime) -> Iterator[tuple[datetime, int]]:
    """When who asks: an open page is looked at every 2.5 s, its person acts every 1 to 30 s."""
    dice = random.Random(SEED)  # noqa: S311
    next_act = [0.0] * PEOPLE
    for tick in range(int(8 * 3600 / 2.5)):
        seconds = tick * 2.5
        for person in range(PEOPLE):
            if (int(seconds / 900) + person) % 4 == 0:
                continue  # a quarter of the time nobody is at this desk, and its page is closed
            yield began + timedelta(seconds=seconds), person
            if seconds >= next_act[person]:
                yield began + timedelta(seconds=seconds), person
                next_act[person] = seconds + dice.uniform(1, 30)


async def _ask_for_people() -> list[bool]:
    """The whole way on a real database: read again every two seconds, remembered in between."""
    with ground.bench_database(), _one_project():
        cookies = [await _signed_in() for _ in range(PEOPLE * 25)]
        first = [await _timed(cookie) for cookie in cookies]
        again = [await _timed(cookies[number % PEOPLE]) for number in range(_QUESTIONS)]
    print(f"From a cookie to the person, {len(cookies)} sessions")
    return [_tell("remembered", again, CACHED_MARK_MS), _tell("looked up", first, UNCACHED_MARK_MS)]


async def _timed(cookie: str) -> float:
    started = time.perf_counter()
    assert await sessions.person_for_cookie(cookie)
    return time.perf_counter() - started


async def _signed_in() -> str:
    person_id, org_id = uuid4(), ground.make_clinic()
    with transaction(Claims.system()) as session:
        session.connection().execute(
            text("insert into people (id, email) values (:id, :email)"),
            {"id": person_id, "email": f"{person_id}@example.test"},
        )
        session.connection().execute(
            text("insert into memberships (org_id, person_id, role) values (:org_id, :person_id, 'staff')"),
            {"org_id": org_id, "person_id": person_id},
        )
    token = _token(person_id, org_id, key=_SECRET, at=datetime.now(UTC))
    account = Account(person_id, f"{person_id}@example.test", email_is_confirmed=True)
    return (await start_session(IssuedTokens(token, "never spent", account))).cookie_value


@contextmanager
def _one_project() -> Iterator[None]:
    """Settings of a legacy project, whose tokens are signed here."""
    values = {
        "SUPABASE_URL": _SUPABASE,
        "SUPABASE_PUBLISHABLE_KEY": "bench",
        "SUPABASE_JWT_SECRET": _SECRET,
        "ENCRYPTION_KEYS": f"bench:{base64.b64encode(os.urandom(32)).decode()}",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    get_settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        get_settings.cache_clear()


def _token(person_id: UUID, org_id: UUID, *, key: ec.EllipticCurvePrivateKey | str, at: datetime) -> str:
    claims = {
        "iss": _ISSUER, "sub": str(person_id), "aud": "authenticated", "role": "authenticated",
        "iat": int(at.timestamp()), "exp": int((at + _LIFETIME).timestamp()),
        "app_metadata": {"org_id": str(org_id)},
    }  # fmt: skip
    return jwt.encode(claims, key, "HS256" if isinstance(key, str) else "ES256", headers={"kid": "bench"})


def _tell(what: str, seconds: list[float], mark_ms: float) -> bool:
    in_order = sorted(seconds)
    p50, p95, p99 = (in_order[int(len(in_order) * part)] * 1000 for part in (0.5, 0.95, 0.99))
    print(
        f"  {what:<11} p50 {p50:.4f} ms, p95 {p95:.4f} ms, p99 {p99:.4f} ms"
        f"     (p95 at most {mark_ms:g} ms)  {_word(p95 <= mark_ms)}"
    )
    return p95 <= mark_ms


def _word(passed: bool) -> str:
    return "pass" if passed else "MISS"
