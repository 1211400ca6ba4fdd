"""Sends one call's webhooks: in order on good days, with repeats, losses and disorder on bad ones."""

import asyncio
import random
import ssl
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import orjson

from voxanne_app.sandbox.faults import WEBHOOK_MODES, Fault
from voxanne_app.sandbox.journal import SENT
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi.servers import Server
from voxanne_app.sandbox.world import World

# A message is built anew for each delivery: presigned addresses and times differ between repeats.
Build = Callable[[], JsonObject]
SETTLE_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What the product answered. `status` is None when nothing came in time, `body` when it was no JSON."""

    status: int | None
    body: Any
    took_ms: float
    trouble: str | None = None


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than a whole call's webhooks."""
    return ssl.create_default_context()


class Deliveries:
    """The webhooks of one call. `sent` tells of each attempt what came of it."""

    def __init__(self, world: World, pace: Callable[[float], Coroutine[Any, Any, None]]) -> None:
        self._world, self._pace = world, pace
        # A client for each call: a pool shared by hundreds of calls spends its time looking through itself.
        self._client = httpx.AsyncClient(verify=_certificates(), trust_env=False)
        self._line: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent: list[dict[str, Any]] = []

    def tell(self, server: Server | None, kind: str, build: Build) -> None:
        """Send without waiting for it; a plan for repetitions is honoured."""
        if server is None:
            return
        faults = self._faults(kind)
        if "drop" in faults:
            self._note(kind, Answer(None, None, 0, "dropped by a bad day"))
            return
        for _ in range(2 if "duplicate" in faults else 1):
            delay = self._delay(faults)
            if delay:
                self.start(self._later(delay, server, kind, build))
            else:
                self._line = self.start(self._after(self._line, server, kind, build))

    async def ask(
        self, server: Server, kind: str, build: Build, *, timeout_seconds: float | None = None
    ) -> Answer:
        """Send what must be answered, once, as the caller is waiting."""
        if self._line is not None:
            await asyncio.wait([self._line])
        faults = self._faults(kind)
        if "drop" in faults:
            return self._note(kind, Answer(None, None, 0, "dropped by a bad day"))
        await self._pace(self._delay(faults))
        answer = await self._attempt(server, kind, build, timeout_seconds)
        if "duplicate" in faults:
            await self._attempt(server, kind, build, timeout_seconds)
        return answer

    async def settled(self) -> None:
        """Until all is sent, late ones and repetitions included."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while self._tasks:
                await asyncio.wait(self._tasks)
        await self._client.aclose()

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _faults(self, kind: str) -> dict[str, Fault]:
        return {fault.mode: fault for fault in self._world.faults.strike(WEBHOOK_MODES, "vapi", "POST", kind)}

    def _delay(self, faults: dict[str, Fault]) -> float:
        late = faults["late"].seconds if "late" in faults else 0.0
        if "reorder" in faults:
            late += random.uniform(0.01, faults["reorder"].seconds)  # noqa: S311 (disorder, not secrecy)
        return late

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Something of this call that goes on beside it; `settled` waits for it too."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _after(
        self, before: asyncio.Task[None] | None, server: Server, kind: str, build: Build
    ) -> None:
        """Messages leave one after the other, but none waits for the repetitions of another."""
        if before is not None:
            await asyncio.wait([before])
        answer = await self._attempt(server, kind, build)
        if server.wants_again(answer.status):
            self.start(self._repeat(server, kind, build))

    async def _later(self, delay: float, server: Server, kind: str, build: Build) -> None:
        await self._pace(delay)
        answer = await self._attempt(server, kind, build)
        if server.wants_again(answer.status):
            await self._repeat(server, kind, build)

    async def _repeat(self, server: Server, kind: str, build: Build) -> None:
        for delay in server.delays():
            await self._world.clock.sleep(delay)
            answer = await self._attempt(server, kind, build)
            if not server.wants_again(answer.status):
                return

    async def _attempt(
        self, server: Server, kind: str, build: Build, timeout_seconds: float | None = None
    ) -> Answer:
        body = orjson.dumps(build())
        headers = server.signed_headers(body, self._world.clock.now())
        entry = self._world.journal.write("vapi", SENT, "POST", server.url, "", headers, body)
        began = time.perf_counter()
        answer, raw = await _post(
            self._client, server.url, headers, body, timeout_seconds or server.timeout_seconds
        )
        took_ms = (time.perf_counter() - began) * 1000
        answer = Answer(answer.status, answer.body, round(took_ms, 1), answer.trouble)
        self._world.journal.answered(entry, answer.status, raw, took_ms, answer.trouble)
        return self._note(kind, answer)

    def _note(self, kind: str, answer: Answer) -> Answer:
        self.sent.append(
            {"type": kind, "status": answer.status, "took_ms": answer.took_ms, "trouble": answer.trouble}
        )
        return answer


async def _post(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], body: bytes, timeout_seconds: float
) -> tuple[Answer, bytes]:
    try:
        async with asyncio.timeout(timeout_seconds):
            response = await client.post(url, content=body, headers=headers, timeout=timeout_seconds)
    except TimeoutError:
        return Answer(None, None, 0, f"no answer within {timeout_seconds:g} s"), b""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(None, None, 0, f"{type(error).__name__}: {error}"), b""
    try:
        parsed = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        parsed = None
    return Answer(response.status_code, parsed, 0), response.content
