"""What answers say about themselves."""

import base64
import hashlib
from pathlib import Path

from starlette.types import Message

from voxanne_app.ui.security_headers import SecurityHeaders, inline_hashes


async def headers_of(
    headers: SecurityHeaders,
    path: str,
    *,
    query: bytes = b"",
    status: int = 200,
    kind: bytes = b"text/html",
    is_plain: bool = False,
) -> dict[str, str]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]}
    await headers.on(send, path=path, query=query, is_plain=is_plain)(start)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_inline_scripts_of_built_pages_are_named_by_their_hash_and_no_others(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(
        '<script>run(1)</script><script type="module" async="">go()</script><script src="/a.js"></script>'
    )
    wanted = [
        f"'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in (b"run(1)", b"go()")
    ]
    assert inline_hashes([page], "script") == sorted(wanted)


async def test_pages_may_style_themselves_by_their_own_sheets_only(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text('<style data-emotion="css a">a{color:red}</style><style>b{}</style>')
    hashes = inline_hashes([page], "style")
    assert len(hashes) == 2
    headers = SecurityHeaders(style_hashes=hashes, secure=True)
    said = (await headers_of(headers, "/calls"))["content-security-policy"]
    (styles,) = [part for part in said.split("; ") if part.startswith("style-src ")]
    empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    assert styles == f"style-src 'self' {empty} {' '.join(hashes)}"


async def test_pages_without_reflex_have_nothing_inline() -> None:
    said = await headers_of(
        SecurityHeaders(script_hashes=["'sha256-abc='"], secure=True), "/sign-in", is_plain=True
    )
    assert "unsafe" not in said["content-security-policy"]
    assert "sha256" not in said["content-security-policy"]


async def test_pages_may_run_their_own_scripts_only() -> None:
    said = await headers_of(SecurityHeaders(script_hashes=["'sha256-abc='"], secure=True), "/calls")
    assert "script-src 'self' 'sha256-abc='" in said["content-security-policy"]
    assert "unsafe-eval" not in said["content-security-policy"]
    assert "script-src 'self' 'unsafe-inline'" not in said["content-security-policy"]


async def test_pages_load_nothing_from_elsewhere_and_are_shown_in_no_frame_elsewhere() -> None:
    for is_plain in (True, False):
        said = await headers_of(SecurityHeaders(secure=True), "/calls", is_plain=is_plain)
        policy = said["content-security-policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


async def test_https_is_demanded_only_where_there_is_https() -> None:
    assert "strict-transport-security" in await headers_of(SecurityHeaders(secure=True), "/")
    assert "strict-transport-security" not in await headers_of(SecurityHeaders(secure=False), "/")


async def test_only_what_changes_its_address_with_its_content_is_kept() -> None:
    headers = SecurityHeaders(secure=True)
    assert (await headers_of(headers, "/calls"))["cache-control"] == "no-store"
    assert (await headers_of(headers, "/icons.svg"))["cache-control"] == "no-store"
    assert "immutable" in (await headers_of(headers, "/icons.svg", query=b"v=12"))["cache-control"]
    assert "immutable" in (await headers_of(headers, "/assets/root-1.js"))["cache-control"]
    assert (await headers_of(headers, "/assets/gone.js", status=404))["cache-control"] == "no-store"
