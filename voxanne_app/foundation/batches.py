"""Many small writes as one: what arrives while a batch is being written makes up the next one.

Nobody waits for a timer: alone, an item is written at once; under load the batches grow by themselves. Each
caller hears about its own item, after the commit.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Written = TypeVar("Written")


class TooBusy(Exception):
    """More is waiting than can be written in time; the sender should come again later."""


class Batches(Generic[Item, Written]):
    """Belongs to one event loop. `write` runs in a thread, and returns one answer per item, in order."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Written]],
        *,
        at_once: int = 200,
        writers: int = 1,
        most_waiting: int = 4000,
    ) -> None:
        self._write = write
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._free_writers = writers
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="batches")
        self._waiting: list[tuple[Item, asyncio.Future[Written]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Written:
        """Wait until `item` is written. Raises TooBusy, or what `write` raised for its batch."""
        if len(self._waiting) >= self._most_waiting:
            raise TooBusy
        loop = asyncio.get_running_loop()
        written: asyncio.Future[Written] = loop.create_future()
        self._waiting.append((item, written))
        if self._free_writers:
            self._free_writers -= 1
            task = loop.create_task(self._write_what_waits())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await written

    async def _write_what_waits(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch = self._waiting[: self._at_once]
                del self._waiting[: self._at_once]
                try:
                    items = [item for item, _ in batch]
                    answers = await loop.run_in_executor(self._threads, self._write, items)
                except Exception as error:
                    _tell(batch, error)
                else:
                    for (_, written), answer in zip(batch, answers, strict=True):
                        if not written.done():
                            written.set_result(answer)
        finally:
            self._free_writers += 1


def _tell(batch: list[tuple[Item, asyncio.Future[Written]]], error: Exception) -> None:
    for _, written in batch:
        if not written.done():  # its sender may have hung up
            written.set_exception(error)
