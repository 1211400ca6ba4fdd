"""Open pages hear of news in their own organization, and of nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text
from sqlmodel import Session

from tests.deliveries import connect, work_off
from tests.payloads import vapi
from voxanne_app.agents.tools import Caller, ToolAnswer, VoiceTool
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.integrations.vapi.webhooks import read_event
from voxanne_app.ui import live
from voxanne_app.ui.live import Hub
from voxanne_app.webhooks import tool_calls
from voxanne_app.wiring import VOICE_TOOLS


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    listening = asyncio.create_task(hub.listen())
    await until_heard(hub)
    yield hub
    listening.cancel()


async def until_heard(hub: Hub) -> None:
    """Announces until it listens: a page of nobody's hears of itself."""
    org_id, heard = uuid4(), asyncio.Event()
    page = asyncio.create_task(follow(hub, org_id, "calls", heard.set))
    while not heard.is_set():
        await asyncio.to_thread(say, org_id, "calls")
        await asyncio.sleep(0.05)
    page.cancel()
    await asyncio.wait([page])


def say(org_id: UUID, topic: Any) -> None:
    with transaction(Claims.organization(org_id)) as session:
        announce(session, org_id=org_id, topic=topic)


async def follow(hub: Hub, org_id: UUID, topic: str, on_news: Any) -> None:
    async for _ in hub.changes(org_id, [topic]):
        on_news()


class Page:
    """One open page: how often it was told."""

    def __init__(self, hub: Hub, org_id: UUID, topic: str = "calls") -> None:
        self.told = 0
        self.task = asyncio.create_task(follow(hub, org_id, topic, self._note))

    def _note(self) -> None:
        self.told += 1

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


async def test_a_page_hears_of_its_own_organization_and_topic_only(hub: Hub) -> None:
    ours, theirs = uuid4(), uuid4()
    pages = [Page(hub, ours), Page(hub, ours, "bookings"), Page(hub, theirs)]
    await asyncio.sleep(0)
    await asyncio.to_thread(say, ours, "calls")
    await asyncio.sleep(0.6)
    assert [page.told for page in pages] == [1, 0, 0]
    for page in pages:
        await page.close()


async def test_what_a_caller_had_done_is_announced_by_its_events_job_and_not_while_they_wait(
    hub: Hub, organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def book(session: Session, caller: Caller, _arguments: Any, _now: datetime) -> ToolAnswer:
        announce(session, org_id=caller.org_id, topic="bookings")
        return ToolAnswer("Booked.")

    monkeypatch.setitem(VOICE_TOOLS, "book", VoiceTool("book", "", {}, book))
    asked = vapi.tool_calls(vapi.asked_for("book", {}), call=connect(organization).call())
    page = Page(hub, organization.id, "bookings")
    await tool_calls.answer(read_event(json.dumps(asked).encode()))
    await asyncio.sleep(0.6)
    assert page.told == 0
    await asyncio.to_thread(work_off)
    await asyncio.sleep(0.6)
    assert page.told == 1
    await page.close()


async def test_a_burst_of_news_repaints_four_times_a_second_at_most_and_never_misses_the_last(
    hub: Hub,
) -> None:
    org_id = uuid4()
    page = Page(hub, org_id)
    await asyncio.sleep(0)
    for _ in range(100):
        hub.tell(org_id, "calls")
        await asyncio.sleep(0.01)
    busy = page.told
    await asyncio.sleep(0.4)
    assert 3 <= busy <= 6
    assert page.told == busy + 1
    await page.close()


async def test_two_hundred_closed_pages_leave_nothing_behind(hub: Hub) -> None:
    before = len(hub)
    pages = [Page(hub, uuid4() if n % 2 else UUID(int=n % 7)) for n in range(200)]
    await asyncio.sleep(0)
    assert len(hub) == before + 200
    await asyncio.gather(*(page.close() for page in pages))
    assert len(hub) == before
    assert not hub._subscriptions


async def test_after_a_lost_connection_everybody_looks_again_and_news_comes_through(hub: Hub) -> None:
    org_id = uuid4()
    page = Page(hub, org_id)
    await asyncio.sleep(0)
    with transaction(Claims.nobody()) as session:
        # The app's role may end its own connections, and the listening one is one of them.
        session.connection().execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' "
                "and datname = current_database()"
            )
        )
    await asyncio.sleep(1.2)
    assert page.told >= 1
    told = page.told
    await asyncio.to_thread(say, org_id, "calls")
    await asyncio.sleep(0.6)
    assert page.told == told + 1
    await page.close()


async def test_a_page_without_news_looks_again_because_times_age(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_AGAIN_SECONDS", 0.1)
    page = Page(hub, uuid4())
    await asyncio.sleep(1.0)
    assert page.told >= 2
    await page.close()
