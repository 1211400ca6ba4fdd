"""Kept tests as their screens show them. Pure: rows in, views out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from voxanne_app.trials import as_if
from voxanne_app.trials.expectations import in_words, read_expectations
from voxanne_app.trials.kept_models import KeptTest
from voxanne_app.trials.kept_queries import KeptRow, RunView
from voxanne_app.trials.turns import Turn, UsedTool, read_turns
from voxanne_app.ui import formatting

ORIGINS = {"hand": "Written by hand", "trial": "From a conversation of “Try it”", "call": "From a call"}
# A result as a word, a tone and a mark.
RESULTS = {
    "passed": ("Passes", "good", "circle-check"),
    "failed": ("Fails", "bad", "triangle-alert"),
    "broken": ("Has no result", "waits", "circle-alert"),
    "waiting": ("Running", "live", ""),
    "unrun": ("Not run yet", "plain", "circle-dashed"),
}
_VERDICTS = {"done": "Done", "refused": "Could not be done", "failed": "Failed"}
_TONES = {"done": "good", "refused": "waits", "failed": "bad"}


@dataclass(frozen=True)
class KeptLine:
    """A test in the list; `why` is the first thing that was not as expected, or what stood in the way."""

    id: str = ""
    name: str = ""
    origin: str = ""
    href: str = ""
    result: str = ""
    tone: str = "plain"
    mark: str = "circle"
    against: str = ""
    when: str = ""
    exact: str = ""
    why: str = ""
    is_running: bool = False


@dataclass(frozen=True)
class FindingLine:
    expected: str
    why: str
    tone: str
    mark: str
    told: str  # by screen readers, for the mark


@dataclass(frozen=True)
class SpokenLine:
    """A turn, or (with `tool`) something that was used before it."""

    key: str
    speaker: str = ""
    words: str = ""
    is_agent: bool = False
    tool: str = ""
    tool_words: str = ""
    tone: str = "good"
    arguments: list[tuple[str, str]] = field(default_factory=list)
    result: str = ""
    took: str = ""


@dataclass(frozen=True)
class KeptDetail:
    line: KeptLine = KeptLine()
    occasion: str = ""
    call_href: str = ""
    findings: list[FindingLine] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    script: list[SpokenLine] = field(default_factory=list)
    note: str = ""
    cost: str = ""


def kept_line(row: KeptRow, *, address: str, digest: str, zone: ZoneInfo, now: datetime) -> KeptLine:
    word, tone, mark = RESULTS[row.state]
    is_running = row.state == "waiting"
    at = row.finished_at or row.asked_at
    return KeptLine(
        id=str(row.id),
        name=row.name,
        origin=ORIGINS[row.origin] + (f", kept by {row.author}" if row.author else ""),
        href=f"{address}?part=tests&test={row.id}",
        result=_progress(row) if is_running else word,
        tone=tone,
        mark=mark,
        against=_against(row, digest) if row.state != "unrun" else "",
        when=formatting.when(at, zone, now=now) if at and not is_running else "",
        exact=formatting.exact(at, zone) if at else "",
        why=row.trouble or next((why for why in row.findings if why), ""),
        is_running=is_running,
    )


def summary(rows: Sequence[KeptRow], digest: str) -> str:
    """`3 of 4 pass against what is saved now`."""
    of_now = [row for row in rows if row.digest == digest and row.is_of_now]
    if rows and not any(row.state in ("passed", "failed") for row in of_now):
        return "None has run against what is saved now"
    passed = sum(row.state == "passed" for row in of_now)
    return f"{passed} of {len(rows)} pass against what is saved now" if rows else ""


def detail_of(test: KeptTest, run: RunView | None, line: KeptLine) -> KeptDetail:
    number = "from a number that is nobody’s" if test.shows_number else "with the number withheld"
    return KeptDetail(
        line=line,
        occasion=f"As if it were {as_if.in_words(test.weekday, test.minute)}, {number}",
        call_href=f"/calls/{test.call_id}" if test.call_id else "",
        findings=_findings(test, run),
        lines=list(test.lines),
        script=script(read_turns(run.turns)) if run else [],
        note=_note(test, run),
        cost=formatting.money(run.cost_usd, digits=3) if run and run.cost_usd else "",
    )


def script(turns: Sequence[Turn]) -> list[SpokenLine]:
    """What was said, with the tools in the places where they were used."""
    lines: list[SpokenLine] = []
    for place, turn in enumerate(turns):
        lines += [_tool(f"{place}-{number}", tool) for number, tool in enumerate(turn.tools)]
        is_agent = turn.role == "assistant"
        speaker = "Agent" if is_agent else "Caller"
        lines.append(SpokenLine(key=str(place), speaker=speaker, words=turn.text, is_agent=is_agent))
    return lines


def _progress(row: KeptRow) -> str:
    return f"Line {row.said + 1} of {row.lines}" if row.said < row.lines else "Running"


def _against(row: KeptRow, digest: str) -> str:
    if not row.is_of_now:
        return "before the test was changed"
    if row.version:
        return f"version {row.version}" + ("" if row.digest == digest else ", before the draft")
    return "the draft as it is now" if row.digest == digest else "an older draft"


def _findings(test: KeptTest, run: RunView | None) -> list[FindingLine]:
    expected = [in_words(one) for one in read_expectations(test.expectations)]
    is_judged = run is not None and run.revision == test.revision and len(run.findings) == len(expected)
    whys = list(run.findings) if run and is_judged else [None] * len(expected)
    return [_finding(words, why) for words, why in zip(expected, whys, strict=True)]


def _finding(words: str, why: str | None) -> FindingLine:
    words = words[:1].upper() + words[1:]
    if why is None:
        return FindingLine(words, "", "plain", "circle-dashed", "Not known")
    if why:
        return FindingLine(words, why, "bad", "circle-x", "Not as expected")
    return FindingLine(words, "", "good", "check", "As expected")


def _note(test: KeptTest, run: RunView | None) -> str:
    if run is None:
        return "It was not run yet."
    if run.state == "waiting":
        return "It is running; the conversation is shown when it is over."
    return "The test was changed after this conversation." if run.revision != test.revision else ""


def _tool(key: str, tool: UsedTool) -> SpokenLine:
    return SpokenLine(
        key=key,
        tool=tool.name,
        tool_words=_VERDICTS[tool.verdict],
        tone=_TONES[tool.verdict],
        arguments=[(name, _plain(value)) for name, value in tool.arguments.items()],
        result=tool.line,
        took=formatting.milliseconds(tool.took_ms),
    )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else "empty" if value is None else str(value)
