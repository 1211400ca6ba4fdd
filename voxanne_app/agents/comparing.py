"""What differs between two versions: texts line by line, settings in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.agents.languages import LANGUAGES
from voxanne_app.agents.voices import MODELS, PROVIDERS

Mark = Literal["same", "added", "removed"]
_AFTER_HOURS = {
    "same": "as during the day",
    "messages": "messages only",
    "no_transfer": "no putting through",
}


@dataclass(frozen=True)
class Line:
    """`number` counts in the newer text; a removed line has 0."""

    mark: Mark
    number: int
    words: str


def lines_between(before: str, after: str) -> tuple[Line, ...]:
    """Every line of both texts, once, in reading order."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [Line("same", number + 1, new[number]) for number in range(j1, j2)]
            continue
        lines += [Line("removed", 0, words) for words in old[i1:i2]]
        lines += [Line("added", number + 1, new[number]) for number in range(j1, j2)]
    return tuple(lines)


def count_of(lines: Iterable[Line]) -> tuple[int, int]:
    """How many lines were added, and how many removed."""
    marks = [line.mark for line in lines]
    return marks.count("added"), marks.count("removed")


@dataclass(frozen=True)
class Change:
    """One setting: `part` is the editor's panel, `before` and `after` in words."""

    part: str
    what: str
    before: str
    after: str


def changes_between(before: AgentConfiguration, after: AgentConfiguration) -> tuple[Change, ...]:
    """What was set otherwise, without the texts that `lines_between` shows."""
    old, new = _in_words(before), _in_words(after)
    return tuple(
        Change(part, what, old[part, what], new[part, what])
        for part, what in new
        if old[part, what] != new[part, what]
    )


def _in_words(configuration: AgentConfiguration) -> dict[tuple[str, str], str]:
    voice, provider = configuration.voice, PROVIDERS.get(configuration.voice.provider)
    language = LANGUAGES.get(configuration.language)
    model = MODELS.get(configuration.model)
    escalation = configuration.escalation
    return {
        ("prompt", "Name"): configuration.name,
        ("prompt", "Kind"): "calls out" if configuration.role == "outbound" else "answers the phone",
        ("prompt", "Words about recording"): _consent(configuration.recording_consent),
        ("voice", "Voice"): f"{voice.voice_id}, {provider.name if provider else voice.provider}",
        ("voice", "Speed"): f"{voice.speed:g}",
        ("voice", "Language"): language.name if language else configuration.language,
        ("voice", "Model"): model.name if model else configuration.model,
        ("tools", "Turned off"): ", ".join(sorted(configuration.tools_off)) or "nothing",
        ("people", "Put through to"): "; ".join(
            f"{one.name} {one.number}" for one in configuration.destinations
        )
        or "nobody",
        ("people", "Asks for a person"): _yes(escalation.asks_for_person),
        ("people", "Urgent words"): ", ".join(escalation.urgent_words) or "none",
        ("people", "Misunderstandings"): str(escalation.misunderstandings or "never"),
        ("people", "Unhappy callers"): _yes(escalation.is_unhappy),
        ("limits", "Longest call"): f"{configuration.max_minutes} min",
        ("limits", "After hours"): _AFTER_HOURS[configuration.after_hours],
    }


def _consent(own: str | None) -> str:
    return "as in the clinic’s settings" if own is None else own or "none: not recorded"


def _yes(is_on: bool) -> str:
    return "passed on" if is_on else "not passed on"
