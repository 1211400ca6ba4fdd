"""Who listens and who speaks, in three tiers: the first fails in the middle of a call, the next goes on.

The field names are the ones that work: `voice.fallbackPlan.voices`, `transcriber.fallbackPlan.transcribers`.
"""

from typing import Any

from voxanne_app.agents.ports import Language, ReviewedAgent, Voice

Json = dict[str, Any]

# What Vapi calls the providers; the others have the same name.
PROVIDER_WORDS = {"elevenlabs": "11labs", "rime": "rime-ai"}


def transcriber_of(code: str, language: Language) -> Json:
    others: list[Json] = [
        {"provider": "azure", "language": language.locale},
        {"provider": "openai", "model": "gpt-4o-mini-transcribe", "language": code},
    ]
    return {
        "provider": "deepgram",
        "model": "nova-3",
        "language": code,
        "fallbackPlan": {"transcribers": others},
    }


def voice_of(agent: ReviewedAgent) -> Json:
    """Google's voices are part of its model (`model.realtimeConfig`): what Vapi says by itself, a stand-in
    says. For its own voices Vapi takes no stand-in."""
    chosen = agent.configuration.voice
    spoken = [*agent.stand_ins] if chosen.provider == "google" else [chosen, *agent.stand_ins]
    first, *others = (_voice(voice, agent.configuration.language, agent.language) for voice in spoken)
    return {**first, "fallbackPlan": {"voices": others}} if others else first


def _voice(voice: Voice, code: str, language: Language) -> Json:
    body: Json = {
        "provider": PROVIDER_WORDS.get(voice.provider, voice.provider),
        "voiceId": voice.voice_id,
        "speed": voice.speed,
    }
    match voice.provider:
        case "vapi" | "rime":
            body["language"] = code
        case "elevenlabs":
            body |= {"model": "eleven_flash_v2_5", "language": code}
        case "playht":
            body |= {"model": "Play3.0-mini", "language": language.name.lower()}
        case "openai":
            body["model"] = "gpt-4o-mini-tts"
    return body
