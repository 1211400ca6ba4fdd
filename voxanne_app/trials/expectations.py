"""What a kept test expects of a conversation: deeds in their order, and words that come or never come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_EXPECTATIONS = 20
LONGEST_WORDS = 200


@dataclass(frozen=True)
class Deed:
    """Something that tools do. `expected`, `done`: "It should have …", "It …". One of `tools` does it;
    `counts_when_refused` where what the deed needs need not be there on the day of the test."""

    label: str
    expected: str
    done: str
    tools: tuple[str, ...]
    counts_when_refused: bool = False


DEEDS: Mapping[str, Deed] = {
    "looks_up": Deed("looks for free times", "looked for free times", "looked", ("find_free_slots",)),
    "books": Deed("books", "booked", "booked", ("book_appointment",)),
    # The appointment that a caller spoke of is not there on the day of the test: the attempt counts.
    "moves": Deed(
        "goes about moving an appointment",
        "tried to move an appointment",
        "moved",
        ("move_appointment",),
        True,
    ),
    "cancels": Deed(
        "goes about cancelling an appointment",
        "tried to cancel an appointment",
        "cancelled",
        ("cancel_appointment",),
        True,
    ),
    "takes_message": Deed("takes a message", "taken a message", "took a message", ("take_message",)),
    "hands_over": Deed(
        "hands over to a person",
        "handed over to a person",
        "handed over",
        ("transferCall", "transfer_to_human", "transfer_call"),
    ),
}
WORDS: Mapping[str, str] = {"mentions": "mentions …", "never_says": "never says …"}
NO_TOOL = "no_tool"
# Every kind as a list offers it.
KINDS: Mapping[str, str] = {
    **{kind: deed.label for kind, deed in DEEDS.items()},
    **WORDS,
    NO_TOOL: "uses no tool",
}
# Of what a tool was given: what the caller decides. Times move with the calendar, and a name, a number or a
# message is said in the model's own way.
THAT_MATTER = ("service", "practitioner", "part_of_day", "urgent")


class BadExpectations(Exception):
    """They cannot be kept like this; the message says why."""


@dataclass(frozen=True)
class Expectation:
    """`words` belong to the kinds of `WORDS`, `arguments` to deeds: a tool's, by name, as text."""

    kind: str
    words: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "words": self.words, "arguments": dict(self.arguments)}


def read_expectations(held: Iterable[Mapping[str, Any]]) -> tuple[Expectation, ...]:
    """From a test's column; what an older version knew and this one does not is left out."""
    return tuple(
        Expectation(one["kind"], one.get("words", ""), dict(one.get("arguments", {})))
        for one in held
        if one.get("kind") in KINDS
    )


def checked(expectations: Sequence[Expectation]) -> tuple[Expectation, ...]:
    """The same, fit to be kept. Raises BadExpectations."""
    if not expectations:
        raise BadExpectations("Say at least one thing that you expect.")
    if len(expectations) > MOST_EXPECTATIONS:
        raise BadExpectations(f"At most {MOST_EXPECTATIONS} expectations fit into one test.")
    kinds = {one.kind for one in expectations}
    if unknown := kinds - KINDS.keys():
        raise BadExpectations(f"{sorted(unknown)[0][:40]!r} is nothing that can be expected.")
    if NO_TOOL in kinds and kinds & DEEDS.keys():
        raise BadExpectations("It cannot use no tool and do something: remove one of them.")
    return tuple(_checked(one) for one in expectations)


def in_words(one: Expectation) -> str:
    """`books (service: Check-up)`, `never says “implant”`."""
    if one.kind in WORDS:
        return WORDS[one.kind].replace("…", f"“{one.words}”")
    return f"{KINDS[one.kind]}{arguments_in_words(one.arguments)}"


def arguments_in_words(arguments: Mapping[str, str]) -> str:
    said = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in arguments.items())
    return f" ({said})" if said else ""


def _checked(one: Expectation) -> Expectation:
    if one.kind not in WORDS:
        arguments = {
            name: value[:LONGEST_WORDS]
            for name, value in one.arguments.items()
            if name in THAT_MATTER and value and one.kind in DEEDS
        }
        return Expectation(one.kind, "", arguments)
    words = " ".join(one.words.split())
    if not words:
        raise BadExpectations(f"Say which words: “{WORDS[one.kind]}” needs some.")
    if len(words) > LONGEST_WORDS:
        raise BadExpectations(f"Those words are too long: {LONGEST_WORDS} characters at most.")
    return Expectation(one.kind, words)
