"""What monitoring needs of the outside: a place where operators hear of trouble while they look elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID


@dataclass(frozen=True)
class AlertNews:
    """That a trouble began, or that it has ended. The texts hold nothing about patients, and no secret."""

    alert_id: UUID
    what: Literal["raised", "resolved"]
    severity: str
    title: str
    body: str
    since: datetime


class ChannelUnavailable(Exception):
    """It did not answer, or asks us to wait: worth another try in a minute."""


class ChannelRefuses(Exception):
    """It will not take this, however often it is tried: a sentence for operators, without the address."""


class AlertChannel(Protocol):
    def tell(self, news: Sequence[AlertNews]) -> None:
        """All of it in one message. Raises ChannelUnavailable or ChannelRefuses."""
        ...
