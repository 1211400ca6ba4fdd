"""When a recording may be kept, what its waveform shows, and what is said when there is none."""

import math
import struct
import wave
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from voxanne_app.calls.audio import NoAudio, kind_of
from voxanne_app.calls.consent import consent_of
from voxanne_app.calls.missing import missing_things
from voxanne_app.calls.ports import SpokenTurn
from voxanne_app.calls.queries import CallView
from voxanne_app.calls.recording_views import RecordingView
from voxanne_app.calls.retention import Weighed, next_cleaning
from voxanne_app.calls.ui.recording_view import path_of, player
from voxanne_app.calls.waveform import PARTS, Waveform, waveform_of
from voxanne_app.identity.ui.settings_view import what_goes

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")
ANNOUNCED = SpokenTurn("agent", "Cedar Lane Dental, this call is recorded. How can I help?")


def caller(words: str) -> SpokenTurn:
    return SpokenTurn("caller", words)


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([ANNOUNCED, caller("I need a cleaning.")], "given"),
        ([ANNOUNCED, caller("No, I have never been there, I need my records.")], "given"),
        ([ANNOUNCED, caller("I'd rather not be recorded, please.")], "refused"),
        ([ANNOUNCED, caller("Please don’t record this.")], "refused"),
        ([ANNOUNCED, caller("I need a cleaning."), caller("And stop recording me.")], "refused"),
        ([SpokenTurn("agent", "May we record this call?"), caller("No.")], "refused"),
        ([SpokenTurn("agent", "May we record this call?"), caller("Yes, no problem.")], "given"),
        ([SpokenTurn("agent", "Hello, how can I help?"), caller("A cleaning.")], "not_announced"),
        ([caller("Is this call recorded?")], "not_announced"),
        ([], "not_announced"),
        ([SpokenTurn("agent", "Buenos días, esta llamada está siendo grabada.")], "given"),
        ([SpokenTurn("agent", "Dieses Gespräch wird aufgezeichnet."),
          caller("Ich möchte nicht, dass es aufgezeichnet wird.")], "refused"),
    ],
)  # fmt: skip
def test_consent_is_what_was_said_in_the_call(turns: list[SpokenTurn], expected: str) -> None:
    assert consent_of(turns) == expected


def test_what_the_platform_asked_for_itself_counts_too() -> None:
    silent = [SpokenTurn("agent", "Hello."), caller("A cleaning.")]
    assert consent_of(silent, {"type": "verbal", "granted_at": "2026-11-02T17:00:03Z"}) == "given"
    assert consent_of([ANNOUNCED], {"type": "verbal", "granted_at": None}) == "refused"


def test_an_announcement_in_the_middle_of_a_call_comes_too_late() -> None:
    turns = [SpokenTurn("agent", "Yes."), caller("So.")] * 5 + [SpokenTurn("agent", "This is recorded.")]
    assert consent_of(turns) == "not_announced"


def tone(file: Path, *, loud: list[tuple[int, float, float]], seconds: int = 10, channels: int = 2) -> Path:
    """16-bit PCM; `loud`: (channel, from, to) where it hums."""
    rate = 8000
    samples = []
    for number in range(rate * seconds):
        for channel in range(channels):
            hums = any(c == channel and begin <= number / rate < end for c, begin, end in loud)
            samples.append(int(12000 * math.sin(number / 5)) if hums else 0)
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file


TALK = (
    SpokenTurn("agent", "…", offset_seconds=0.0, duration_seconds=4.0),
    SpokenTurn("caller", "…", offset_seconds=5.0, duration_seconds=4.0),
)


@pytest.mark.parametrize("agents_channel", [0, 1])
def test_the_channel_that_is_loud_while_the_agent_speaks_is_the_agents(
    tmp_path: Path, agents_channel: int
) -> None:
    file = tone(tmp_path / "a.wav", loud=[(agents_channel, 0, 4), (1 - agents_channel, 5, 9)])
    waves, seconds = waveform_of(file, TALK)
    assert waves and seconds == 10
    assert len(waves.agent) == len(waves.caller) == PARTS
    quarter, three_quarters = PARTS // 4, PARTS * 7 // 10
    assert (waves.agent[quarter], waves.caller[quarter]) == (255, 0)
    assert (waves.agent[three_quarters], waves.caller[three_quarters]) == (0, 255)
    assert Waveform.from_bytes(waves.as_bytes()) == waves


