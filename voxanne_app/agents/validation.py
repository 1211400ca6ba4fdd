"""What stands in the way of publishing a configuration, in words, by the field it is about."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from voxanne_app.agents.configuration import AgentConfiguration
from voxanne_app.agents.languages import LANGUAGES
from voxanne_app.agents.voices import MODELS, PROVIDERS
from voxanne_app.foundation.phone_numbers import as_e164

LONGEST_PROMPT = 8000
LONGEST_GREETING = 600
LONGEST_NAME = 30
MOST_RULES, LONGEST_RULE = 40, 300
MOST_DESTINATIONS = 10
MINUTES = (1, 60)
_TEMPLATE_MARKS = ("{{", "}}", "{%", "%}")


@dataclass(frozen=True)
class Problem:
    """`field` as the configuration names it; `destinations.2.number` is the third one's."""

    field: str
    sentence: str


def problems_of(configuration: AgentConfiguration, *, tools: Collection[str]) -> tuple[Problem, ...]:
    """All of them; empty when it may be published. `tools` are the names of the voice tools there are."""
    found = (
        *_words(configuration),
        *_voice(configuration),
        *_rules(configuration),
        *_destinations(configuration),
        *_limits(configuration),
        *(
            Problem("tools_off", f"There is no tool called {name}.")
            for name in configuration.tools_off
            if name not in tools
        ),
    )
    return tuple(found)


def _words(configuration: AgentConfiguration) -> Iterator[Problem]:
    name = configuration.name.strip()
    if not name:
        yield Problem("name", "Give the agent a name: your team sees it, callers do not.")
    elif len(name) > LONGEST_NAME:
        yield Problem("name", f"{LONGEST_NAME} characters at most.")
    if not configuration.first_message.strip():
        yield Problem("first_message", "Write what callers hear first.")
    yield from _text("first_message", configuration.first_message, LONGEST_GREETING)
    if not configuration.prompt.strip():
        yield Problem("prompt", "Write who the agent is and what it does, or start from a template.")
    yield from _text("prompt", configuration.prompt, LONGEST_PROMPT)
    if "\n## " in f"\n{configuration.prompt}":
        yield Problem(
            "prompt", "Lines that begin with ## are headings of the parts that are filled in: use #."
        )
    yield from _text("recording_consent", configuration.recording_consent or "", LONGEST_RULE)


def _text(field: str, words: str, longest: int) -> Iterator[Problem]:
    if len(words) > longest:
        yield Problem(field, f"{len(words):,} of {longest:,} characters: please shorten it.")
    if any(mark in words for mark in _TEMPLATE_MARKS):
        yield Problem(field, "Double braces mean something to the voice platform: write it without them.")


def _voice(configuration: AgentConfiguration) -> Iterator[Problem]:
    voice, provider = configuration.voice, PROVIDERS.get(configuration.voice.provider)
    if configuration.language not in LANGUAGES:
        yield Problem("language", "Choose one of the languages.")
    if provider is None:
        yield Problem("voice", "Choose a voice.")
        return
    named = voice.voice_id in provider.voices
    if not named and not (provider.takes_other_ids and 0 < len(voice.voice_id) <= 100):
        yield Problem("voice", f"{provider.name} has no voice called {voice.voice_id or '…'}.")
    if configuration.language in LANGUAGES and configuration.language not in provider.languages:
        spoken = LANGUAGES[configuration.language].name
        yield Problem("voice", f"{provider.name}’s voices do not speak {spoken}: choose another one.")
    yield from _speed(voice.speed, provider.name, provider.speeds)
    yield from _model(configuration)


def _speed(speed: float, provider: str, speeds: tuple[float, float] | None) -> Iterator[Problem]:
    slowest, fastest = speeds or (1.0, 1.0)
    if not slowest <= speed <= fastest:
        range_in_words = f"from {slowest:g} to {fastest:g}" if speeds else "at one speed: 1"
        yield Problem("voice.speed", f"{provider} speaks {range_in_words}.")


def _model(configuration: AgentConfiguration) -> Iterator[Problem]:
    model = MODELS.get(configuration.model)
    if model is None:
        yield Problem("model", "Choose one of the models.")
    elif configuration.voice.provider == "google" and model.speaks != "google":
        yield Problem(
            "model", "Google’s voices are part of Gemini Live: choose that model, or another voice."
        )
    elif model.speaks and configuration.voice.provider != model.speaks:
        speaks = PROVIDERS[model.speaks].name
        yield Problem("voice", f"{model.name} speaks itself: choose one of {speaks}’s voices.")


def _rules(configuration: AgentConfiguration) -> Iterator[Problem]:
    if len(configuration.rules) > MOST_RULES:
        yield Problem("rules", f"{MOST_RULES} rules at most: a model does not keep more in mind.")
    for rule in configuration.rules:
        yield from _text("rules", rule, LONGEST_RULE)
    for word in configuration.escalation.urgent_words:
        yield from _text("escalation.urgent_words", word, 60)


def _destinations(configuration: AgentConfiguration) -> Iterator[Problem]:
    if len(configuration.destinations) > MOST_DESTINATIONS:
        yield Problem("destinations", f"{MOST_DESTINATIONS} people or desks at most.")
    for position, destination in enumerate(configuration.destinations):
        if not destination.name.strip():
            yield Problem(f"destinations.{position}.name", "Who answers there?")
        if as_e164(destination.number) != destination.number:
            yield Problem(f"destinations.{position}.number", "That is no phone number.")
        for words in (destination.name, destination.when):
            yield from _text(f"destinations.{position}.when", words, LONGEST_RULE)


def _limits(configuration: AgentConfiguration) -> Iterator[Problem]:
    fewest, most = MINUTES
    if not fewest <= configuration.max_minutes <= most:
        yield Problem("max_minutes", f"From {fewest} to {most} minutes.")
    if not 0 <= configuration.escalation.misunderstandings <= 10:
        yield Problem("escalation.misunderstandings", "From 0 (never) to 10 times.")
