"""The voices to choose from, and who speaks when the chosen one fails."""

from dataclasses import dataclass

from voxanne_app.agents.ui.typed import Typed
from voxanne_app.agents.voices import PROVIDERS, stand_ins, voices_matching

_MOST = 24


@dataclass(frozen=True)
class VoiceChoice:
    key: str
    voice: str
    provider: str
    is_chosen: bool


@dataclass(frozen=True)
class Tier:
    place: str
    voice: str
    provider: str


def tiers_of(typed: Typed) -> list[Tier]:
    spoken = [(typed.provider, typed.voice_id), *stand_ins(typed.provider, typed.language)]
    return [
        Tier(place, voice, PROVIDERS[provider].name if provider in PROVIDERS else provider)
        for place, (provider, voice) in zip(("First", "If it fails", "Then"), spoken, strict=False)
    ]


def voices_for(typed: Typed, words: str) -> list[VoiceChoice]:
    """Those that match, the chosen one first."""
    chosen = (typed.provider, typed.voice_id)
    found = sorted(voices_matching(words), key=lambda one: one != chosen)
    return [
        VoiceChoice(f"{provider} {voice}", voice, PROVIDERS[provider].name, (provider, voice) == chosen)
        for provider, voice in found[:_MOST]
    ]