def test_of_one_channel_the_turns_tell_whose_voice_it_is(tmp_path: Path) -> None:
    waves, _ = waveform_of(tone(tmp_path / "a.wav", loud=[(0, 0, 4), (0, 5, 9)], channels=1), TALK)
    assert waves
    assert waves.agent[PARTS // 4] == 255 and waves.caller[PARTS // 4] == 0
    assert waves.caller[PARTS * 7 // 10] == 255 and waves.agent[PARTS * 7 // 10] == 0


def test_what_is_no_wav_has_no_waveform_and_no_trouble(tmp_path: Path) -> None:
    (file := tmp_path / "a.mp3").write_bytes(b"ID3" + bytes(1000))
    assert waveform_of(file, TALK) == (None, None)
    (empty := tmp_path / "b.wav").write_bytes(b"")
    assert waveform_of(empty, TALK) == (None, None)


def test_a_file_is_what_its_bytes_are(tmp_path: Path) -> None:
    wav = tone(tmp_path / "a.wav", loud=[], seconds=1)
    assert kind_of(wav) == "audio/wav"
    for head, kind in ((b"ID3\x04", "audio/mpeg"), (b"\xff\xfb\x90", "audio/mpeg"), (b"OggS", "audio/ogg")):
        (file := tmp_path / "b").write_bytes(head + bytes(50))
        assert kind_of(file) == kind
    for content in (b"", b"<html>", b'{"message": "no"}', wav.read_bytes()[:-500]):
        (file := tmp_path / "c").write_bytes(content)
        with pytest.raises(NoAudio):
            kind_of(file)


CALL = CallView(
    id=uuid4(), vendor_call_id="v", caller="", caller_number=None, known_since=None, direction="inbound",
    status="ended", outcome="answered", ended_reason=None, summary=None, agent="", created_at=NOW,
    started_at=NOW, ended_at=NOW, duration_seconds=None, cost_usd=None, has_report=True, has_recording=False,
    success_evaluation=None,
)  # fmt: skip
KEPT = RecordingView(
    state="kept", reason="", wanted_at=NOW, attempts=1, next_try_at=None, kept_at=NOW,
    delete_after=NOW + timedelta(days=90), deleted_at=None, duration_seconds=None,
    waveform=bytes([255, 0]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        (None, "made none of this call"),
        (replace(KEPT, state="wanted", attempts=0), "being copied"),
        (
            replace(
                KEPT, state="wanted", attempts=2, reason="storage", next_try_at=NOW + timedelta(minutes=5)
            ),
            "our storage could not take it. It is tried again in 5 min",
        ),
        (replace(KEPT, state="withheld", reason="refused"), "did not want to be recorded"),
        (replace(KEPT, state="withheld", reason="not_announced"), "nobody told the caller"),
        (replace(KEPT, state="deleted", deleted_at=NOW), "was deleted on Tuesday 24 November"),
        (replace(KEPT, state="lost"), "two weeks of asking"),
    ],
)
def test_without_a_recording_the_player_says_why(recording: RecordingView | None, words: str) -> None:
    shown = player(CALL, recording, (), may_listen=True, zone=ZONE, now=NOW)
    assert not shown.is_ready and words in shown.explanation


def test_who_may_not_listen_gets_no_player() -> None:
    assert player(CALL, KEPT, (), may_listen=True, zone=ZONE, now=NOW).is_ready
    refused = player(CALL, KEPT, (), may_listen=False, zone=ZONE, now=NOW)
    assert not refused.is_ready and "not listen" in refused.explanation and not refused.agent_path


def test_voices_are_drawn_up_and_down_from_the_middle() -> None:
    assert path_of(bytes([255, 0, 128]), downwards=True) == "M0.5 52V98M2.5 52V75"
    assert path_of(bytes([255]), downwards=False) == "M0.5 48V2"


def test_what_is_missing_is_said_with_since_when_and_what_is_done() -> None:
    later = NOW + timedelta(minutes=10)
    wanted = replace(KEPT, state="wanted", attempts=2, next_try_at=later + timedelta(minutes=3))
    (recording,) = missing_things(CALL, wanted, now=later)
    assert (recording.what, recording.since, recording.attempts) == ("recording", NOW, 2)
    without_report = replace(CALL, has_report=False)
    (report,) = missing_things(without_report, None, now=later)
    assert (report.what, report.since) == ("report", NOW)
    assert not missing_things(without_report, None, now=NOW + timedelta(minutes=1))
    assert not missing_things(CALL, KEPT, now=later)
    (lost,) = missing_things(CALL, replace(KEPT, state="lost"), now=later)
    assert lost.is_given_up


def test_the_next_cleaning_is_todays_until_it_has_begun() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert next_cleaning(midnight + timedelta(hours=3, minutes=59)) == midnight + timedelta(hours=4)
    assert next_cleaning(midnight + timedelta(hours=4)) == midnight + timedelta(days=1, hours=4)


@pytest.mark.parametrize(
    ("days", "going", "says"),
    [
        (90, 0, ""),
        (91, 0, "Recordings made until now keep their shorter time"),
        (30, 0, "No recording is old enough"),
        (30, 1204, "This deletes 1,204 of 3,310 recordings, kept for longer already, on Tue 24 Nov, 8:00 PM"),
        (0, 3310, "From now on none is kept. This deletes 3,310 of 3,310 recordings"),
    ],
)
def test_what_another_time_does_is_said_before_it_is_saved(days: int, going: int, says: str) -> None:
    weighed = Weighed(3310, going, next_cleaning(NOW))
    said = what_goes(weighed, before=90, days=days, zone=ZONE, now=NOW)
    assert said.startswith(says) and bool(said) == bool(says)
