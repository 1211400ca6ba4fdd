"""Calls to the sign-in provider, off the event loop and in threads of their own: a provider that hangs takes
nobody else's."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from voxanne_app.identity.ports import SignInUnavailable

T = TypeVar("T")

PATIENCE_SECONDS = 8.0

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sign-in")


async def call(work: Callable[[], T], *, patience_seconds: float = PATIENCE_SECONDS) -> T:
    """What `work` returns or raises; SignInUnavailable when that takes too long, the queue included."""
    waiting = asyncio.get_running_loop().run_in_executor(_threads, work)
    try:
        return await asyncio.wait_for(waiting, patience_seconds)
    except TimeoutError:
        raise SignInUnavailable from None
