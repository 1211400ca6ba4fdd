"""What every answer says about itself: what a page may load, who may frame it, what may be kept."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from starlette.types import Message, Send

_INLINE = {
    "script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL),
    "style": re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL),
}
_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'"
_FOREVER = b"public, max-age=31536000, immutable"


def inline_hashes(pages: Iterable[Path], kind: str) -> list[str]:
    """CSP sources for what built pages carry inline, by `kind` (script, style); no other counts."""
    found = {inline for page in pages for inline in _INLINE[kind].findall(page.read_text())}
    return sorted(map(_hash, found))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class SecurityHeaders:
    """The headers of every response. `secure` says that people reach us by https only."""

    def __init__(
        self, *, script_hashes: Iterable[str] = (), style_hashes: Iterable[str] = (), secure: bool
    ) -> None:
        self._page_policy = _policy(
            " ".join(("script-src 'self'", *script_hashes)),
            # The style library inside Reflex makes <style> elements, empty ones, and fills them by rules.
            " ".join(("style-src 'self'", _hash(""), *style_hashes)),
            "connect-src 'self'",
            "manifest-src 'self'",
        )
        self._plain_policy = _policy("script-src 'self'", "style-src 'self'")
        self._always = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
        ]
        if secure:
            self._always.append((b"strict-transport-security", b"max-age=63072000; includeSubDomains"))

    def on(self, send: Send, *, path: str, query: bytes, is_plain: bool = False) -> Send:
        """`send`, with these headers on the response. `is_plain`: a page without Reflex, which needs less."""
        policy = self._plain_policy if is_plain else self._page_policy
        keep = _cache_control(path, query)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                named = {name.lower(): value for name, value in headers}
                headers += [header for header in self._always if header[0] not in named]
                is_page = named.get(b"content-type", b"").startswith(b"text/html")
                headers.append((b"content-security-policy", policy if is_page else _NO_PAGE))
                if b"cache-control" not in named:
                    headers.append((b"cache-control", keep if message["status"] == 200 else b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        return send_with_headers


def _policy(*sources: str) -> bytes:
    shared = (
        "default-src 'none'",
        *sources,
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return "; ".join(shared).encode()


def _cache_control(path: str, query: bytes) -> bytes:
    """Files whose address changes with their content are kept; everything else may hold a patient's name."""
    if path.startswith("/assets/") or query.startswith(b"v="):
        return _FOREVER
    return b"no-cache" if path.startswith("/fonts/") else b"no-store"
