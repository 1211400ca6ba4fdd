"""The history of a call inside a message: who said what, and which tools were asked for.

It stands in up to five places; any of them may be missing or empty while another is full. Times are epoch
milliseconds; durations were seconds until September 2024 and are milliseconds since.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from voxanne_app.calls.ports import AskedTool, SpokenTurn
from voxanne_app.integrations.vapi.reading import instant, listed, mapping, number, text
from voxanne_app.integrations.vapi.redaction import UnfitForStorage, without_secrets

_SPEAKERS = {"bot": "agent", "assistant": "agent", "ai": "agent", "user": "caller", "customer": "caller"}
_MILLISECONDS_SINCE = datetime(2024, 9, 1, tzinfo=UTC)
_MOST_TURNS = 5000
_LONGEST_TURN = 20_000


def turns_of(message: dict[str, Any]) -> tuple[SpokenTurn, ...]:
    """The turns of the first place that holds any, those with times before those without.

    A sentence that is still being spoken stands in the places without times only: it is added.
    """
    found = [turns for entries in _places(message) if (turns := tuple(_turns(entries)))]
    if not found:
        return _turns_of_text(transcript_of(message) or "")[:_MOST_TURNS]
    first, longest = found[0], max(found, key=len)
    goes_on = [turn.words for turn in longest[: len(first)]] == [turn.words for turn in first]
    return (first + longest[len(first) :] if goes_on else first)[:_MOST_TURNS]


def transcript_of(message: dict[str, Any]) -> str | None:
    if str(message.get("type")).startswith("transcript"):
        return None  # one sentence
    return text(mapping(message.get("artifact")).get("transcript")) or text(message.get("transcript"))


def tools_of(message: dict[str, Any]) -> tuple[AskedTool, ...]:
    """The tools of the first place that holds any, with their results."""
    for entries in _places(message):
        if found := tuple(_asked(entries)):
            return found
    return ()


def arguments_of(value: Any) -> dict[str, Any]:
    """Arguments as an object or as JSON text of one; anything else is none."""
    try:
        read = orjson.loads(value) if isinstance(value, str) else value
        return mapping(without_secrets(read))
    except (orjson.JSONDecodeError, UnfitForStorage):
        return {}


def _places(message: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    artifact = mapping(message.get("artifact"))
    for held in (
        artifact.get("messages"),
        message.get("messages"),
        artifact.get("messagesOpenAIFormatted"),
        message.get("messagesOpenAIFormatted"),
        message.get("conversation"),
    ):
        yield [entry for entry in listed(held) if isinstance(entry, dict)]


def _turns(entries: Iterable[dict[str, Any]]) -> Iterator[SpokenTurn]:
    beginning: datetime | None = None
    for entry in entries:
        speaker = _SPEAKERS.get(str(entry.get("role")))
        words = _words(entry)
        if speaker is None or not words:
            continue
        said_at, offset = instant(entry.get("time")), number(entry.get("secondsFromStart"))
        if said_at:
            # After a transfer between assistants the platform counts from zero again; the clock does not.
            beginning = beginning or datetime.fromtimestamp(said_at.timestamp() - (offset or 0.0), UTC)
            offset = (said_at - beginning).total_seconds()
        yield SpokenTurn(
            "agent" if speaker == "agent" else "caller",
            words,
            said_at,
            None if offset is None else round(max(offset, 0.0), 3),
            _duration(entry, said_at),
        )


def _turns_of_text(transcript: str) -> tuple[SpokenTurn, ...]:
    """`AI: …` and `User: …`, one per line; a line without a name goes on with the one before it."""
    turns: list[SpokenTurn] = []
    for line in transcript.splitlines():
        name, colon, words = line.partition(":")
        speaker = _SPEAKERS.get(name.strip().lower()) if colon else None
        if speaker and words.strip():
            turns.append(SpokenTurn("agent" if speaker == "agent" else "caller", words.strip()))
        elif turns and not speaker and line.strip():
            turns[-1] = SpokenTurn(turns[-1].speaker, f"{turns[-1].words} {line.strip()}")
    return tuple(turns)


def _words(entry: dict[str, Any]) -> str:
    held = entry.get("message") or entry.get("content") or entry.get("text")
    if isinstance(held, list):  # the parts of OpenAI's format
        held = " ".join(filter(None, (text(mapping(part).get("text")) for part in held)))
    return (text(held) or "")[:_LONGEST_TURN] if isinstance(held, str) else ""


def _duration(entry: dict[str, Any], said_at: datetime | None) -> float | None:
    if said_at and (ended_at := instant(entry.get("endTime"))):
        return round(max((ended_at - said_at).total_seconds(), 0.0), 3)
    given = number(entry.get("duration"))
    if given is None or given < 0:
        return None
    return round(given if said_at and said_at < _MILLISECONDS_SINCE else given / 1000, 3)


def _asked(entries: list[dict[str, Any]]) -> Iterator[AskedTool]:
    results = [
        (
            text(entry.get("toolCallId") or entry.get("tool_call_id")),
            text(entry.get("result") or entry.get("content")),
        )
        for entry in entries
        if entry.get("role") in ("tool_call_result", "tool")
    ]
    for entry in entries:
        for asked in listed(entry.get("toolCalls") or entry.get("tool_calls")):
            function = mapping(mapping(asked).get("function"))
            asked_id, name = text(mapping(asked).get("id")), text(function.get("name"))
            if not asked_id or not name:
                continue
            place = next((index for index, (owner, _) in enumerate(results) if owner == asked_id), None)
            yield AskedTool(
                vendor_tool_call_id=asked_id[:200],
                name=name[:100],
                arguments=arguments_of(function.get("arguments")),
                result=results.pop(place)[1] if place is not None else None,
                requested_at=instant(entry.get("time")),
                offset_seconds=number(entry.get("secondsFromStart")),
            )
