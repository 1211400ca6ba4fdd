"""What the voice platform tells about a call, in the words that its adapter speaks to this domain."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

Speaker = Literal["agent", "caller"]
STATUSES = ("scheduled", "queued", "ringing", "in_progress", "forwarding", "ended")  # in this order only
REPORT = 3.0  # the rank of what the platform says when all is over


@dataclass(frozen=True)
class Register:
    """What one source says about one thing, and how good that source is: of two, the stronger one stays.

    Compared by `strength`, then by `digest` of the value, so that the better of any two is the same whichever
    came first. `value` is None where only its strength was remembered: the value itself then stands where it
    was written.
    """

    strength: tuple[float, ...]
    digest: str
    value: Any = field(compare=False)

    @property
    def order(self) -> tuple[tuple[float, ...], str]:
        return self.strength, self.digest


def register(value: Any, *strength: float) -> Register:
    plain = json.dumps(value, sort_keys=True, default=str)
    return Register(strength, hashlib.sha256(plain.encode()).hexdigest()[:16], value)


@dataclass(frozen=True)
class SpokenTurn:
    speaker: Speaker
    words: str
    said_at: datetime | None = None
    offset_seconds: float | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True)
class AskedTool:
    """A tool that the assistant asked for, as the history of a call shows it. `result` once there was one."""

    vendor_tool_call_id: str
    name: str
    arguments: Mapping[str, Any]
    result: str | None = None
    requested_at: datetime | None = None
    offset_seconds: float | None = None


@dataclass(frozen=True)
class CostItem:
    component: str
    detail: str
    amount_usd: Decimal
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Line:
    """The clinic and the receptionist whom a call reached. Without `time_zone`, its clock is not known."""

    org_id: UUID
    agent_id: UUID | None = None
    time_zone: str | None = None


@dataclass(frozen=True)
class CallNews:
    """One event's news about one call.

    `registers` are named like the columns of `call_logs`, or `metadata.<name>`; beside those `turns` (a tuple
    of SpokenTurn), `costs` (a tuple of CostItem) and `caller_spoke`. `finals` are sentences that were just
    spoken.
    """

    vendor_call_id: str
    registers: Mapping[str, Register]
    finals: frozenset[SpokenTurn] = frozenset()
    tools: tuple[AskedTool, ...] = ()


def digest_of_arguments(name: str, arguments: Mapping[str, Any]) -> str:
    """The same for the same request, however its arguments were ordered or wrapped."""
    plain = json.dumps([name, dict(arguments)], sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
