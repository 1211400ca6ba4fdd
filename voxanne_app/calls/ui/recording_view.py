"""The player as it is drawn: waveform, marks for what was done, or why there is nothing to hear."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.calls.queries import CallView, ToolCallView
from voxanne_app.calls.recording_views import RecordingView
from voxanne_app.calls.waveform import Waveform
from voxanne_app.ui import formatting

_WITHHELD = {
    "not_announced": "There is no recording: nobody told the caller about it, so it was not kept.",
    "refused": "There is no recording: the caller did not want to be recorded.",
    "not_kept": "There is no recording: your clinic keeps none.",
}
_TROUBLES = {
    "not_there": "the voice platform does not have it yet",
    "storage": "our storage could not take it",
    "not_audio": "what came was no audio",
    "too_large": "it is larger than we take",
    "unsafe_address": "it lies at an address that we do not go to",
    "vanished": "its file has gone from our storage",
}


@dataclass(frozen=True)
class Mark:
    """Something that was looked up or done, at its place (a CSS percentage) under the waveform."""

    place: str
    seconds: str
    label: str
    is_bad: bool = False


@dataclass(frozen=True)
class Player:
    """With `is_ready` it can be heard; otherwise `explanation` says why not. Paths are in 240 × 100."""

    is_ready: bool = False
    explanation: str = ""
    agent_path: str = ""
    caller_path: str = ""
    whole: str = ""
    seconds: str = "0"
    until: str = ""
    marks: list[Mark] = field(default_factory=list)


def player(
    call: CallView,
    recording: RecordingView | None,
    tools: tuple[ToolCallView, ...],
    *,
    may_listen: bool,
    zone: ZoneInfo,
    now: datetime,
) -> Player:
    if recording is None or recording.state != "kept":
        return Player(explanation=_why_none(call, recording, zone, now))
    if not may_listen:
        return Player(explanation="There is a recording. Your role may read what was said, but not listen.")
    seconds = float(recording.duration_seconds or call.duration_seconds or 0)
    waves = Waveform.from_bytes(recording.waveform) if recording.waveform else None
    return Player(
        is_ready=True,
        agent_path=path_of(waves.agent, downwards=True) if waves else "",
        caller_path=path_of(waves.caller, downwards=False) if waves else "",
        whole=formatting.length(seconds),
        seconds=f"{seconds:.2f}",
        until=f"Kept until {formatting.day(recording.delete_after.astimezone(zone).date())}"
        if recording.delete_after
        else "",
        marks=[_mark(tool, seconds) for tool in tools if tool.offset_seconds is not None and seconds],
    )


def path_of(levels: bytes, *, downwards: bool) -> str:
    """A line per part that is not silent, up or down from the middle: `M12.5 50V38`."""
    sign = 1 if downwards else -1
    return "".join(
        f"M{number}.5 {50 + sign * 2}V{50 + sign * (2 + round(level * 46 / 255))}"
        for number, level in enumerate(levels)
        if level > 4
    )


def _mark(tool: ToolCallView, seconds: float) -> Mark:
    at = float(tool.offset_seconds or 0)
    return Mark(
        place=f"{min(100.0, at / seconds * 100):.2f}%",
        seconds=f"{at:.2f}",
        label=f"{tool.name} at {formatting.length(at)}",
        is_bad=tool.verdict == "failed",
    )


def _why_none(call: CallView, recording: RecordingView | None, zone: ZoneInfo, now: datetime) -> str:
    if recording is None:
        return _why_not_named(call)
    if recording.state == "wanted":
        return _being_copied(recording, zone, now)
    if recording.state == "deleted":
        day = formatting.day((recording.deleted_at or now).astimezone(zone).date())
        return f"The recording was deleted on {day}, when its time was over."
    if recording.state == "lost":
        return "There is no recording: the voice platform did not give it to us in two weeks of asking."
    return _WITHHELD.get(recording.reason, "There is no recording: it was not kept.")


def _why_not_named(call: CallView) -> str:
    if call.status != "ended":
        return "The recording comes when the call has ended."
    if not call.has_report:
        return "The recording comes with the voice platform's report, which is not here yet."
    return "There is no recording: the voice platform has made none of this call."


def _being_copied(recording: RecordingView, zone: ZoneInfo, now: datetime) -> str:
    if not recording.attempts and recording.reason != "vanished":
        return "The recording is being copied; it takes some seconds."
    trouble = _TROUBLES.get(recording.reason, "the voice platform could not be reached")
    again = formatting.when(recording.next_try_at, zone, now=now) if recording.next_try_at else "soon"
    return f"The recording is not here yet: {trouble}. It is tried again {again}."
