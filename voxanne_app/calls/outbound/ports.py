"""What calling out needs of the voice platform: that it dials once, and can be asked what it dialled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.calls.ports import CallNews


@dataclass(frozen=True)
class Tested:
    """An agent that is made for one call, and whose tools come with `key`, which names a trial."""

    agent: ReviewedAgent
    tools: Sequence[VoiceTool]
    key: UUID


@dataclass(frozen=True)
class Order:
    """One call to be made. `call_name` is our name for it, by which it is found again. It is spoken by the
    platform's copy of an agent (`copy_id`), or by one that is `tested`. `variables` are filled into what the
    agent was told.
    """

    call_name: UUID
    number: str
    line_id: str
    callee: str = ""
    copy_id: str | None = None
    tested: Tested | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


class NotDialled(Exception):
    """Nothing was dialled, for certain. `is_for_now`: lines or the platform were not free, later may do."""

    def __init__(self, why: str, *, is_for_now: bool = False) -> None:
        super().__init__(why)
        self.is_for_now = is_for_now


class MaybeDialled(Exception):
    """Nobody knows whether it was dialled. It must not be asked for again: look for it."""


class CannotLook(Exception):
    """The platform could not be asked; nothing was learned."""


class Dialler(Protocol):
    def dial(self, order: Order) -> CallNews:
        """Have the platform dial, with one request that is never repeated; what it says about the call.

        Raises NotDialled, MaybeDialled.
        """
        ...

    def find(self, call_name: UUID, *, line_id: str, since: datetime) -> CallNews | None:
        """The call of that name, if the platform has made it since. Raises CannotLook."""
        ...
