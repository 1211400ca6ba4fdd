"""Who plays which part: what assistants may call, and who reads and handles vendors' events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from voxanne_app.agents.tools import VoiceTool
from voxanne_app.bookings import voice_tools as bookings
from voxanne_app.calls import voice_tools as calls
from voxanne_app.calls import webhook_handlers
from voxanne_app.calls.ports import CallNews, Line
from voxanne_app.integrations.vapi.call_news import read_news
from voxanne_app.integrations.vapi.webhooks import whose

VOICE_TOOLS: dict[str, VoiceTool] = {tool.name: tool for tool in (*bookings.VOICE_TOOLS, *calls.VOICE_TOOLS)}


class HandleCallNews(Protocol):
    def __call__(self, session: Session, news: CallNews, *, line: Line, now: datetime) -> None: ...


@dataclass(frozen=True)
class Webhook:
    """`whose` gives the vendor's names in a stored message, and when its call was; `read` turns it into news,
    or None when it holds none; `handle` is safe to repeat.
    """

    provider: str
    whose: Callable[[dict[str, Any]], tuple[tuple[tuple[str, str], ...], datetime]]
    read: Callable[[dict[str, Any]], CallNews | None]
    handle: HandleCallNews


WEBHOOKS = {"vapi": Webhook("vapi", whose, read_news, webhook_handlers.on_call_news)}
