"""Serves the application in this very process, so that one process id is all there is to kill."""

import asyncio
import os
import signal

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette


def serve(app: Starlette, *, host: str, port: int) -> None:
    """Blocks until SIGTERM or SIGINT."""
    asyncio.run(_serve(app, host, port))


async def _serve(app: Starlette, host: str, port: int) -> None:
    server = Server(
        app, address=host, port=port, interface=Interfaces.ASGINL, log_enabled=False, backlog=1024
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        # All that is worth keeping is on disk; the embedded server may panic when it is taken down.
        loop.add_signal_handler(name, os._exit, 0)
    print(f"The sandbox listens on http://{host}:{port}", flush=True)
    await server.serve()
