"""What every answer says about itself: what a page may load, who may frame it, what may be kept."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from starlette.types import Message, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'"
_FOREVER = b"public, max-age=31536000, immutable"


def inline_script_hashes(pages: Iterable[Path]) -> list[str]:
    """CSP sources for the scripts that the built pages carry inline, so that no other inline script runs."""
    scripts = {script for page in pages for script in _INLINE_SCRIPT.findall(page.read_text())}
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


class SecurityHeaders:
    """The headers of every response. `secure` says that people reach us by https only."""

    def __init__(self, *, script_hashes: Iterable[str] = (), secure: bool) -> None:
        policy = "; ".join(
            (
                "default-src 'none'",
                " ".join(("script-src 'self'", *script_hashes)),
                # The style library inside Reflex writes <style> elements as it goes.
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data:",
                "font-src 'self'",
                "media-src 'self'",
                "connect-src 'self'",
                "manifest-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            )
        )
        self._page_policy = policy.encode()
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

    def on(self, send: Send, *, path: str, query: bytes) -> Send:
        """`send`, with these headers on the response."""
        keep = _cache_control(path, query)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                named = {name.lower(): value for name, value in headers}
                headers += [header for header in self._always if header[0] not in named]
                is_page = named.get(b"content-type", b"").startswith(b"text/html")
                headers.append((b"content-security-policy", self._page_policy if is_page else _NO_PAGE))
                if b"cache-control" not in named:
                    headers.append((b"cache-control", keep if message["status"] == 200 else b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        return send_with_headers


def _cache_control(path: str, query: bytes) -> bytes:
    """Files whose address changes with their content are kept; everything else may hold a patient's name."""
    if path.startswith("/assets/") or query.startswith(b"v="):
        return _FOREVER
    return b"no-cache" if path.startswith("/fonts/") else b"no-store"
