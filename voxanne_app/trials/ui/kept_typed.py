"""A test as it is typed, both ways. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from voxanne_app.trials.agent_tests import CannotKeep, Written
from voxanne_app.trials.expectations import (
    DEEDS,
    MOST_EXPECTATIONS,
    THAT_MATTER,
    WORDS,
    Expectation,
    read_expectations,
)
from voxanne_app.trials.kept_models import KeptTest
from voxanne_app.ui.arguments import BadArgument, one_of, text, whole_number

_LONGEST = {"name": 200, "lines": 30_000, "clock": 10, "weekday": 1, "number": 10}
NUMBERS = {"shown": "A number that is nobody’s", "withheld": "Withheld"}


@dataclass(frozen=True)
class TypedExpectation:
    """`said` goes with the kind: words, or `service: Check-up`. `takes` says which; empty: nothing."""

    kind: str = "mentions"
    said: str = ""
    takes: str = "words"


@dataclass(frozen=True)
class TypedTest:
    """`lines` one under the other, `clock` as time fields give it: `10:15`."""

    name: str = ""
    lines: str = ""
    weekday: str = "0"
    clock: str = "10:00"
    number: str = "shown"


def typed_of(test: KeptTest) -> TypedTest:
    return TypedTest(
        name=test.name,
        lines="\n".join(test.lines),
        weekday=str(test.weekday),
        clock=f"{test.minute // 60:02}:{test.minute % 60:02}",
        number="shown" if test.shows_number else "withheld",
    )


def expectations_of(test: KeptTest) -> list[TypedExpectation]:
    return [_typed(one) for one in read_expectations(test.expectations)]


def with_field(typed: TypedTest, name: object, value: object) -> TypedTest:
    field = one_of(name, _LONGEST, name="This field")
    return replace(typed, **{field: text(value, at_most=_LONGEST[field], name="That")})


def with_kind(one: TypedExpectation, kind: str) -> TypedExpectation:
    """What was typed stays where it still means something."""
    takes = _takes(kind)
    return TypedExpectation(kind, one.said if takes == one.takes else "", takes)


def written_of(typed: TypedTest, expected: Sequence[TypedExpectation]) -> Written:
    """Raises CannotKeep, with a sentence for whoever typed it."""
    hour, _, minute = typed.clock.partition(":")
    try:
        weekday = whole_number(typed.weekday, low=0, high=6)
        at = whole_number(hour, low=0, high=23) * 60 + whole_number(minute, low=0, high=59)
    except BadArgument:
        raise CannotKeep("Choose a weekday and a time of day.") from None
    lines = tuple(line.strip() for line in typed.lines.splitlines() if line.strip())
    told = tuple(_expectation(one) for one in expected[: MOST_EXPECTATIONS + 1])
    return Written(typed.name, lines, told, weekday, at, typed.number == "shown")


def _typed(one: Expectation) -> TypedExpectation:
    said = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in one.arguments.items())
    return TypedExpectation(one.kind, one.words or said, _takes(one.kind))


def _takes(kind: str) -> str:
    return "words" if kind in WORDS else "arguments" if kind in DEEDS else ""


def _expectation(one: TypedExpectation) -> Expectation:
    if one.takes == "words":
        return Expectation(one.kind, one.said)
    return Expectation(one.kind, arguments=_arguments(one.said) if one.takes else {})


def _arguments(said: str) -> Mapping[str, str]:
    """`Check-up` alone is the service; otherwise `service: Check-up, practitioner: Dr. Elm`."""
    if ":" not in said:
        return {"service": said.strip()} if said.strip() else {}
    found: dict[str, str] = {}
    for part in said.split(","):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        known = name.casefold().replace(" ", "_")
        if not colon or known not in THAT_MATTER or not value:
            names = ", ".join(one.replace("_", " ") for one in THAT_MATTER)
            raise CannotKeep(
                f"“{part.strip()[:60]}” is not understood. Write “service: Check-up”; also: {names}."
            )
        found[known] = value
    return found
