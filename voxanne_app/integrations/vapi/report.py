"""What only the report at the end says: cost, length, recording, consent, analysis."""

from collections.abc import Iterator
from typing import Any

from voxanne_app.integrations.vapi.cost_items import costs_of, total_of
from voxanne_app.integrations.vapi.reading import listed, mapping, number, text


def report_of(message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names of registers and their values, None for what is not said."""
    artifact, analysis = mapping(message.get("artifact")), mapping(message.get("analysis"))
    recording = mapping(artifact.get("recording"))
    mono = mapping(recording.get("mono"))
    yield "duration_seconds", _duration(message)
    url, stereo_url = "recordingUrl", "stereoRecordingUrl"
    yield "recording_url", _first(artifact.get(url), message.get(url), mono.get("combinedUrl"))
    yield (
        "stereo_recording_url",
        _first(artifact.get(stereo_url), message.get(stereo_url), recording.get("stereoUrl")),
    )
    yield "metadata.recording_consent", _consent(message)
    yield "success_evaluation", text(analysis.get("successEvaluation"))
    yield "structured_data", mapping(analysis.get("structuredData")) or None
    yield "cost_usd", total_of(message)
    yield "costs", costs_of(message) or None
    yield "metadata.structured_outputs", _outputs(artifact)
    yield "metadata.more_structured_data", listed(analysis.get("structuredDataMulti")) or None
    yield "metadata.performance", mapping(artifact.get("performanceMetrics")) or None
    yield "metadata.variables", mapping(artifact.get("variableValues") or artifact.get("variables")) or None


def _duration(message: dict[str, Any]) -> float | None:
    """Seconds, as the message says them; the difference of its times is taken where nothing is said."""
    for name, seconds in (("durationMs", 0.001), ("durationSeconds", 1.0), ("durationMinutes", 60.0)):
        said = number(message.get(name))
        if said is not None and 0 <= said * seconds < 10_000_000:
            return round(said * seconds, 3)
    return None


def _consent(message: dict[str, Any]) -> dict[str, Any] | None:
    """Only there when the platform itself has asked the caller; without a time, they have not agreed."""
    asked = mapping(mapping(message.get("compliance")).get("recordingConsent"))
    kind = text(asked.get("type"))
    return {"type": kind[:40], "granted_at": text(asked.get("grantedAt"))} if kind else None


def _outputs(artifact: dict[str, Any]) -> dict[str, Any] | None:
    """Structured outputs by their names; the ids they come under are the vendor's."""
    found = mapping(artifact.get("structuredOutputs")).items()
    return {
        (text(mapping(held).get("name")) or key): mapping(held).get("result") for key, held in found
    } or None


def _first(*values: Any) -> str | None:
    return next(filter(None, (text(value) for value in values)), None)
