"""Vapi's bodies have looked different over the years; products meet all of these shapes."""

from typing import Any

import orjson

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.store import JsonObject

ERAS = ("2024", "2025", "2026", "docs")
DEFAULT_ERA = "2025"
ONLY_AT_MESSAGE_LEVEL = ("durationMs", "durationSeconds", "durationMinutes", "summary", "transcript",
                         "messages", "recordingUrl", "stereoRecordingUrl", "costBreakdown")  # fmt: skip


def message(era: str, kind: str, epoch_seconds: float, fields: JsonObject, context: JsonObject) -> JsonObject:
    """One server message. `context` is what every message carries: call, phoneNumber, customer, assistant."""
    timestamp: Any = iso_milliseconds(epoch_seconds) if era == "2024" else round(epoch_seconds * 1000)
    if kind == "end-of-call-report":
        fields = _report(era, fields)
    if kind == "conversation-update" and era == "2024":
        fields = {"conversation": fields["messagesOpenAIFormatted"], **fields}
    return {"message": {"timestamp": timestamp, "type": kind, **fields, **context}}


def tool_calls(era: str, tool: JsonObject, call_id: str, name: str, arguments: dict[str, Any]) -> JsonObject:
    """The fields of a `tool-calls` message: arguments are an object, a JSON text, or lie flat, by era."""
    if era == "docs":
        return {"toolCallList": [{"id": call_id, "name": name, "arguments": arguments}]}
    written: Any = orjson.dumps(arguments).decode() if era == "2026" else arguments
    call = {"id": call_id, "type": "function", "function": {"name": name, "arguments": written}}
    fields: JsonObject = {"toolCallList": [call], "toolWithToolCallList": [{**tool, "toolCall": call}]}
    return fields if era == "2026" else {"toolCalls": [call], **fields}


def _report(era: str, fields: JsonObject) -> JsonObject:
    """2024: all at message level and an empty artifact. 2026: as the document says, the artifact only."""
    if era == "2026":
        return {name: value for name, value in fields.items() if name not in ONLY_AT_MESSAGE_LEVEL}
    if era == "2024":
        return {**fields, "artifact": {"messages": [], "messagesOpenAIFormatted": []}}
    return fields
