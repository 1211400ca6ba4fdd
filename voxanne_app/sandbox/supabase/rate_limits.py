"""How often one address may ask: a bucket of 30 that fills up again, per group of addresses and client."""

from starlette.requests import Request

from voxanne_app.sandbox.clock import Clock
from voxanne_app.sandbox.supabase.errors import AuthError

BURST = 30
FIVE_MINUTES, MINUTE = 300.0, 60.0
# (method, path ending) → group and how many in how many seconds; sign-in and refresh share one bucket.
LIMITS: dict[tuple[str, str], tuple[str, int, float]] = {
    ("POST", "/token"): ("token", 150, FIVE_MINUTES),
    ("POST", "/verify"): ("verify", 30, FIVE_MINUTES),
    ("GET", "/verify"): ("verify", 30, FIVE_MINUTES),
    ("POST", "/otp"): ("otp", 30, FIVE_MINUTES),
    ("POST", "/magiclink"): ("otp", 30, FIVE_MINUTES),
    ("POST", "/recover"): ("recover", 30, FIVE_MINUTES),
    ("POST", "/resend"): ("resend", 30, FIVE_MINUTES),
    ("POST", "/signup"): ("signup", 30, FIVE_MINUTES),
    ("PUT", "/user"): ("user", 30, FIVE_MINUTES),
    ("POST", "/challenge"): ("factor", 15, MINUTE),
}


class RateLimits:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, request: Request, client: str) -> None:
        """Count this request; AuthError 429 when the bucket is empty."""
        path = request.url.path
        ending = (
            "/challenge" if "/factors/" in path and path.endswith("/verify") else path[path.rindex("/") :]
        )
        limit = LIMITS.get((request.method, ending))
        if limit is None:
            return
        group, count, seconds = limit
        now = self._clock.now()
        tokens, filled_at = self._buckets.get((group, client), (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - filled_at) * count / seconds)
        self._buckets[group, client] = (max(0.0, tokens - 1), now)
        if tokens < 1:
            raise AuthError(429, "over_request_rate_limit", "Request rate limit reached")

    def clear(self) -> None:
        self._buckets.clear()
