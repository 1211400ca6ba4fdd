"""What a request asks for and brings along, and how Reflex gets to see it."""

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import Scope

from voxanne_app.identity.sessions import cookie_name
from voxanne_app.ui import connections

LOOKING = ("GET", "HEAD")
# No page of ours is called so: Reflex's own addresses, and files.
_NOT_PAGES = ("/_", "/ping", "/assets/")
# What the browser says about itself and what only we may say: neither goes on to Reflex.
_WITHHELD = frozenset({b"cookie", b"authorization", b"reflex-client-token", connections.HEADER.encode()})


def header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def cookie(scope: Scope) -> str | None:
    wanted = cookie_name()
    # HTTP/2 may bring each cookie in a header of its own.
    cookies = ";".join(value.decode("latin-1") for key, value in scope["headers"] if key == b"cookie")
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted:
            return value
    return None


def without_credentials(scope: Scope) -> Scope:
    return {**scope, "headers": [header for header in scope["headers"] if header[0] not in _WITHHELD]}


def as_page(scope: Scope) -> Scope:
    """`/calls` is built as a folder: without the slash, Reflex would send the browser to `/calls/`."""
    inside = dict(without_credentials(scope))
    if is_page(scope["path"]):
        inside["path"] = scope["path"].rstrip("/") + "/"
    return inside


def as_connection(scope: Scope, connection: connections.Connection) -> Scope:
    """The handshake as Reflex sees it: named by us, and its token valid in this place only."""
    inside: dict[str, Any] = dict(without_credentials(scope))
    inside["headers"].append((connections.HEADER.encode(), connection.name.encode()))
    query = [
        (key, connections.token_within(connection.place, value) if key == "token" else value)
        for key, value in parse_qsl(scope["query_string"].decode("latin-1"))
    ]
    inside["query_string"] = urlencode(query).encode()
    return inside


def is_served(scope: Scope) -> bool:
    """Pages and their files are looked at. What else Reflex has (uploads, its socket by polling) is not."""
    return scope["method"] in LOOKING and (
        scope["path"].startswith("/assets/") or not scope["path"].startswith(_NOT_PAGES)
    )


def is_page(path: str) -> bool:
    return not path.startswith(_NOT_PAGES) and "." not in path.rsplit("/", 1)[-1]


def sign_in_address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"
