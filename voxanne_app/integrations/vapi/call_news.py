"""One server message as news about a call, in our words.

What `call` says about the state of a call is a snapshot from its beginning, stale in every captured report:
only the message itself counts. Recent messages keep things in `artifact` and `analysis`, older ones beside
`type`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from voxanne_app.calls.ports import REPORT, STATUSES, CallNews, Register, SpokenTurn, register
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.integrations.vapi.assistant_body import VERSION
from voxanne_app.integrations.vapi.history import tools_of, transcript_of, turns_of
from voxanne_app.integrations.vapi.reading import instant, mapping, number, text
from voxanne_app.integrations.vapi.report import report_of

ENDED, LIVE, DERIVED = 2.0, 1.0, 0.0  # ranks below REPORT

# These are sent while people speak, whatever status was heard of before.
_IN_PROGRESS = frozenset(
    [
        "conversation-update",
        "transcript",
        "tool-calls",
        "hang",
        "transfer-destination-request",
        "knowledge-base-request",
        "handoff-destination-request",
        "assistant.started",
        "transfer-update",
        "language-change-detected",
    ]
)
_NAMED = (
    ("assistant_id", ("call", "assistantId"), ("assistant", "id")),
    ("phone_number_id", ("call", "phoneNumberId"), ("phoneNumber", "id")),
    ("provider_call_id", ("call", "phoneCallProviderId")),
    ("vendor_type", ("call", "type")),
    ("call_name", ("call", "name")),
    ("language", ("language",)),
    ("error", ("inboundPhoneCallDebuggingArtifacts", "error")),
    ("transferred_to", ("destination", "number"), ("destination", "sipUri")),
)


def read_news(message: dict[str, Any]) -> CallNews | None:
    """What a message says about its call; None when it names none."""
    call_id = text(mapping(message.get("call")).get("id"))
    if call_id is None:
        return None
    registers: dict[str, Register] = {}
    for name, told in _registers(message):
        known = registers.get(name)
        if told.value is not None and (known is None or told.order > known.order):
            registers[name] = told
    return CallNews(
        vendor_call_id=call_id[:200],
        registers=registers,
        finals=_finals(message),
        tools=tools_of(message),
        is_tool_request=message.get("type") == "tool-calls",
    )


def _registers(message: dict[str, Any]) -> Iterator[tuple[str, Register]]:
    at = instant(message.get("timestamp"))
    milliseconds = at.timestamp() * 1000 if at else 0.0
    rank = _rank(message)
    yield from _state(message, rank, at)
    turns = turns_of(message)
    yield from _times(message, rank, at, [turn for turn in turns if turn.said_at])
    yield from _words(message, rank, turns)
    yield "last_event_at", register(at, milliseconds)
    for name, value in (*_people(message), *_about(message)):
        yield name, register(value, rank, milliseconds)
    for name, value in report_of(message) if rank == REPORT else ():
        # Nothing, in a report, is weaker than something: a poorer one may come later.
        yield name, register(value, rank, float(bool(value)), milliseconds)


def _rank(message: dict[str, Any]) -> float:
    kind = message.get("type")
    if kind == "end-of-call-report":
        return REPORT
    return ENDED if kind == "status-update" and message.get("status") == "ended" else LIVE


def _state(message: dict[str, Any], rank: float, at: datetime | None) -> Iterator[tuple[str, Register]]:
    kind = str(message.get("type"))
    status = (text(message.get("status")) or "").replace("-", "_") if kind == "status-update" else ""
    if rank == REPORT:
        status = "ended"
        yield "has_report", register(True)
    elif kind in _IN_PROGRESS or kind.startswith("transcript"):
        status = "in_progress"
    elif kind == "assistant-request":
        status = "ringing"
    if status in STATUSES:
        yield "status", register(status, float(STATUSES.index(status)))
    if reason := text(message.get("endedReason")):
        yield "ended_reason", register(reason[:200], rank, at.timestamp() if at else 0.0)
    if kind == "hang":
        yield "metadata.was_slow", register(True)


def _times(
    message: dict[str, Any], rank: float, at: datetime | None, spoken: list[SpokenTurn]
) -> Iterator[tuple[str, Register]]:
    call = mapping(message.get("call"))
    status = message.get("status") if message.get("type") == "status-update" else None
    first, last = (spoken[0], spoken[-1]) if spoken else (None, None)
    yield "created_at", _earliest(instant(call.get("createdAt")), rank)
    yield "created_at", _earliest(at, DERIVED)
    yield "started_at", _earliest(at if status == "in-progress" else None, ENDED)
    yield "started_at", _earliest(_begins(first), DERIVED)
    yield "ended_at", _earliest(at if status == "ended" else None, ENDED)
    if rank == REPORT:
        yield "started_at", _earliest(_begins(first), LIVE)
        yield "started_at", _earliest(instant(message.get("startedAt") or call.get("startedAt")), REPORT)
        yield "ended_at", _earliest(at, DERIVED)
        yield "ended_at", _earliest(_ends(last), LIVE)
        yield "ended_at", _earliest(instant(message.get("endedAt") or call.get("endedAt")), REPORT)


def _earliest(moment: datetime | None, rank: float) -> Register:
    return register(moment, rank, -moment.timestamp() if moment else 0.0)


def _begins(turn: SpokenTurn | None) -> datetime | None:
    if turn is None or turn.said_at is None:
        return None
    return instant((turn.said_at.timestamp() - (turn.offset_seconds or 0.0)) * 1000)


def _ends(turn: SpokenTurn | None) -> datetime | None:
    if turn is None or turn.said_at is None:
        return None
    return instant((turn.said_at.timestamp() + (turn.duration_seconds or 0.0)) * 1000)


def caller_number_in(message: dict[str, Any]) -> str | None:
    """Who is on the line: E.164, or as the vendor writes it when it is no phone number."""
    return _phone(_caller(message).get("number"))


def _caller(message: dict[str, Any]) -> dict[str, Any]:
    return mapping(message.get("customer")) or mapping(mapping(message.get("call")).get("customer"))


def _people(message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    call, caller = mapping(message.get("call")), _caller(message)
    ours = mapping(message.get("phoneNumber")) or mapping(call.get("phoneNumber"))
    yield "caller_number", _phone(caller.get("number"))
    yield "caller_name", (text(caller.get("name")) or "")[:200] or None
    yield "our_number", _phone(ours.get("number"))
    yield "direction", _direction(text(call.get("type")))
    yield "agent_version", _version(mapping(mapping(message.get("assistant")).get("metadata")).get(VERSION))


def _version(value: Any) -> int | None:
    """Of our agent, as we wrote it into the assistant that answers this call."""
    said = number(value)
    return int(said) if said is not None and 0 < said < 1_000_000 else None


def _phone(value: Any) -> str | None:
    written = text(value)
    return (as_e164(written) or written[:100]) if written else None


def _direction(kind: str | None) -> str | None:
    plain = (kind or "").replace(" ", "").lower()
    return next((name for name in ("inbound", "outbound", "web") if plain.startswith(name)), None)


def _about(message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, *paths in _NAMED:
        found = (text(_at(message, path)) for path in paths)
        yield f"metadata.{name}", (next(filter(None, found), None) or "")[:500] or None


def _at(message: dict[str, Any], path: tuple[str, ...]) -> Any:
    held: Any = message
    for name in path:
        held = mapping(held).get(name)
    return held


def _words(
    message: dict[str, Any], rank: float, turns: tuple[SpokenTurn, ...]
) -> Iterator[tuple[str, Register]]:
    if turns:
        # More turns are a longer history, whoever tells it; of equally long ones the report's is the better.
        characters = float(sum(len(turn.words) for turn in turns))
        yield "turns", register(turns, float(len(turns)), rank, characters)
    if any(turn.speaker == "caller" for turn in (*turns, *_finals(message))):
        yield "caller_spoke", register(True)
    if transcript := transcript_of(message):
        yield "transcript", register(transcript + "\n", rank, float(len(transcript)))
    if summary := text(mapping(message.get("analysis")).get("summary")) or text(message.get("summary")):
        yield "summary", register(summary, rank, float(len(summary)))


def _finals(message: dict[str, Any]) -> frozenset[SpokenTurn]:
    kind, words = str(message.get("type")), text(message.get("transcript"))
    if (
        not kind.startswith("transcript")
        or "final" not in f"{kind} {message.get('transcriptType')}"
        or not words
    ):
        return frozenset()
    said_at = instant(message.get("timestamp"))
    return frozenset((SpokenTurn("caller" if message.get("role") == "user" else "agent", words, said_at),))
