"""The outermost door of the web process: what is public is on a list, everything else needs a session.

request ─ foreign origin? ─→ 403
        ─ a route of vendors and machines (webhooks, health) ─→ it
        ─ a file that the sign-in page needs ─→ it
        ─ too many from one address ─→ 429
        ─ another route of a domain's ─→ it; if it changes something, from our own pages only
        ─ no session ─→ pages 303 to /sign-in, the socket 403, the rest 401
        ─ a page of the others (operators have /platform/…, clinics the rest) ─→ 303 to one's own first page
        ─ Reflex: pages, their files, their socket
"""

import logging
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voxanne_app.foundation.browser_requests import (
    client_address,
    is_from_own_page,
    is_own_origin,
    origin_of,
)
from voxanne_app.identity.admission import Operator, SignedIn
from voxanne_app.identity.sessions import who_for_cookie
from voxanne_app.ui import areas, asked, connections
from voxanne_app.ui.request_limits import SOCKETS_PER_SESSION, RequestLimits
from voxanne_app.ui.security_headers import SecurityHeaders
from voxanne_app.ui.socket_line import SocketLine

logger = logging.getLogger(__name__)

_PUBLIC_FILES = frozenset({"/favicon.ico", "/logo.svg", "/icons.svg", "/voxanne.js"})
_PUBLIC_FOLDERS = ("/styles/", "/fonts/")
# Whoever calls these is no browser, proves who it is itself, and is not to be held up.
_MACHINES = ("/webhooks/", "/healthz", "/readyz", "/metrics")
_SOCKET = "/_event"


class FrontDoor:
    """ASGI. `routes` maps exact paths to the ASGI apps that answer them without a session."""

    def __init__(
        self,
        pages: ASGIApp,
        routes: Mapping[str, ASGIApp],
        *,
        public_url: str,
        headers: SecurityHeaders,
        limits: RequestLimits | None = None,
    ) -> None:
        self._pages = pages
        self._routes = routes
        self._headers = headers
        self._limits = limits or RequestLimits()
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = self._headers.on(
                send, path=scope["path"], query=scope["query_string"], is_plain=scope["path"] in self._routes
            )
            await self._answer_whatever_happens(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _answer_whatever_happens(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def begin(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._answer(scope, receive, begin)
        except (ClientDisconnect, ConnectionError):
            return  # nobody waits for an answer
        except Exception as error:
            logger.error("A request failed", exc_info=error)
            if not has_begun:
                sentence = "That did not work, and it is our fault. Try again in a moment."
                await PlainTextResponse(sentence, 500)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        route = self._routes.get(path)
        if not self._is_from_here(scope):
            await _refuse(403, "This address answers its own pages only.", scope, receive, send)
        elif route and path.startswith(_MACHINES):
            await route(scope, receive, send)
        elif path in _PUBLIC_FILES or path.startswith(_PUBLIC_FOLDERS):
            await self._pages(asked.without_credentials(scope), receive, send)
        elif wait := self._limits.wait_of_address(client_address(HTTPConnection(scope))):
            await _hold_up(wait, scope, receive, send)
        elif route is None:
            await self._answer_inside(scope, receive, send)
        elif scope["method"] in asked.LOOKING or is_from_own_page(
            Request(scope), public_url=self._public_url
        ):
            await route(scope, receive, send)
        else:
            sentence = "This did not come from a page of ours, so nothing was done."
            await _refuse(403, sentence, scope, receive, send)

    async def _answer_inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            who = await who_for_cookie(asked.cookie(scope))
        except SQLAlchemyError as error:
            logger.error("Sessions cannot be read: %s", type(error).__name__)
            sentence = (
                "Voxanne cannot reach its database. Nothing was lost; this page works again when it can."
            )
            await _refuse(503, sentence, scope, receive, send)
            return
        is_page = asked.is_page(scope["path"])
        wait = self._limits.wait_of_session(who.session_id) if who and is_page else 0
        if wait:
            await _hold_up(wait, scope, receive, send)
        elif who and not asked.is_served(scope):
            await _refuse(404, "There is nothing at this address.", scope, receive, send)
        elif who and (not is_page or areas.admits(who, scope["path"])):
            await self._pages(asked.as_page(scope), receive, send)
        elif is_page and scope["method"] in asked.LOOKING:
            elsewhere = areas.first_page(who) if who else asked.sign_in_address(scope)
            await RedirectResponse(elsewhere, 303)(scope, receive, send)
        elif who:
            await _refuse(403, "This is not one of your pages.", scope, receive, send)
        else:
            await _refuse(401, "Sign in first.", scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = asked.cookie(scope)
        who = await self._who_connects(scope, cookie)
        if cookie is None or who is None or connections.count_with(cookie) >= SOCKETS_PER_SESSION:
            await receive()
            # Before it is accepted: the browser is answered 403.
            await send({"type": "websocket.close", "code": connections.SESSION_OVER})
            return
        with connections.opened(cookie, who.place, origin_of(HTTPConnection(scope))) as connection:
            line = SocketLine(connection, receive, send)
            try:
                await self._pages(asked.as_connection(scope, connection), line.receive, line.send)
            except Exception as error:
                logger.error("A socket failed", exc_info=error)
            finally:
                line.hang_up()

    async def _who_connects(self, scope: Scope, cookie: str | None) -> SignedIn | Operator | None:
        # Every browser names the origin of a socket, so one without is no browser's.
        if not (
            asked.header(scope, b"origin") and self._is_from_here(scope) and scope["path"].startswith(_SOCKET)
        ):
            return None
        try:
            return await who_for_cookie(cookie)
        except SQLAlchemyError as error:
            logger.error("Sessions cannot be read: %s", type(error).__name__)
            return None

    def _is_from_here(self, scope: Scope) -> bool:
        """Whether the page that asks is ours. What no page made (vendors, typed addresses) has no origin."""
        origins = [value.decode("latin-1") for key, value in scope["headers"] if key == b"origin"]
        host = asked.header(scope, b"host")
        return all(is_own_origin(origin, host=host, public_url=self._public_url) for origin in origins)


async def _hold_up(seconds: int, scope: Scope, receive: Receive, send: Send) -> None:
    sentence = f"That was more in a minute than anybody needs. Go on in {seconds} seconds."
    await _refuse(429, sentence, scope, receive, send, retry_after=seconds)


async def _refuse(
    status: int, sentence: str, scope: Scope, receive: Receive, send: Send, *, retry_after: int = 5
) -> None:
    """Answer after reading the body to its end: some clients hear nothing while they are still sending."""
    while scope["method"] not in asked.LOOKING:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    headers = {"retry-after": str(retry_after)} if status in (429, 503) else None
    response: Response = PlainTextResponse(sentence, status, headers)
    await response(scope, receive, send)
