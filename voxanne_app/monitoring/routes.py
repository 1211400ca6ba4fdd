"""What machines ask about this process: plain ASGI, so that it answers whatever state the screens are in."""

import asyncio
import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from voxanne_app.foundation import metrics
from voxanne_app.foundation.settings import get_settings
from voxanne_app.monitoring.readiness import ReadinessProbe

_LOOPBACK = ("127.0.0.1", "::1")
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")
_probe = ReadinessProbe()


async def healthz(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


async def readyz(scope: Scope, receive: Receive, send: Send) -> None:
    readiness = await _probe.ask()
    status = "ready" if readiness.is_ready else "not ready"
    body = {"status": status, "checks": readiness.checks}
    await JSONResponse(body, 200 if readiness.is_ready else 503)(scope, receive, send)


async def metrics_page(scope: Scope, receive: Receive, send: Send) -> None:
    response: Response
    if may_read_metrics(Request(scope)):
        response = Response(await asyncio.to_thread(metrics.exposition), media_type=metrics.CONTENT_TYPE)
    else:
        response = PlainTextResponse("Metrics need the token in METRICS_TOKEN, as a bearer token.", 401)
    await response(scope, receive, send)


def may_read_metrics(request: Request) -> bool:
    """The bearer of the token, or somebody on this machine. What a proxy passes on comes from elsewhere."""
    token = get_settings().metrics_token
    given = request.headers.get("authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode()):
        return True
    is_local = request.client is not None and request.client.host in _LOOPBACK
    return is_local and not any(header in request.headers for header in _PROXY_HEADERS)


ROUTES: dict[str, ASGIApp] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics_page}
