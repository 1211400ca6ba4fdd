"""What the agent says has been done or will be, and what was done: words and deeds, as plain things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from voxanne_app.calls.promises.when import UNSAID, When

Kind = Literal["booked", "moved", "cancelled", "texted", "mailed", "call_back", "pass_on", "transfer"]
Verdict = Literal["kept", "not_kept", "taken_back", "unknown"]
APPOINTMENT: frozenset[Kind] = frozenset(("booked", "moved", "cancelled"))


@dataclass(frozen=True)
class Said:
    """A turn, with what the clinic's clock showed when it was said. `position` is its place in the call."""

    position: int
    is_agent: bool
    words: str
    wall: datetime


@dataclass(frozen=True)
class Promise:
    """`clause` is what was said, plain, and stands at `span` of its turn. `is_announced`: it was about to be
    done. `around` are the times that the caller has just named, where the clause names none. `retracted`: the
    agent took it back later on.
    """

    kind: Kind
    position: int
    clause: str
    span: tuple[int, int] = (0, 0)
    when: When = UNSAID
    is_announced: bool = False
    around: tuple[When, ...] = ()
    retracted: bool = False


@dataclass(frozen=True)
class Appointment:
    """A booking as it is now; `starts` is the clinic's wall time. `is_of_call`: made in this very call."""

    id: str
    starts: datetime
    is_standing: bool
    is_of_call: bool
    service: str = ""
    practitioner: str = ""


@dataclass(frozen=True)
class Done:
    """A tool call that was carried out. `after`: how many turns had been said when it was asked for.
    `starts`: the clinic's wall time of the booking that it was about, as the answer named it.
    """

    tool: str
    after: int
    booking_id: str = ""
    starts: datetime | None = None


@dataclass(frozen=True)
class Evidence:
    """All that can fulfil a promise. `services` and `practitioners`: what each of the clinic's is called,
    in lower case. `foreign_tools`: those that somebody else's server answered.
    """

    appointments: Sequence[Appointment] = ()
    done: Sequence[Done] = ()
    has_case: bool = False
    was_transferred: bool = False
    caller_left: bool = False
    foreign_tools: frozenset[str] = frozenset()
    services: Sequence[frozenset[str]] = ()
    practitioners: Sequence[frozenset[str]] = ()


@dataclass(frozen=True)
class Judged:
    """`missing` is a word for what a promise that was not kept lacks; `booking_id` the row it is about."""

    promise: Promise
    verdict: Verdict
    missing: str = ""
    booking_id: str = ""


@dataclass(frozen=True)
class Deed:
    """`heard`: whether the caller asked for it or agreed to it; None when that cannot be told."""

    done: Done
    heard: bool | None
    position: int | None = None  # of the caller's turn that decides
    stands: bool = True


@dataclass(frozen=True)
class Comparison:
    promises: tuple[Judged, ...] = ()
    deeds: tuple[Deed, ...] = ()

    @property
    def is_disputed(self) -> bool:
        return any(judged.verdict == "not_kept" for judged in self.promises) or any(
            deed.heard is False and deed.stands for deed in self.deeds
        )
