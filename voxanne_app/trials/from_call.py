"""A test made of a conversation: what the caller said, in order, and what came of it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from voxanne_app.trials.expectations import DEEDS, NO_TOOL, THAT_MATTER, Expectation

MOST_LINES = 25
LONGEST_LINE = 1000
LONGEST_NAME = 80
# From the numbers that are set aside for stories. Nobody is reached by it.
MADE_UP_NUMBER = "+12125550142"
_NUMBER = re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d)\+?\(?\d(?:[\s().-]{0,2}\d){6,14}(?!\w)")
_BY_OUTCOME = {"transferred": "hands_over", "callback": "takes_message"}


class NothingToTest(Exception):
    """The conversation holds too little; the message says what."""


class ToolUse(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def verdict(self) -> str | None: ...


def said_and_done(
    spoken: Iterable[tuple[bool, str]], tools: Sequence[ToolUse], outcome: str | None = None
) -> tuple[tuple[str, ...], tuple[Expectation, ...]]:
    """What the caller says, in order, and what is to come of it. Raises NothingToTest.

    `spoken`: whether it was the caller, and the words. Phone numbers among the caller's are replaced by one
    that is nobody's.
    """
    return _lines(spoken), tuple(_expectations(tools, outcome))


def _lines(spoken: Iterable[tuple[bool, str]]) -> tuple[str, ...]:
    lines: list[str] = []
    is_new = True
    for is_caller, words in spoken:
        said = " ".join(words.split())
        if is_caller and said:
            # What was said in one go may reach us in pieces.
            lines = [*lines, said] if is_new else [*lines[:-1], f"{lines[-1]} {said}"]
        is_new = not is_caller or (is_new and not said)
    if not lines:
        raise NothingToTest("The caller said nothing here, so there is nothing to test.")
    return tuple(without_numbers(line)[:LONGEST_LINE] for line in lines[:MOST_LINES])


def without_numbers(line: str) -> str:
    return _NUMBER.sub(MADE_UP_NUMBER, line)


def _expectations(tools: Sequence[ToolUse], outcome: str | None) -> Iterable[Expectation]:
    deeds = list(_deeds(tools))
    kind = _BY_OUTCOME.get(outcome or "")
    if kind and all(deed.kind != kind for deed in deeds):
        deeds.append(Expectation(kind))
    return deeds or [Expectation(NO_TOOL)]


def _deeds(tools: Sequence[ToolUse]) -> Iterable[Expectation]:
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


def _that_matter(tool: ToolUse) -> dict[str, str]:
    """Callers look around before they decide: only what was decided is held against."""
    if tool.name == "find_free_slots":
        return {}
    return {
        name: str(tool.arguments[name]).lower() if tool.arguments[name] is True else str(tool.arguments[name])
        for name in THAT_MATTER
        if tool.arguments.get(name) not in (None, "", False)
    }
