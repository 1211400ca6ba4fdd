"""Who listens and who speaks, in three tiers: the first fails in the middle of a call, the next goes on.

The field names are the ones that work: `voice.fallbackPlan.voices`, `transcriber.fallbackPlan.transcribers`.
"""

from typing import Any

from voxanne_app.agents.ports import AgentConfiguration, Language, Voice

Json = dict[str, Any]

# What Vapi calls the providers; the others have the same name.
PROVIDER_WORDS = {"elevenlabs": "11labs", "rime": "rime-ai"}
TIERS = 3


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


def voice_of(configuration: AgentConfiguration, language: Language) -> Json:
    """Google's voices are part of its model (`model.realtimeConfig`): what Vapi says by itself, a stand-in
    says."""
    code, chosen = configuration.language, configuration.voice
    stand_ins = _stand_ins(code, language)
    first = stand_ins.pop(0) if chosen.provider == "google" else _voice(chosen, code, language)
    others = [voice for voice in stand_ins if voice["provider"] != first["provider"]]
    if first["provider"] == "vapi":
        return first  # the vendor takes no stand-in for its own voices
    return {**first, "fallbackPlan": {"voices": others[: TIERS - 1]}}


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


def _stand_ins(code: str, language: Language) -> list[Json]:
    """Of different providers, so that one company's bad day is not all of them's."""
    return [
        {"provider": "azure", "voiceId": language.fallback_voice},
        {"provider": "openai", "voiceId": "alloy", "model": "gpt-4o-mini-tts"},
        {"provider": "vapi", "voiceId": "Elliot", "language": code},
    ]
