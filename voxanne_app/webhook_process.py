"""What vendors call, as a process of its own: the webhook routes alone, without Reflex.

`granian --interface asgi voxanne_app.webhook_process:asgi --workers 2`
"""

import gc

from voxanne_app.foundation import logs
from voxanne_app.integrations.sentry import error_reports
from voxanne_app.webhooks import routes
from voxanne_app.webhooks.http import Receive, Scope, Send, answer

logs.configure("webhooks")
error_reports.start("webhooks")

_ROUTES = dict(routes.ROUTES)

# What was imported stays: let the collector never look at it again.
gc.collect()
gc.freeze()


async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and (route := _ROUTES.get(scope["path"])):
        await route(scope, receive, send)
    elif scope["type"] == "http":
        alive = scope["path"] == "/healthz"
        await answer(send, 200 if alive else 404, {"status": "ok"} if alive else {"error": "Not here."})


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
