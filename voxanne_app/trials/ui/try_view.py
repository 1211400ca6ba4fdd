"""A conversation that tries an agent out, as its screen shows it. Pure: a row in, a view out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from voxanne_app.trials.kept_words import broken_words
from voxanne_app.trials.models import Trial
from voxanne_app.trials.putting_through import NAME as TRANSFER
from voxanne_app.trials.turns import Turn, UsedTool, read_tools, read_turns
from voxanne_app.ui import formatting

_VERDICTS = {"done": "Done, in this conversation only", "refused": "Could not be done", "failed": "Failed"}
# What is no deed.
_DONE = {"find_free_slots": "Looked up", TRANSFER: "Would be put through"}
_TONES = {"done": "good", "refused": "waits", "failed": "bad"}


@dataclass(frozen=True)
class TryLine:
    """A turn, or (with `tool`) something looked up or done. `place` is the turn's, among all turns."""

    key: str
    place: int = 0
    words: str = ""
    is_agent: bool = False
    broken: list[str] = field(default_factory=list)
    tool: str = ""
    tool_words: str = ""
    tone: str = "good"
    arguments: list[tuple[str, str]] = field(default_factory=list)
    result: str = ""
    took: str = ""


@dataclass(frozen=True)
class TryView:
    """`asked` is what the caller says next, `used` what the assistant has looked up or done for that. `at`:
    as a field for date and time holds it."""

    lines: list[TryLine] = field(default_factory=list)
    used: list[TryLine] = field(default_factory=list)
    asked: str = ""
    trouble: str = ""
    is_answering: bool = False
    turns: int = 0
    at: str = ""
    number: str = ""
    setting: str = ""
    cost: str = ""


def try_view(trial: Trial, *, zone: ZoneInfo, now: datetime, caller: str) -> TryView:
    """`caller` is the name under which the clinic knows the number, if it does."""
    turns = read_turns(trial.turns)
    broken = broken_words(turns, happens_at=trial.happens_at, zone=zone.key)
    return TryView(
        lines=_lines(turns, broken),
        used=[_tool(f"used-{n}", tool) for n, tool in enumerate(read_tools(trial.used))],
        asked=trial.asked,
        trouble=trial.trouble,
        is_answering=trial.state != "waiting",
        turns=len(turns),
        at=wall(trial.happens_at, zone),
        number=trial.caller_number or "",
        setting=_setting(trial, caller, zone=zone, now=now),
        cost=_cost(trial),
    )


def wall(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-11-30T08:05`."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def _lines(turns: Sequence[Turn], broken: dict[int, list[str]]) -> list[TryLine]:
    lines = []
    for place, turn in enumerate(turns):
        lines += [_tool(f"tool-{place}-{number}", tool) for number, tool in enumerate(turn.tools)]
        lines.append(
            TryLine(f"turn-{place}", place, turn.text, turn.role == "assistant", broken.get(place, []))
        )
    return lines


def _tool(key: str, tool: UsedTool) -> TryLine:
    return TryLine(
        key,
        tool=tool.name,
        tool_words=(_DONE if tool.verdict == "done" else {}).get(tool.name, _VERDICTS[tool.verdict]),
        tone=_TONES[tool.verdict],
        arguments=[(name, _plain(value)) for name, value in tool.arguments.items()],
        result=tool.line,
        took=formatting.milliseconds(tool.took_ms),
    )


def _setting(trial: Trial, caller: str, *, zone: ZoneInfo, now: datetime) -> str:
    when = formatting.day_and_time(trial.happens_at, zone, now=now)
    who = formatting.phone(trial.caller_number) if trial.caller_number else "a withheld number"
    return f"As if it were {when}, from {who}{f', {caller}' if caller else ''}."


def _cost(trial: Trial) -> str:
    if not trial.chats:
        return ""
    asked = f"Asked {formatting.count(trial.chats, 'time')}"
    if trial.cost_usd is None:
        return f"{asked}. What that costs the voice platform has not said."
    return f"{asked}: {formatting.money(trial.cost_usd)} as the voice platform bills it."


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else "empty" if value is None else str(value)
