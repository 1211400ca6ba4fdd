"""The outermost door of the web process: what is public is on a list, everything else needs a session.

request ─ foreign origin? ─→ 403
        ─ a domain's own route (webhooks, sign-in, health) ─→ it
        ─ a file that the sign-in page needs ─→ it
        ─ no session ─→ pages 303 to /sign-in, the socket 403, the rest 401
        ─ a page of the others (operators have /platform/…, clinics the rest) ─→ 303 to one's own first page
        ─ Reflex: pages, their files, their socket
"""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from voxanne_app.foundation.browser_requests import origin_of
from voxanne_app.identity.admission import Operator, SignedIn
from voxanne_app.identity.sessions import cookie_name, who_for_cookie
from voxanne_app.ui import areas, connections
from voxanne_app.ui.security_headers import SecurityHeaders
from voxanne_app.ui.socket_line import SocketLine

logger = logging.getLogger(__name__)

_PUBLIC_FILES = frozenset({"/favicon.ico", "/logo.svg", "/icons.svg", "/voxanne.js"})
_PUBLIC_FOLDERS = ("/styles/", "/fonts/")
_SOCKET = "/_event"
# No page of ours is called so: Reflex's own addresses, and files.
_NOT_PAGES = ("/_", "/ping", "/assets/")
# What the browser says about itself and what only we may say: neither goes on to Reflex.
_WITHHELD = frozenset({b"cookie", b"authorization", b"reflex-client-token", connections.HEADER.encode()})


class FrontDoor:
    """ASGI. `routes` maps exact paths to the ASGI apps that answer them without a session."""

    def __init__(
        self, pages: ASGIApp, routes: Mapping[str, ASGIApp], *, public_url: str, headers: SecurityHeaders
    ) -> None:
        self._pages = pages
        self._routes = routes
        self._headers = headers
        own = urlsplit(public_url)
        self._own_origin = f"{own.scheme}://{own.netloc}"
        self._secure = own.scheme == "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = self._headers.on(send, path=scope["path"], query=scope["query_string"])
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not self._is_from_here(scope):
            await _refuse(403, "This address answers its own pages only.", scope, receive, send)
        elif path in self._routes:
            await self._routes[path](scope, receive, send)
        elif path in _PUBLIC_FILES or path.startswith(_PUBLIC_FOLDERS):
            await self._pages(_without_credentials(scope), receive, send)
        else:
            await self._answer_inside(scope, receive, send)

    async def _answer_inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            who = await who_for_cookie(_cookie(scope))
        except SQLAlchemyError as error:
            logger.error("Sessions cannot be read: %s", type(error).__name__)
            sentence = (
                "Voxanne cannot reach its database. Nothing was lost; this page works again when it can."
            )
            await _refuse(503, sentence, scope, receive, send)
            return
        is_page = _is_page(scope["path"])
        if who and (not is_page or areas.admits(who, scope["path"])):
            await self._pages(_as_page(scope), receive, send)
        elif is_page and scope["method"] in ("GET", "HEAD"):
            elsewhere = areas.first_page(who) if who else _sign_in_address(scope)
            await RedirectResponse(elsewhere, 303)(scope, receive, send)
        elif who:
            await _refuse(403, "This is not one of your pages.", scope, receive, send)
        else:
            await _refuse(401, "Sign in first.", scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = _cookie(scope)
        who = await self._who_connects(scope, cookie)
        if cookie is None or who is None:
            await receive()
            # Before it is accepted: the browser is answered 403.
            await send({"type": "websocket.close", "code": connections.SESSION_OVER})
            return
        with connections.opened(cookie, who.place, origin_of(HTTPConnection(scope))) as connection:
            line = SocketLine(connection, receive, send)
            try:
                await self._pages(_as_connection(scope, connection), line.receive, line.send)
            finally:
                line.hang_up()

    async def _who_connects(self, scope: Scope, cookie: str | None) -> SignedIn | Operator | None:
        # Every browser names the origin of a socket, so one without is no browser's.
        if not (
            _header(scope, b"origin") and self._is_from_here(scope) and scope["path"].startswith(_SOCKET)
        ):
            return None
        try:
            return await who_for_cookie(cookie)
        except SQLAlchemyError as error:
            logger.error("Sessions cannot be read: %s", type(error).__name__)
            return None

    def _is_from_here(self, scope: Scope) -> bool:
        """Whether the page that asks is ours. What no page made (vendors, typed addresses) has no origin."""
        origin = _header(scope, b"origin")
        if origin is None or origin == self._own_origin:
            return True
        # Without https this is somebody's own machine, reachable by several names.
        return not self._secure and origin == f"http://{_header(scope, b'host')}"


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _cookie(scope: Scope) -> str | None:
    wanted = cookie_name()
    # HTTP/2 may bring each cookie in a header of its own.
    cookies = ";".join(value.decode("latin-1") for key, value in scope["headers"] if key == b"cookie")
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted:
            return value
    return None


def _without_credentials(scope: Scope) -> Scope:
    return {**scope, "headers": [header for header in scope["headers"] if header[0] not in _WITHHELD]}


def _as_page(scope: Scope) -> Scope:
    """`/calls` is built as a folder: without the slash, Reflex would send the browser to `/calls/`."""
    inside = dict(_without_credentials(scope))
    if _is_page(scope["path"]):
        inside["path"] = scope["path"].rstrip("/") + "/"
    return inside


def _as_connection(scope: Scope, connection: connections.Connection) -> Scope:
    """The handshake as Reflex sees it: named by us, and its token valid in this place only."""
    inside: dict[str, Any] = dict(_without_credentials(scope))
    inside["headers"].append((connections.HEADER.encode(), connection.name.encode()))
    query = [
        (key, connections.token_within(connection.place, value) if key == "token" else value)
        for key, value in parse_qsl(scope["query_string"].decode("latin-1"))
    ]
    inside["query_string"] = urlencode(query).encode()
    return inside


def _is_page(path: str) -> bool:
    return not path.startswith(_NOT_PAGES) and "." not in path.rsplit("/", 1)[-1]


def _sign_in_address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"


async def _refuse(status: int, sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer after reading the body to its end: some clients hear nothing while they are still sending."""
    while scope["method"] not in ("GET", "HEAD"):
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    response: Response = PlainTextResponse(sentence, status, {"retry-after": "5"} if status == 503 else None)
    await response(scope, receive, send)
