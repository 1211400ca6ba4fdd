"""What a caller can have done that is about people rather than bookings: leave a message for the clinic."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer, VoiceTool
from voxanne_app.calls import cases
from voxanne_app.contacts.contacts import remember
from voxanne_app.foundation.phone_numbers import as_e164, as_written

_LONGEST_MESSAGE = 2000
_URGENT = frozenset((True, "true", "yes", "urgent", "1", 1))


def take_message(session: Session, caller: Caller, arguments: Mapping[str, Any], now: datetime) -> ToolAnswer:
    """Open a case. The same message in the same call, however often the model sends it, is one case."""
    message = _message_in(arguments)
    number = _number_in(arguments, caller)
    urgent = _is_urgent(arguments.get("urgent"))
    known = as_e164(caller.number or "")
    contact = remember(session, org_id=caller.org_id, phone=known) if known else None
    new = cases.NewCase(
        kind="callback",
        title=_title_of(message),
        body=message,
        request_key=_request_key(caller, message, number),
        is_urgent=urgent,
        callback_number=number,
        call_id=caller.call_id,
        contact_id=contact.id if contact else None,
    )
    case_id = cases.open_case(session, new, org_id=caller.org_id, now=now)
    when = "as soon as they can, and they will see that it is urgent" if urgent else "as soon as they can"
    spoken = as_written(number, like=caller.number)
    return ToolAnswer(
        f"I have passed on your message. Someone from the clinic will call {spoken} back {when}.",
        {"case": {"id": str(case_id), "is_urgent": urgent}},
    )


def _message_in(arguments: Mapping[str, Any]) -> str:
    given = arguments.get("message")
    message = " ".join(given.split()) if isinstance(given, str) else ""
    if not message:
        raise CannotBeDone("What would you like me to pass on?")
    return message[:_LONGEST_MESSAGE]


def _number_in(arguments: Mapping[str, Any], caller: Caller) -> str:
    given = arguments.get("callback_number")
    if given in (None, ""):
        if own := as_e164(caller.number or ""):
            return own
        raise CannotBeDone("Which number can the clinic call you back on?")
    number = as_e164(str(given), like=caller.number) if isinstance(given, str | int) else None
    if number is None:
        raise CannotBeDone("That does not sound like a phone number. Could you tell me the number again?")
    return number


def _is_urgent(given: Any) -> bool:
    plain = given.strip().lower() if isinstance(given, str) else given
    return isinstance(plain, str | bool | int) and plain in _URGENT


def _title_of(message: str) -> str:
    return message if len(message) <= 80 else message[:79].rsplit(" ", 1)[0] + "…"


def _request_key(caller: Caller, message: str, number: str) -> str:
    plain = json.dumps(["take_message", message.lower(), number])
    return f"call:{caller.call_id}:{hashlib.sha256(plain.encode()).hexdigest()[:24]}"


VOICE_TOOLS = [
    VoiceTool(
        name="take_message",
        description="Takes a message for the clinic's staff, who call back. Ask first what it is about.",
        parameters={
            "type": "object",
            "properties": {
                "message": {"type": "string", "description": "What the caller wants, in their own words."},
                "callback_number": {
                    "type": "string",
                    "description": "Only if they want to be called on another number than they call from.",
                },
                "urgent": {"type": "boolean", "description": "Pain, swelling, bleeding, or they say so."},
            },
            "required": ["message"],
        },
        answer=take_message,
    )
]
