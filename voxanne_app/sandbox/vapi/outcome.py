"""What stands in the record of a call once it is over."""

from dataclasses import dataclass
from typing import Any

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import costs
from voxanne_app.sandbox.vapi.conversation import Conversation
from voxanne_app.sandbox.vapi.recordings import Recordings

MIN_MESSAGES_FOR_ANALYSIS = 2


@dataclass(frozen=True)
class Ended:
    """How a call went. Times are epoch seconds."""

    call_id: str
    started_at: float
    ended_at: float
    reason: str
    summary: str | None
    was_successful: bool


def report(
    ended: Ended, assistant: JsonObject, conversation: Conversation, recordings: Recordings
) -> dict[str, Any]:
    """The fields of an end-of-call report: what is said at message level and, again, in the artifact."""
    seconds = max(0.0, ended.ended_at - ended.started_at)
    usage = _usage(assistant, conversation, seconds)
    parts = costs.costs_of(usage)
    analysed = len(conversation.turns) >= MIN_MESSAGES_FOR_ANALYSIS
    analysis = {
        "summary": ended.summary or _summary(conversation),
        "successEvaluation": str(ended.was_successful).lower(),
    }
    addresses = recordings.addresses(ended.call_id)
    transcript = conversation.transcript()
    return {
        "analysis": analysis if analysed else {},
        "artifact": {
            **conversation.artifact(), "transcript": transcript, **addresses,
            "variableValues": {}, "transfers": [],
        },
        "startedAt": iso_milliseconds(ended.started_at),
        "endedAt": iso_milliseconds(ended.ended_at),
        "endedReason": ended.reason,
        "cost": costs.total(parts),
        "costBreakdown": costs.breakdown(parts),
        "costs": parts,
        "durationMs": round(seconds * 1000),
        "durationSeconds": round(seconds, 3),
        "durationMinutes": round(seconds / 60, 4),
        "summary": analysis["summary"] if analysed else "",
        "transcript": transcript,
        "messages": conversation.messages,
        "recordingUrl": addresses["recordingUrl"],
        "stereoRecordingUrl": addresses["stereoRecordingUrl"],
    }  # fmt: skip


def _usage(assistant: JsonObject, conversation: Conversation, seconds: float) -> costs.Usage:
    """The model reads everything so far again at each of its turns."""
    spoken = conversation.said_by("bot")
    read, prompt_tokens = costs.PROMPT_TOKENS, 0
    for turn in conversation.turns:
        read += costs.tokens(turn["message"])
        if turn["role"] == "user":
            prompt_tokens += read
    return costs.Usage(
        seconds=seconds,
        spoken_characters=len(spoken),
        prompt_tokens=prompt_tokens,
        completion_tokens=costs.tokens(spoken),
        analysed_tokens=costs.tokens(conversation.transcript()),
        assistant=assistant,
    )


def _summary(conversation: Conversation) -> str:
    heard = conversation.said_by("user")
    return f"The caller said: “{heard[:160]}”." if heard else "The caller said nothing."
