"""Vapi's server messages: which event a body is, whose it may be, and under which key it is kept once.

Vapi gives no event id, and a message that it sends again is not the same bytes: the links in it are signed
anew. So the key is made of what the event is about. Source: Vapi's OpenAPI, ServerMessage.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from types import UnionType
from typing import Any

import orjson

from voxanne_app.foundation import clock
from voxanne_app.integrations.vapi.reading import instant, listed, mapping, text
from voxanne_app.integrations.vapi.redaction import UnfitForStorage, without_secrets

PROVIDER = "vapi"

# Vapi waits for the answer to these.
ANSWERED = frozenset(
    (
        "tool-calls",
        "assistant-request",
        "transfer-destination-request",
        "handoff-destination-request",
        "knowledge-base-request",
        "call.endpointing.request",
        "campaign.predial",
        "voice-request",
    )
)

# Several a second in each call, and nothing in them that the transcript and the report do not say: of each
# type the first of a call leaves a row without a body, the others are only counted.
COUNTED = frozenset(
    ("speech-update", "model-output", "voice-input", "user-interrupted", "assistant.speechStarted")
)

# Handled by a job; what carries nothing about the call is stored all the same. Any other type is unknown to
# us, and is treated like these: Vapi adds types without notice.
HANDLED = frozenset(
    (
        "status-update",
        "end-of-call-report",
        "conversation-update",
        "transcript",
        "hang",
        "transfer-update",
        "language-change-detected",
        "language-changed",
        "phone-call-control",
        "session.created",
        "session.updated",
        "session.deleted",
        "chat.created",
        "chat.deleted",
        "call.deleted",
        "call.delete.failed",
        "call.artifact.upload",
        "function-call",
        "assistant.started",
    )
)

KNOWN = ANSWERED | COUNTED | HANDLED

_LONGEST_KEY = 200
_LONGEST_TYPE = 80


class Unreadable(Exception):
    """Not one of Vapi's messages. The text says what is wrong with it, and repeats nothing of it."""


@dataclass(frozen=True)
class VapiEvent:
    """One message, without secrets. `addresses` are the vendor's names for whose call it is."""

    key: str
    type: str
    call_id: str | None
    message: dict[str, Any]
    addresses: tuple[tuple[str, str], ...]
    happened_at: datetime

    @property
    def is_counted_only(self) -> bool:
        return self.type in COUNTED or (self.type == "transcript" and not is_final(self.message))

    def as_json(self) -> str:
        return orjson.dumps({"message": self.message}).decode()


def read_event(body: bytes) -> VapiEvent:
    """The event in a request's body. Raises Unreadable."""
    try:
        outer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("The body is not JSON.") from error
    message = outer.get("message") if isinstance(outer, dict) else None
    if not isinstance(message, dict):
        raise Unreadable("The body has no object `message`.")
    kind = message.get("type")
    if not isinstance(kind, str) or not 0 < len(kind) <= _LONGEST_TYPE:
        raise Unreadable("The message has no `type`.")
    _check_shape(message)
    try:
        message = without_secrets(message)
    except UnfitForStorage as error:
        raise Unreadable(f"The message holds {error}.") from error
    call_id = text(mapping(message.get("call")).get("id"))
    addresses, happened_at = whose(message)
    return VapiEvent(
        key=_key(kind, call_id, message),
        type=kind,
        call_id=call_id,
        message=message,
        addresses=addresses,
        happened_at=happened_at,
    )


_SHAPES: dict[str, type | UnionType] = {
    **dict.fromkeys(("call", "phoneNumber", "customer", "assistant", "artifact", "analysis"), dict),
    **dict.fromkeys(("messages", "conversation", "costs", "toolCallList", "toolCalls"), list),
    "timestamp": str | int | float,
}
_IDS_IN_CALL = ("id", "assistantId", "phoneNumberId")


def _check_shape(message: dict[str, Any]) -> None:
    """What says whose call it is, and where the news is, must be of its kind or missing."""
    for name, kind in _SHAPES.items():
        if (held := message.get(name)) is not None and not isinstance(held, kind):
            raise Unreadable(f"The message's `{name}` is of the wrong type.")
    call = message.get("call") or {}
    for name in _IDS_IN_CALL:
        if not isinstance(call.get(name), str | None):
            raise Unreadable(f"The call's `{name}` is not text.")


def is_final(message: dict[str, Any]) -> bool:
    return message.get("transcriptType") == "final" or "final" in str(message.get("type"))


def whose(message: dict[str, Any]) -> tuple[tuple[tuple[str, str], ...], datetime]:
    """The (kind, value) of each name that Vapi gave, and when the call was (now, when it does not say).

    Metadata and variables are not among them: a caller's app can write those.
    """
    call, number = mapping(message.get("call")), mapping(message.get("phoneNumber"))
    number_in_call = mapping(call.get("phoneNumber"))
    found = (
        ("assistant", text(call.get("assistantId"))),
        ("assistant", text(mapping(message.get("assistant")).get("id"))),
        ("phone_number", text(call.get("phoneNumberId"))),
        ("phone_number", text(number.get("id"))),
        ("number", text(number.get("number")) or text(number_in_call.get("number"))),
    )
    addresses = tuple(dict.fromkeys((kind, value[:200]) for kind, value in found if value))
    return addresses, instant(call.get("createdAt")) or instant(message.get("timestamp")) or clock.now()


def _key(kind: str, call_id: str | None, message: dict[str, Any]) -> str:
    """`vapi:call id:type:detail`; what is in no call is told apart by its whole content."""
    detail = _detail(kind, message) if call_id else None
    key = f"{PROVIDER}:{call_id or '-'}:{kind}:{detail or _digest(message)}"
    return key if len(key) <= _LONGEST_KEY else f"{PROVIDER}:{_digest(key)}"


def _detail(kind: str, message: dict[str, Any]) -> str | None:
    if kind in COUNTED or (kind == "transcript" and not is_final(message)):
        return "counted"
    if kind == "status-update":
        return text(message.get("status"))
    if kind == "phone-call-control":
        return text(message.get("request"))
    if kind == "tool-calls":
        ids = [text(mapping(call).get("id")) or "" for call in listed(message.get("toolCallList"))]
        return ",".join(filter(None, ids)) or None
    happened_at = instant(message.get("timestamp"))
    if happened_at is None:
        return None
    milliseconds = str(round(happened_at.timestamp() * 1000))
    return f"{message.get('role')}:{milliseconds}" if kind.startswith("transcript") else milliseconds


def _digest(value: Any) -> str:
    plain = orjson.dumps(_without_signed_links(value), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(plain).hexdigest()[:32]


def _without_signed_links(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_signed_links(held)
            for name, held in value.items()
            if not name.startswith("presigned")
        }
    return [_without_signed_links(held) for held in value] if isinstance(value, list) else value
