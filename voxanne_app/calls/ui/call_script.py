"""What was said and done, line by line, as it is read beside the recording."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from voxanne_app.calls.conversation import Found
from voxanne_app.calls.queries import ToolCallView, TurnView
from voxanne_app.ui import formatting
from voxanne_app.webhooks.tool_calls import DEADLINE_SECONDS

# Callers begin to wonder whether anybody is there.
_LONG_WAIT_SECONDS = 2.5
_VERDICTS = {"done": "Done", "refused": "Could not be done", "failed": "Failed"}
_SNIPPET = 90


@dataclass(frozen=True)
class Entry:
    """A turn, or (with `tool`) something looked up or done. `begins` and `ends` are seconds, as text."""

    key: str
    at: str = ""
    begins: str = ""
    ends: str = ""
    speaker: str = ""
    words: str = ""
    is_agent: bool = False
    is_found: bool = False
    is_last: bool = False
    waited: str = ""
    waited_long: bool = False
    tool: str = ""
    tool_words: str = ""
    tool_tone: str = "good"
    arguments: list[tuple[str, str]] = field(default_factory=list)
    result: str = ""
    took: str = ""
    deadline: str = ""


@dataclass(frozen=True)
class Hit:
    """A line in which the words occur that somebody looks for."""

    position: int
    at: str
    speaker: str
    snippet: str


def entries(items: Sequence[TurnView | ToolCallView], *, first: int = 0, found: int = -1) -> list[Entry]:
    """The lines in order. `first` numbers them, `found` is the position of the turn that is looked for."""
    return [
        _turn(f"turn-{first + number}", item, is_found=item.position == found)
        if isinstance(item, TurnView)
        else _tool(f"tool-{first + number}", item)
        for number, item in enumerate(items)
    ]


def hits(found: tuple[Found, ...], words: str) -> list[Hit]:
    return [
        Hit(
            position=turn.position,
            at=_clock(turn.offset_seconds),
            speaker="Agent" if turn.speaker == "agent" else "Caller",
            snippet=snippet(turn.words, words),
        )
        for turn in found
    ]


def snippet(spoken: str, words: str) -> str:
    """Some words around what was looked for."""
    place = spoken.lower().find(words.lower())
    begin = max(0, place - _SNIPPET // 2)
    shown = spoken[begin : begin + _SNIPPET]
    return f"{'…' if begin else ''}{shown}{'…' if begin + _SNIPPET < len(spoken) else ''}"


def _turn(key: str, turn: TurnView, *, is_found: bool) -> Entry:
    is_agent = turn.speaker == "agent"
    begins = None if turn.offset_seconds is None else float(turn.offset_seconds)
    lasts = float(turn.duration_seconds or 0)
    waited = None if turn.waited_seconds is None else float(turn.waited_seconds)
    return Entry(
        key=key,
        at=_clock(turn.offset_seconds),
        begins="" if begins is None else f"{begins:.2f}",
        ends="" if begins is None or not lasts else f"{begins + lasts:.2f}",
        speaker="Agent" if is_agent else "Caller",
        words=turn.words,
        is_agent=is_agent,
        is_found=is_found,
        waited="" if waited is None else seconds_in_words(waited),
        waited_long=waited is not None and waited > _LONG_WAIT_SECONDS,
    )


def _tool(key: str, tool: ToolCallView) -> Entry:
    took = tool.took_ms
    return Entry(
        key=key,
        at=_clock(tool.offset_seconds),
        begins="" if tool.offset_seconds is None else f"{float(tool.offset_seconds):.2f}",
        tool=tool.name,
        tool_words=_VERDICTS.get(tool.verdict or "", ""),
        tool_tone="bad" if tool.verdict == "failed" else "good",
        arguments=[(name, _plain(value)) for name, value in tool.arguments.items()],
        result=tool.result or "No answer was recorded.",
        took=formatting.milliseconds(took) if took is not None else "",
        deadline="" if took is None else _of_deadline(took),
    )


def _of_deadline(took_ms: int) -> str:
    allowed = f"{DEADLINE_SECONDS:g} s"
    if took_ms > DEADLINE_SECONDS * 1000:
        return f"Later than the {allowed} it may take: the caller heard a sentence meanwhile."
    return f"{formatting.milliseconds(took_ms)} of the {allowed} it may take"


def _clock(seconds: Any) -> str:
    return formatting.length(float(seconds)) if seconds is not None else ""


def seconds_in_words(seconds: float) -> str:
    return f"{seconds:.1f} s"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else "empty" if value is None else str(value)
