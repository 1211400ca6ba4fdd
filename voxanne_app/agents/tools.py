"""What a voice tool is: the shape of every `VOICE_TOOLS`, which publishing shows to the voice platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session


@dataclass(frozen=True)
class Caller:
    """Who is on the line, as the vendor's call says it: never taken from a tool's arguments."""

    org_id: UUID
    call_id: UUID
    time_zone: str
    number: str | None


@dataclass(frozen=True)
class ToolAnswer:
    """`line` is one line a voice can say; `data` is the same for machines (JSON values only)."""

    line: str
    data: dict[str, Any] = field(default_factory=dict)


class CannotBeDone(Exception):
    """An expected no. Its message is one line a voice can say to the caller."""


@dataclass(frozen=True)
class VoiceTool:
    """`parameters` is JSON Schema; `answer` may raise `CannotBeDone`, and its arguments are unchecked.
    `only_looks`: it changes nothing."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    answer: Callable[[Session, Caller, Mapping[str, Any], datetime], ToolAnswer]
    only_looks: bool = False
