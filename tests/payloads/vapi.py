"""Vapi's server messages, in the shapes that real ones had.

*Captured shape*: fields, order of magnitude and oddities as in one that was sent; words and ids are ours.
*Composed*: made from the vendor's OpenAPI, since no body of that kind is public.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

BEGAN = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)

Body = dict[str, Any]


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def call(**values: Any) -> Body:
    """Captured shape, 2024–2026. `status` is stale in every captured body."""
    return {
        "id": str(uuid4()),
        "orgId": str(uuid4()),
        "createdAt": "2026-11-02T16:59:57.500Z",
        "updatedAt": "2026-11-02T16:59:57.500Z",
        "type": "inboundPhoneCall",
        "status": "ringing",
        "phoneCallProvider": "twilio",
        "phoneCallProviderId": "CA00000000000000000000000000000001",
        "assistantId": "assistant-of-the-clinic",
        "customer": {"number": "+15035550137"},
    } | values


def message(kind: str, **values: Any) -> Body:
    values.setdefault("timestamp", milliseconds(BEGAN + timedelta(seconds=60)))
    values.setdefault("call", call())
    return {"message": {"type": kind} | {name: held for name, held in values.items() if held is not ...}}


def spoken(*said: tuple[str, str]) -> list[Body]:
    """Captured shape since September 2024: epoch milliseconds, durations in milliseconds."""
    entries: list[Body] = [{"role": "system", "message": "You are a receptionist.", "secondsFromStart": 0}]
    for number, (role, words) in enumerate(said):
        began = BEGAN + timedelta(seconds=2 + 5 * number)
        entries.append(
            {
                "role": role,
                "message": words,
                "time": milliseconds(began),
                "endTime": milliseconds(began + timedelta(seconds=3)),
                "secondsFromStart": 2.0 + 5 * number,
                "duration": 3000,
                "source": "",
            }
        )
    return entries


def asked_tool(tool_call_id: str, name: str, arguments: str, result: str | None, *, after: int) -> list[Body]:
    """Captured shape: in a history, arguments are JSON text."""
    at = milliseconds(BEGAN + timedelta(seconds=after))
    function = {"name": name, "arguments": arguments}
    asked: Body = {
        "toolCalls": [{"id": tool_call_id, "type": "function", "function": function}],
        "role": "tool_calls",
        "message": "",
        "time": at,
        "secondsFromStart": float(after),
    }
    if result is None:
        return [asked]
    told = {
        "role": "tool_call_result",
        "time": at,
        "name": name,
        "result": result,
        "toolCallId": tool_call_id,
    }
    return [asked, told]


CONVERSATION = (
    ("bot", "Good morning, how can I help?"),
    ("user", "I need a cleaning."),
    ("bot", "Tuesday at ten is free."),
    ("user", "That works."),
)

TRANSCRIPT = "".join(f"{'AI' if who == 'bot' else 'User'}: {words}\n" for who, words in CONVERSATION)


def status_update(status: str, *, after: int, **values: Any) -> Body:
    """Captured shape."""
    return message(
        "status-update", status=status, timestamp=milliseconds(BEGAN + timedelta(seconds=after)), **values
    )


def conversation_update(turns: int, **values: Any) -> Body:
    """Captured shape: the whole history so far."""
    entries = spoken(*CONVERSATION[:turns])
    at = milliseconds(BEGAN + timedelta(seconds=5 * turns + 1))
    told: Body = {"messages": entries, "artifact": {"messages": entries}, "timestamp": at}
    return message("conversation-update", **(told | values))


def final_transcript(role: str, words: str, *, after: float, **values: Any) -> Body:
    """Captured shape."""
    at = milliseconds(BEGAN + timedelta(seconds=after))
    said = {"role": role, "transcriptType": "final", "transcript": words}
    return message("transcript", timestamp=at, **said, **values)


def report_of_2026(**values: Any) -> Body:
    """Composed: since 2026 all but cost and times is in `artifact` and `analysis`."""
    host = "https://recordings.example.test/"
    artifact = {
        "messages": spoken(*CONVERSATION),
        "messagesOpenAIFormatted": [],
        "transcript": "".join(
            f"{'AI' if who == 'bot' else 'User'}: {words}\n" for who, words in CONVERSATION
        ),
        "recordingUrl": host + "mono.wav",
        "stereoRecordingUrl": host + "stereo.wav",
        "presignedMonoUrl": host + f"mono.wav?signature={uuid4()}",
        "performanceMetrics": {"turnLatencyAverage": 1150},
        "structuredOutputs": {str(uuid4()): {"name": "appointment", "result": {"booked": True}}},
    }
    told: Body = {
        "endedReason": "customer-ended-call",
        "startedAt": "2026-11-02T17:00:00.000Z",
        "endedAt": "2026-11-02T17:00:30.500Z",
        "cost": 0.0552,
        "costs": costs(),
        "analysis": {
            "summary": "The caller booked a cleaning.",
            "structuredData": {"service": "cleaning"},
            "successEvaluation": "true",
        },
        "artifact": artifact,
    }
    return message("end-of-call-report", **(told | values))


def costs() -> list[Body]:
    """Captured shape of `costs[]`; with keys of one's own an item costs nothing."""
    return [
        {"type": "transport", "provider": "twilio", "minutes": 0.5, "cost": 0},
        {"type": "vapi", "subType": "normal", "minutes": 0.5, "cost": 0.025},
        {
            "type": "transcriber",
            "transcriber": {"provider": "deepgram", "model": "nova-2"},
            "minutes": 0.5,
            "cost": 0.0062,
        },
        {
            "type": "model",
            "model": {"provider": "openai", "model": "gpt-4.1"},
            "promptTokens": 12,
            "cost": 0.003,
        },
        {
            "type": "voice",
            "voice": {"provider": "11labs", "voiceId": "burt"},
            "characters": 420,
            "cost": 0.021,
        },
    ]


def report_of_2024(**values: Any) -> Body:
    """Captured shape, June 2024: ISO times, an empty artifact, durations in seconds, no cost."""
    entries = [entry | {"duration": 3.1} for entry in spoken(*CONVERSATION)]
    told: Body = {
        "endedReason": "customer-ended-call",
        "transcript": "AI: Good morning, how can I help?\nUser: I need a cleaning.\n",
        "summary": "The caller asked for a cleaning.",
        "messages": entries,
        "analysis": {"summary": "The caller asked for a cleaning.", "successEvaluation": "false"},
        "recordingUrl": "https://recordings.example.test/old-mono.wav",
        "stereoRecordingUrl": "https://recordings.example.test/old-stereo.wav",
        "artifact": {"messages": [], "messagesOpenAIFormatted": []},
        "timestamp": "2026-11-02T17:00:35.000Z",
    }
    return message("end-of-call-report", **(told | values))


def tool_calls(*asked: Body, **values: Any) -> Body:
    """Captured shape: the same list twice."""
    return message("tool-calls", toolCalls=list(asked), toolCallList=list(asked), **values)


def asked_for(name: str, arguments: Any, *, tool_call_id: str | None = None) -> Body:
    """Captured shape: an object of arguments within `function`."""
    function = {"name": name, "arguments": arguments}
    return {"id": tool_call_id or f"call_{uuid4().hex[:12]}", "type": "function", "function": function}
