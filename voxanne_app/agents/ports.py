"""What agents need of a voice platform: that it says what we publish, and tells us what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from voxanne_app.agents.configuration import AgentConfiguration, Destination, Voice
from voxanne_app.agents.languages import LANGUAGES, Language
from voxanne_app.agents.tools import VoiceTool
from voxanne_app.agents.voices import MODELS, Model, stand_ins

# What the part is played with, beside what is defined here.
__all__ = ["AgentConfiguration", "Destination", "Language", "Model", "Voice", "VoiceTool"]

Body = Mapping[str, Any]


@dataclass(frozen=True)
class ReviewedAgent:
    """A version as it was reviewed: `first_message` and `prompt` are what callers and model are given, to the
    letter."""

    agent_id: UUID
    version: int
    configuration: AgentConfiguration
    first_message: str
    prompt: str
    is_recorded: bool
    is_candidate: bool = False

    @property
    def language(self) -> Language:
        return LANGUAGES[self.configuration.language]

    @property
    def stand_ins(self) -> tuple[Voice, ...]:
        """Who speaks when the voice fails, in order."""
        chosen, language = self.configuration.voice.provider, self.configuration.language
        return tuple(
            Voice(provider=provider, voice_id=voice) for provider, voice in stand_ins(chosen, language)
        )

    @property
    def model(self) -> Model:
        return MODELS[self.configuration.model]


@dataclass(frozen=True)
class Published:
    """`platform_id` names the platform's copy; `body` is what it was given, without secrets."""

    platform_id: str
    body: Body


@dataclass(frozen=True)
class Difference:
    """One thing that the platform's copy says otherwise, in words: what it is about, ours, theirs."""

    place: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Changes:
    """What was set otherwise at the platform, as settings; None where it is as it was."""

    name: str | None = None
    first_message: str | None = None
    prompt: str | None = None
    model: str | None = None
    voice: Voice | None = None
    max_seconds: float | None = None


@dataclass(frozen=True)
class Line:
    """A number at the platform. `answers` is the copy that answers it; None: it asks us at each call."""

    platform_number_id: str
    answers: str | None
    own_line: str | None


class PlatformUnavailable(Exception):
    """It did not answer, or is not in order. What was asked may have happened: look before repeating."""


class PlatformRefuses(Exception):
    """It read what it was given and says no, for good. The message is its own, for operators."""


class CopyGone(Exception):
    """The platform's copy does not exist any more."""


class VoicePlatform(Protocol):
    def publish(self, agent: ReviewedAgent, tools: Sequence[VoiceTool], *, known_id: str | None) -> Published:
        """Make the platform's one copy of this agent say exactly that; make the copy when there is none.

        `known_id` is the copy as we remember it. Safe to repeat, also when the last attempt's end is unknown.
        """
        ...

    def prepared(self, agent: ReviewedAgent, tools: Sequence[VoiceTool]) -> Body:
        """What the platform can be given for a single call, with no copy of it kept there."""
        ...

    def differences(self, body: Body, *, platform_id: str) -> Sequence[Difference]:
        """What the copy says otherwise than `body`, as `publish` returned it. Raises CopyGone."""
        ...

    def changes(self, body: Body, *, platform_id: str) -> Changes:
        """The same, as far as it can be set here. Raises CopyGone."""
        ...

    def connect(self, line: Line) -> None:
        """Let that answer the number, and the clinic's own line when nothing does."""
        ...
