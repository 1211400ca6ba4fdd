"""How loud each speaker was, over the length of a call: small enough to be stored beside the recording."""

import sys
import wave
from array import array
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from voxanne_app.calls.ports import SpokenTurn

PARTS = 240
_LOOKED_AT = 1500  # samples per part and channel: enough to see loudness, and an hour takes a second


@dataclass(frozen=True)
class Waveform:
    """A number from 0 to 255 for each of `PARTS` equal stretches of the call."""

    agent: bytes
    caller: bytes

    def as_bytes(self) -> bytes:
        return self.agent + self.caller

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Waveform":
        return cls(stored[: len(stored) // 2], stored[len(stored) // 2 :])


def waveform_of(file: Path, turns: Sequence[SpokenTurn]) -> tuple[Waveform | None, float | None]:
    """(The waveform, the length in seconds) of a PCM WAV; (None, None) of anything else.

    With two channels, the one that is loud while the agent speaks is the agent's. With one, whose loudness it
    was is told by the turns.
    """
    try:
        with closing(wave.open(str(file), "rb")) as audio:
            seconds = audio.getnframes() / audio.getframerate()
            channels = _loudness(audio)
    except (wave.Error, EOFError, ZeroDivisionError):
        return None, None
    if not channels or not seconds:
        return None, None
    speaks = _who_speaks(turns, seconds)
    if len(channels) == 1:
        mixed = channels[0]
        agent = bytes(level if who == "agent" else 0 for level, who in zip(mixed, speaks, strict=True))
        caller = bytes(0 if who == "agent" else level for level, who in zip(mixed, speaks, strict=True))
        return Waveform(agent, caller), seconds
    first, second = channels[:2]
    agrees = sum(
        (a - b) * (1 if who == "agent" else -1)
        for a, b, who in zip(first, second, speaks, strict=True)
        if who
    )
    return (Waveform(first, second) if agrees >= 0 else Waveform(second, first)), seconds


def _loudness(audio: wave.Wave_read) -> list[bytes]:
    """Per channel, the loudest sample of each part, the loudest of all being 255."""
    channels, width, frames = audio.getnchannels(), audio.getsampwidth(), audio.getnframes()
    if width not in (1, 2) or channels < 1:
        return []
    peaks: list[list[int]] = [[] for _ in range(channels)]
    for part in range(PARTS):
        begin, end = frames * part // PARTS, frames * (part + 1) // PARTS
        audio.setpos(begin)
        samples = _samples(audio.readframes(end - begin), width)
        for channel in range(channels):
            step = channels * max(1, (end - begin) // _LOOKED_AT)
            own = samples[channel::step]
            peaks[channel].append(_loudest(own))
    loudest = max(max(levels, default=0) for levels in peaks) or 1
    return [bytes(level * 255 // loudest for level in levels) for levels in peaks]


def _loudest(samples: Sequence[int]) -> int:
    loud, low = max(samples, default=0), min(samples, default=0)
    return max(loud, -low)


def _samples(frames: bytes, width: int) -> Sequence[int]:
    """Signed samples; WAV's 8-bit ones are unsigned around 128."""
    if width == 1:
        return array("b", frames.translate(_CENTRED))
    samples = array("h", frames[: len(frames) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


_CENTRED = bytes((level - 128) % 256 for level in range(256))


def _who_speaks(turns: Sequence[SpokenTurn], seconds: float) -> list[str]:
    """The speaker of each part; empty where nobody is known to speak."""
    speaks = [""] * PARTS
    for turn in turns:
        if turn.offset_seconds is None:
            continue
        begin = int(turn.offset_seconds / seconds * PARTS)
        end = int((turn.offset_seconds + (turn.duration_seconds or 1.0)) / seconds * PARTS) + 1
        for part in range(max(begin, 0), min(end, PARTS)):
            speaks[part] = turn.speaker
    return speaks
