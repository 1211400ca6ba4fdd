"""A test made of a call: what the caller said, in order, and what came of it. Pure."""

import re
from collections.abc import Iterable, Sequence

from voxanne_app.calls.queries import ToolCallView, TurnView
from voxanne_app.trials.expectations import DEEDS, NO_TOOL, THAT_MATTER, Expectation

MOST_LINES = 25
LONGEST_LINE = 1000
LONGEST_NAME = 80
# From the numbers that are set aside for stories. Nobody is reached by it.
MADE_UP_NUMBER = "+12125550142"
_NUMBER = re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d)\+?\(?\d(?:[\s().-]{0,2}\d){6,14}(?!\w)")
_BY_OUTCOME = {"transferred": "hands_over", "callback": "takes_message"}


class NothingToTest(Exception):
    """The call holds too little; the message says what."""


def said_and_done(
    turns: Iterable[TurnView], tools: Sequence[ToolCallView], outcome: str | None
) -> tuple[tuple[str, ...], tuple[Expectation, ...]]:
    """What the caller says, in order, and what is to come of it. Raises NothingToTest.

    Phone numbers among the caller's words are replaced by one that is nobody's.
    """
    return _lines(turns), tuple(_expectations(tools, outcome))


def _lines(turns: Iterable[TurnView]) -> tuple[str, ...]:
    lines: list[str] = []
    answered = True
    for turn in turns:
        words = " ".join(turn.words.split()) if turn.speaker == "caller" else ""
        if words and answered:
            lines.append(words)
        elif words:  # one line may reach us in pieces
            lines[-1] = f"{lines[-1]} {words}"
        answered = turn.speaker == "agent" or (answered and not words)
    if not lines:
        raise NothingToTest("The caller said nothing in this call, so there is nothing to test.")
    return tuple(without_numbers(line)[:LONGEST_LINE] for line in lines[:MOST_LINES])


def without_numbers(line: str) -> str:
    return _NUMBER.sub(MADE_UP_NUMBER, line)


def _expectations(tools: Sequence[ToolCallView], outcome: str | None) -> Iterable[Expectation]:
    deeds = list(_deeds(tools))
    kind = _BY_OUTCOME.get(outcome or "")
    if kind and all(deed.kind != kind for deed in deeds):
        deeds.append(Expectation(kind))
    return deeds or [Expectation(NO_TOOL)]


def _deeds(tools: Sequence[ToolCallView]) -> Iterable[Expectation]:
    """What was done, each once in a row: a caller who asks for other times is no other deed."""
    before = None
    for tool in tools:
        kind = next((kind for kind, deed in DEEDS.items() if tool.name in deed.tools), None)
        if kind is None or tool.verdict != "done":
            continue
        deed = Expectation(kind, "", _that_matter(tool))
        if before is None or deed.kind != before:
            yield deed
        before = deed.kind


def _that_matter(tool: ToolCallView) -> dict[str, str]:
    """The last word counts for looking up, but a test's first may differ: only what was booked is held."""
    if tool.name == "find_free_slots":
        return {}
    return {
        name: str(tool.arguments[name]).lower() if tool.arguments[name] is True else str(tool.arguments[name])
        for name in THAT_MATTER
        if tool.arguments.get(name) not in (None, "", False)
    }
