"""What is known about a call, as the columns people and queries read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from voxanne_app.calls.evidence import CallRecord
from voxanne_app.calls.outcome import Ended, outcome_of

_AS_TOLD = (
    "agent_version",
    "caller_number",
    "caller_name",
    "our_number",
    "started_at",
    "ended_at",
    "ended_reason",
    "success_evaluation",
    "structured_data",
    "recording_url",
    "stereo_recording_url",
    "cost_usd",
    "last_event_at",
)
_BOOKING_TOOLS = frozenset(("book_appointment", "move_appointment"))
_METADATA = "metadata."


def columns_of(
    record: CallRecord, tools: Sequence[tuple[str, str | None]], *, first_heard_at: datetime
) -> dict[str, Any]:
    """Column → value. `tools` are the (name, verdict) of our answers in this call, in their order."""
    has_ended = record.value("status") == "ended"
    caller_spoke = bool(record.value("caller_spoke"))
    return {
        **{name: record.value(name) for name in _AS_TOLD},
        "status": record.value("status") or "queued",
        "direction": record.value("direction") or "inbound",
        "created_at": _created_at(record) or first_heard_at,
        "duration_seconds": duration_of(record),
        # The platform's model makes one up when nobody has said a word.
        "summary": record.value("summary") if caller_spoke else None,
        "outcome": _outcome(record, tools, caller_spoke) if has_ended else None,
        "has_report": bool(record.value("has_report")),
        "has_booking": any(name in _BOOKING_TOOLS and verdict == "done" for name, verdict in tools),
        "metadata": {
            name.removeprefix(_METADATA): told.value
            for name, told in record.registers.items()
            if name.startswith(_METADATA)
        },
    }


def _created_at(record: CallRecord) -> datetime | None:
    """When the call was made; where nobody says so, the earliest that was heard of it."""
    told = record.registers.get("created_at")
    if told and told.strength[0] > 0:
        moment: datetime = told.value
        return moment
    known = (record.value(name) for name in ("created_at", "started_at", "ended_at"))
    return min(filter(None, known), default=None)


def duration_of(record: CallRecord) -> Decimal | None:
    """Seconds: as the platform says, else between the times that are known best."""
    if (said := record.value("duration_seconds")) is not None:
        return Decimal(str(said))
    began, ended = record.value("started_at"), record.value("ended_at")
    if began is None or ended is None or ended < began:
        return None
    return Decimal(str(round((ended - began).total_seconds(), 3)))


def _outcome(record: CallRecord, tools: Sequence[tuple[str, str | None]], caller_spoke: bool) -> str:
    return outcome_of(
        Ended(
            ended_reason=record.value("ended_reason") or "",
            tools=tools,
            caller_spoke=caller_spoke,
            was_connected=record.value("started_at") is not None,
            was_transferred=record.value("metadata.transferred_to") is not None,
            is_spam=caller_spoke and _is_spam(record.value("structured_data") or {}),
        )
    )


def _is_spam(analysed: Mapping[str, Any]) -> bool:
    """What the analysis found, where the clinic has it look for that: `spam` or `is_spam`, true."""
    return any(analysed.get(name) is True for name in ("spam", "is_spam"))
