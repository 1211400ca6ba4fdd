"""What a call costs, component by component, in USD; the sum of the parts is the whole."""

from dataclasses import dataclass
from typing import Any

PLATFORM_PER_MINUTE = 0.05
TRANSCRIBER_PER_MINUTE = 0.0099
MODEL_PER_PROMPT_TOKEN, MODEL_PER_COMPLETION_TOKEN = 2.0e-6, 8.0e-6
VOICE_PER_CHARACTER = 5.0e-5
ANALYSIS_PER_PROMPT_TOKEN, ANALYSIS_PER_COMPLETION_TOKEN = 1.0e-7, 4.0e-7
CHARACTERS_PER_TOKEN = 4
PROMPT_TOKENS = 850
DIGITS = 4
OTHER_ANALYSES = ("structuredData", "successEvaluation", "structuredOutput")
ANALYSIS_PARTS = ("", "PromptTokens", "CompletionTokens", "CachedPromptTokens")


@dataclass(frozen=True)
class Usage:
    """What was used: seconds on the line, and the texts the model read and wrote."""

    seconds: float
    spoken_characters: int
    prompt_tokens: int
    completion_tokens: int
    analysed_tokens: int
    assistant: dict[str, Any]


def costs_of(usage: Usage) -> list[dict[str, Any]]:
    """The `costs` of an end-of-call report. Vapi's own providers, so nothing is free but the Twilio leg."""
    minutes = round(usage.seconds / 60, DIGITS)
    model = _part(usage.assistant, "model", {"provider": "openai", "model": "gpt-4.1"}, "model")
    voice = _part(usage.assistant, "voice", {"provider": "11labs", "voiceId": "sarah"}, "voiceId")
    transcriber = _part(usage.assistant, "transcriber", {"provider": "deepgram", "model": "nova-3"}, "model")
    analyst = {"provider": "google", "model": "gemini-2.5-flash-lite"}
    summary_tokens = 60
    return [
        {"type": "transport", "provider": "twilio", "minutes": minutes, "cost": 0},
        {"type": "transcriber", "transcriber": transcriber, "minutes": minutes,
         "cost": _usd(minutes * TRANSCRIBER_PER_MINUTE)},
        {"type": "model", "model": model, "promptTokens": usage.prompt_tokens,
         "completionTokens": usage.completion_tokens, "cachedPromptTokens": 0,
         "cost": _usd(usage.prompt_tokens * MODEL_PER_PROMPT_TOKEN
                      + usage.completion_tokens * MODEL_PER_COMPLETION_TOKEN)},
        {"type": "voice", "voice": voice, "characters": usage.spoken_characters,
         "cost": _usd(usage.spoken_characters * VOICE_PER_CHARACTER)},
        {"type": "vapi", "subType": "normal", "minutes": minutes,
         "cost": _usd(minutes * PLATFORM_PER_MINUTE)},
        {"type": "analysis", "analysisType": "summary", "model": analyst,
         "promptTokens": usage.analysed_tokens, "completionTokens": summary_tokens, "cachedPromptTokens": 0,
         "cost": _usd(usage.analysed_tokens * ANALYSIS_PER_PROMPT_TOKEN
                      + summary_tokens * ANALYSIS_PER_COMPLETION_TOKEN)},
    ]  # fmt: skip


def with_transport(costs: list[dict[str, Any]], usd: float) -> list[dict[str, Any]]:
    """The same, with so much more for the line."""
    return [
        {**part, "cost": _usd(part["cost"] + usd)} if part["type"] == "transport" else part for part in costs
    ]


def total(costs: list[dict[str, Any]]) -> float:
    return _usd(sum(part["cost"] for part in costs))


def breakdown(costs: list[dict[str, Any]]) -> dict[str, Any]:
    """The same as one object, as `costBreakdown` has it."""
    by_type = {part["type"]: part for part in costs}

    def cost(kind: str) -> float:
        return float(by_type.get(kind, {}).get("cost", 0))

    model, analysis = by_type["model"], by_type["analysis"]
    return {
        "transport": cost("transport"), "stt": cost("transcriber"), "llm": cost("model"),
        "tts": cost("voice"), "vapi": cost("vapi"), "chat": 0, "total": total(costs),
        "llmPromptTokens": model["promptTokens"], "llmCompletionTokens": model["completionTokens"],
        "llmCachedPromptTokens": 0, "ttsCharacters": by_type["voice"]["characters"],
        "voicemailDetectionCost": 0, "knowledgeBaseCost": 0,
        "analysisCostBreakdown": {
            "summary": analysis["cost"], "summaryPromptTokens": analysis["promptTokens"],
            "summaryCompletionTokens": analysis["completionTokens"], "summaryCachedPromptTokens": 0,
            **{f"{plan}{part}": 0 for plan in OTHER_ANALYSES for part in ANALYSIS_PARTS},
        },
    }  # fmt: skip


def tokens(text: str) -> int:
    return len(text) // CHARACTERS_PER_TOKEN + 1


def _part(assistant: dict[str, Any], name: str, default: dict[str, str], field: str) -> dict[str, Any]:
    given = assistant.get(name) or {}
    return {key: given.get(key) or default[key] for key in ("provider", field)}


def _usd(amount: float) -> float:
    return round(amount, DIGITS)
