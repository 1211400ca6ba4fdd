"""What came of a call, in one word: what was done for the caller first, then how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "booked",
    "moved",
    "cancelled",
    "callback",
    "transferred",
    "tool_failed",
    "failed",
    "voicemail",
    "spam",
    "missed",
    "hung_up_early",
    "answered",
]

OUTCOMES: tuple[Outcome, ...] = Outcome.__args__  # type: ignore[attr-defined]
FAILURES: tuple[Outcome, ...] = ("failed", "tool_failed")

_BY_TOOL: dict[str, Outcome] = {
    "book_appointment": "booked",
    "move_appointment": "moved",
    "cancel_appointment": "cancelled",
}
_TRANSFERRED = ("assistant-forwarded-call", "transfer", "call.forwarding", "returned-forwarding-phone-number")
_MISSED = (
    "customer-busy",
    "customer-did-not-answer",
    "before-call-connect",
    "manually-canceled",
    "misdialed",
    "deleted",
)
_FAILED = (
    "error",
    "fault",
    "failed",
    "worker-shutdown",
    "assistant-not-",
    "assistant-join-timed-out",
    "assistant-request-",
    "closed-websocket",
    "no-call-received",
    "microphone-permission",
)


@dataclass(frozen=True)
class Ended:
    """A call that is over. `tools` are the (name, verdict) of our own answers, in their order.

    `is_spam`: the analysis of the call took it for advertising or a robot.
    """

    ended_reason: str = ""
    tools: Sequence[tuple[str, str | None]] = ()
    caller_spoke: bool = False
    was_connected: bool = True
    was_transferred: bool = False
    is_spam: bool = False


def outcome_of(call: Ended) -> Outcome:
    """Reasons are an open set of several hundred: they are told apart by family, the rest was answered."""
    return _done_for(call) or _ended_by(call)


def _done_for(call: Ended) -> Outcome | None:
    done = [name for name, verdict in call.tools if verdict == "done"]
    if booking := [_BY_TOOL[name] for name in done if name in _BY_TOOL]:
        return booking[-1]
    return "callback" if "take_message" in done else None


def _ended_by(call: Ended) -> Outcome:
    reason = call.ended_reason.lower()
    families: tuple[tuple[bool, Outcome], ...] = (
        (call.is_spam, "spam"),
        (call.was_transferred or (_is_of(reason, _TRANSFERRED) and "error-" not in reason), "transferred"),
        (any(verdict == "failed" for _, verdict in call.tools), "tool_failed"),
        ("voicemail" in reason, "voicemail"),
        (_is_of(reason, _MISSED), "missed"),
        (_is_of(reason, _FAILED), "failed"),
        (call.caller_spoke, "answered"),
        (call.was_connected, "hung_up_early"),
    )
    return next((outcome for applies, outcome in families if applies), "missed")


def _is_of(reason: str, family: Sequence[str]) -> bool:
    return any(part in reason for part in family)
