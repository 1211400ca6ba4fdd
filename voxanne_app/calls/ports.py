"""What the voice platform tells about a call, what it keeps of it, and where recordings are kept."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol
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
    usage: Mapping[str, float] = field(default_factory=dict)


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
    spoken. `tools`: what its history shows. `is_tool_request`: we answered it while the caller waited.
    """

    vendor_call_id: str
    registers: Mapping[str, Register]
    finals: frozenset[SpokenTurn] = frozenset()
    tools: tuple[AskedTool, ...] = ()
    is_tool_request: bool = False


def digest_of_arguments(name: str, arguments: Mapping[str, Any]) -> str:
    """The same for the same request, however its arguments were ordered or wrapped."""
    plain = json.dumps([name, dict(arguments)], sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


class ArchiveUnavailable(Exception):
    """The voice platform could not be asked, or gave something that cannot be used; it is asked again."""


class NoRecording(Exception):
    """The voice platform has no recording of this call: not yet, or not any more."""


class UnusableRecording(Exception):
    """What came is not to be kept: no audio, too much of it, or from an address that is nobody's business.

    `reason` is a word for the record's own `reason`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CallArchive(Protocol):
    """What the voice platform keeps of calls that are over."""

    def call(self, vendor_call_id: str) -> CallNews | None:
        """What it says about the call now; None when it knows the call no more. Raises ArchiveUnavailable."""
        ...

    def recording(self, vendor_call_id: str, *, into: BinaryIO, at_most: int) -> None:
        """Write the recording, with a channel per speaker where there is one, up to `at_most` bytes.

        Raises NoRecording, UnusableRecording, ArchiveUnavailable.
        """
        ...

    def delete(self, vendor_call_id: str) -> None:
        """Delete the call there, with everything it holds; one that is gone already is no trouble.

        Raises ArchiveUnavailable.
        """
        ...


class CannotSteer(Exception):
    """The call was not steered, or nobody knows whether it was. The message is for the person who tried."""


class LineControl(Protocol):
    """What can be done with a call that is on. Each method raises CannotSteer."""

    def say(self, vendor_call_id: str, words: str) -> None:
        """Have the agent say these words to the caller, once."""
        ...

    def end(self, vendor_call_id: str) -> None:
        """Hang up."""
        ...


class StorageUnavailable(Exception):
    """The storage did not do it; nothing is known about whether it half did."""


class NotStored(Exception):
    """There is nothing under this key."""


@dataclass(frozen=True)
class StoredFile:
    key: str
    stored_at: datetime


class RecordingStorage(Protocol):
    """Private files by key, `<organization>/<name>`. Each method raises StorageUnavailable."""

    def put(self, key: str, file: Path, *, content_type: str) -> None:
        """Store the file, in place of what was there."""
        ...

    def read(self, key: str, *, first: int, last: int) -> Iterator[bytes]:
        """The bytes from `first` to `last`, both included. Raises NotStored, before the first one."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Delete them; those that are gone already are no trouble."""
        ...

    def stored(self, org_id: UUID) -> Iterator[StoredFile]:
        """Everything that is stored for an organization."""
        ...
