"""What trials need of a voice platform: that an agent answers in writing, with nothing kept of it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.trials.turns import Turn

# What the part is played with, beside what is defined here.
__all__ = ["ReviewedAgent", "Turn", "VoiceTool"]


@dataclass(frozen=True)
class Chat:
    """`history` ends with what the caller says. The platform brings `key` along whenever the assistant uses
    one of the `tools`. `happens_at` is what the assistant takes for now, in `zone`."""

    agent: ReviewedAgent
    tools: Sequence[VoiceTool]
    history: Sequence[Turn]
    key: UUID
    happens_at: datetime
    zone: str


@dataclass(frozen=True)
class Answered:
    """`cost_usd` is None when the platform does not say."""

    words: str
    cost_usd: Decimal | None


class ChatFailed(Exception):
    """There is no answer. The message is a sentence for whoever tries the agent out."""


class TrialChats(Protocol):
    def answer(self, chat: Chat) -> Answered:
        """What the agent says next. Asked once only: each time costs money, and may use tools."""
        ...
