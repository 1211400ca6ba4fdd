"""Ours held against the vendor's copy: what we set and it says otherwise. What we leave open is theirs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voxanne_app.agents.ports import Difference
from voxanne_app.integrations.vapi.assistant_body import SECRET_HEADER, OurServer

_PLACES = {
    "firstMessage": "What callers hear first",
    "model.messages": "Prompt",
    "model.model": "Model",
    "model.provider": "Model",
    "model.toolIds": "Tools",
    "model.tools": "Putting callers through",
    "voice.voiceId": "Voice",
    "voice.provider": "Voice",
    "voice.speed": "Speed",
    "voice.fallbackPlan.voices": "Voices that stand in",
    "name": "Name",
    "maxDurationSeconds": "Longest call, in seconds",
    "server.url": "Where calls are reported to",
    "serverMessages": "What is reported",
    "artifactPlan.recordingEnabled": "Recording",
}
_LONGEST = 4000


def differences_in(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
    for path, own, other in _unequal(ours, theirs, ""):
        yield Difference(_PLACES.get(path, path), _words(path, own), _words(path, other))


def secret_difference(server: OurServer, accepted: Sequence[str], theirs: Any) -> Iterator[Difference]:
    """A copy that signs with what we do not accept is not heard; neither secret is shown."""
    headers = theirs.get("headers") if isinstance(theirs, dict) else None
    given = headers.get(SECRET_HEADER) if isinstance(headers, dict) else None
    if not server.credential_id and given not in accepted:
        yield Difference("Webhook secret", "one that we accept", "another one, or none")


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Ours as a change: nested objects are replaced whole by the vendor, so what we leave open in them is
    repeated as it is there."""
    return {
        name: {**theirs[name], **value}
        if isinstance(value, dict)
        and isinstance(theirs.get(name), dict)
        and theirs[name].get("provider") == value.get("provider")
        else value
        for name, value in ours.items()
    }


def _unequal(own: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(own, dict) and isinstance(other, dict):
        for name, value in own.items():
            yield from _unequal(value, other.get(name), f"{path}.{name}" if path else name)
    elif own != other:
        yield path, own, other


def _words(path: str, value: Any) -> str:
    if path == "model.messages" and isinstance(value, list):
        value = "\n".join(str(one.get("content")) for one in value if isinstance(one, dict))
    elif value is None:
        value = "nothing"
    elif not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)[:_LONGEST]
