"""What somebody changed in Vapi's own dashboard, as settings of ours."""

from collections.abc import Mapping
from typing import Any

from voxanne_app.agents.ports import Changes, Voice
from voxanne_app.integrations.vapi.speech import PROVIDER_WORDS

_OUR_WORDS = {theirs: ours for ours, theirs in PROVIDER_WORDS.items()}


def changes_in(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Changes:
    seconds = _other(ours, theirs, "maxDurationSeconds")
    return Changes(
        name=_text(_other(ours, theirs, "name")),
        first_message=_text(_other(ours, theirs, "firstMessage")),
        prompt=_prompt(theirs) if _prompt(theirs) != _prompt(ours) else None,
        model=_text(_other(ours["model"], theirs.get("model") or {}, "model")),
        voice=_voice(ours["voice"], theirs.get("voice") or {}),
        max_seconds=seconds if isinstance(seconds, int | float) else None,
    )


def _other(ours: Mapping[str, Any], theirs: Mapping[str, Any], name: str) -> Any:
    return theirs.get(name) if theirs.get(name) != ours.get(name) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _voice(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Voice | None:
    if all(theirs.get(name) == ours.get(name) for name in ("provider", "voiceId", "speed")):
        return None
    provider, speed = str(theirs.get("provider") or ""), theirs.get("speed")
    return Voice(
        provider=_OUR_WORDS.get(provider, provider),
        voice_id=str(theirs.get("voiceId") or ""),
        speed=float(speed) if isinstance(speed, int | float) else 1.0,
    )


def _prompt(body: Mapping[str, Any]) -> str:
    messages = (body.get("model") or {}).get("messages") or []
    return next((str(one.get("content") or "") for one in messages if one.get("role") == "system"), "")
