"""Many small writes as one: each caller hears about its own item, after it was written."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from voxanne_app.foundation.batches import Batches, TooBusy


class Notebook:
    """Remembers what was written together; waits while `closed`."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = threading.Event()
        self.open.set()

    def write(self, items: Sequence[int]) -> list[str]:
        self.open.wait(5)
        self.batches.append(list(items))
        if 13 in items:
            raise ValueError("thirteen")
        return [f"wrote {item}" for item in items]


async def test_an_item_alone_is_written_at_once() -> None:
    notebook = Notebook()
    assert await Batches(notebook.write).submit(1) == "wrote 1"
    assert notebook.batches == [[1]]


async def test_what_arrives_during_a_write_is_written_together_and_each_hears_its_own_answer() -> None:
    notebook = Notebook()
    notebook.open.clear()
    batches = Batches(notebook.write, at_once=5)
    waiting = [asyncio.create_task(batches.submit(item)) for item in range(12)]
    await asyncio.sleep(0.05)
    notebook.open.set()
    assert await asyncio.gather(*waiting) == [f"wrote {item}" for item in range(12)]
    assert [len(batch) for batch in notebook.batches] == [5, 5, 2]


async def test_a_failure_is_told_to_its_own_batch_only() -> None:
    batches = Batches(Notebook().write, at_once=1)
    told = await asyncio.gather(*(batches.submit(item) for item in (1, 13, 2)), return_exceptions=True)
    assert told[0] == "wrote 1" and isinstance(told[1], ValueError) and told[2] == "wrote 2"
    assert await batches.submit(3) == "wrote 3"


async def test_a_sender_that_hangs_up_holds_nobody_else_up() -> None:
    notebook = Notebook()
    notebook.open.clear()
    batches = Batches(notebook.write)
    gone, there = (asyncio.create_task(batches.submit(item)) for item in (1, 2))
    await asyncio.sleep(0.05)
    gone.cancel()
    notebook.open.set()
    assert await there == "wrote 2"


async def test_more_than_can_be_written_in_time_is_refused_at_once() -> None:
    notebook = Notebook()
    notebook.open.clear()
    batches = Batches(notebook.write, at_once=1, most_waiting=2)
    being_written = asyncio.create_task(batches.submit(0))
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(batches.submit(item)) for item in (1, 2)]
    await asyncio.sleep(0.05)
    with pytest.raises(TooBusy):
        await batches.submit(3)
    notebook.open.set()
    assert await asyncio.gather(being_written, *waiting) == ["wrote 0", "wrote 1", "wrote 2"]
