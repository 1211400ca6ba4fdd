"""A comparison as it is kept with its call: places and verdicts, no words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voxanne_app.calls.promises.promise import Comparison, Deed, Judged


def as_json(found: Comparison) -> dict[str, Any]:
    return {
        "promises": [_promise(judged) for judged in found.promises],
        "deeds": [_deed(deed) for deed in found.deeds],
    }


def still_kept(found: Comparison, before: Mapping[str, Any] | None) -> Comparison:
    """What was kept once stays so: that people moved or cancelled it later breaks no promise."""
    kept = {
        (told["kind"], told["turn"], *told["span"]): told["booking"]
        for told in (before or {}).get("promises", ())
        if told["verdict"] == "kept"
    }
    return replace(found, promises=tuple(_as_before(judged, kept) for judged in found.promises))


def _as_before(judged: Judged, kept: Mapping[tuple[Any, ...], str]) -> Judged:
    promise = judged.promise
    key = (promise.kind, promise.position, *promise.span)
    if judged.verdict != "kept" and key in kept:
        return replace(judged, verdict="kept", missing="", booking_id=kept[key])
    return judged


def _promise(judged: Judged) -> dict[str, Any]:
    return {
        "kind": judged.promise.kind,
        "turn": judged.promise.position,
        "span": list(judged.promise.span),
        "verdict": judged.verdict,
        "missing": judged.missing,
        "booking": judged.booking_id,
    }


def _deed(deed: Deed) -> dict[str, Any]:
    return {
        "tool": deed.done.tool,
        "booking": deed.done.booking_id,
        "starts": deed.done.starts.isoformat() if deed.done.starts else None,
        "heard": deed.heard,
        "turn": deed.position,
        "stands": deed.stands,
    }
